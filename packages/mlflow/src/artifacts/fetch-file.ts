import { rm } from 'node:fs/promises'
import { MlflowError } from '../errors.ts'
import type { StreamRequest, StreamResponse, Transport } from '../http/transport.ts'
import type { TransferOptions } from './artifact-store.ts'
import { sizeOf } from './size-of.ts'
import { writeBody } from './write-body.ts'

/** Times in a row that a download may break without having come forward. */
const mostBreaks = 5
/** What coming forward is, bytes. */
const step = 2 ** 20

/** Where a file's bytes are asked for. */
export interface FilePlace {
  readonly target: StreamRequest['target']
  readonly headers?: Readonly<Record<string, string>> | undefined
}

/** A file to download. */
export interface FileFetch {
  /** Of the artifact, for errors and progress. */
  readonly path: string
  /** Where the bytes go; it does not exist yet. */
  readonly file: string
  /** Asked before each try: a signed address is valid for a time only. */
  readonly place: () => Promise<FilePlace>
}

/**
 * Downloads a file. A download whose connection breaks goes on where it stopped when the server sends ranges, and from
 * the beginning when it does not, or when the file is another one by then.
 *
 * @throws MlflowError `not_found`, `corrupted`, `connection_failed`, `timed_out`, `aborted`; then there is no file
 */
export async function fetchFile(
  transport: Transport,
  { path, file, place }: FileFetch,
  options: TransferOptions,
): Promise<void> {
  const endpoint = 'artifacts.download'
  let breaks = 0
  let farthest = 0
  let tag: string | undefined
  try {
    for (;;) {
      const had = await sizeOf(file)
      try {
        const { target, headers } = await place()
        const answer = await transport.stream({
          ...options,
          endpoint,
          method: 'GET',
          target,
          headers: {
            ...headers,
            ...(had > 0 && { range: `bytes=${had}-`, ...(tag !== undefined && { 'if-range': tag }) }),
          },
          repeatable: true,
        })
        const from = beginOf(answer, { had, tag })
        if (from === 0) tag = strongTag(answer)
        await writeBody(answer, file, { ...options, path, from })
        return
      } catch (error) {
        if (!(error instanceof MlflowError)) throw error
        // What is here is of a file that is another one by now: from the beginning.
        if (error.code === 'corrupted' || (error.status === 416 && had > 0)) await rm(file, { force: true })
        else if (!error.retryable) throw error
        const has = await sizeOf(file)
        breaks = has >= farthest + step ? 1 : breaks + 1
        farthest = Math.max(farthest, has)
        if (breaks >= mostBreaks) throw error
      }
    }
  } catch (error) {
    await rm(file, { force: true })
    throw error
  }
}

/** Where the answer's bytes begin. @throws MlflowError `corrupted` for a range of another file, or not the one asked for */
function beginOf(
  answer: StreamResponse,
  { had, tag }: { readonly had: number; readonly tag: string | undefined },
): number {
  if (answer.status !== 206) return 0
  const given = /^bytes (\d+)-/.exec(answer.headers['content-range'] ?? '')?.[1]
  const newTag = strongTag(answer)
  const same = tag === undefined || newTag === undefined || newTag === tag
  if (had > 0 && same && (given === undefined || Number(given) === had)) return had
  answer.body.destroy()
  throw new MlflowError(
    'corrupted',
    `artifacts.download: the server sends bytes from ${given ?? 'somewhere'}${same ? '' : ' of another file'}, not from ${had}`,
    { endpoint: 'artifacts.download', retryable: true },
  )
}

/** What says that a later answer is of the same file. */
function strongTag({ headers }: StreamResponse): string | undefined {
  const { etag } = headers
  return etag?.startsWith('"') === true ? etag : undefined
}
