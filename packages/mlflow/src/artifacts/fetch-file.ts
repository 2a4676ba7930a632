import { rm } from 'node:fs/promises'
import { MlflowError } from '../errors.ts'
import type { StreamRequest, Transport } from '../http/transport.ts'
import type { TransferOptions } from './artifact-store.ts'
import { sizeOf } from './size-of.ts'
import { writeBody } from './write-body.ts'

/** Times that a download whose connection broke goes on. */
const tries = 5

/** A file to download. */
export interface FileFetch {
  /** Of the artifact, for errors and progress. */
  readonly path: string
  /** Where the bytes go; it does not exist yet. */
  readonly file: string
  readonly target: StreamRequest['target']
  readonly headers?: Readonly<Record<string, string>> | undefined
}

/**
 * Downloads a file. A download whose connection breaks goes on where it stopped when the server sends ranges, and from
 * the beginning when it does not.
 *
 * @throws MlflowError `not_found`, `corrupted`, `connection_failed`, `aborted`; then there is no file
 */
export async function fetchFile(
  transport: Transport,
  { path, file, target, headers }: FileFetch,
  options: TransferOptions,
): Promise<void> {
  const endpoint = 'artifacts.download'
  for (let attempt = 1; ; attempt += 1) {
    const had = attempt === 1 ? 0 : await sizeOf(file)
    try {
      const answer = await transport.stream({
        ...options,
        endpoint,
        method: 'GET',
        target,
        headers: { ...headers, ...(had > 0 && { range: `bytes=${had}-` }) },
        repeatable: true,
      })
      const from = answer.status === 206 ? had : 0
      await writeBody(answer, file, { ...options, path, from })
      return
    } catch (error) {
      if (error instanceof MlflowError && error.retryable && attempt < tries) continue
      await rm(file, { force: true })
      throw error
    }
  }
}
