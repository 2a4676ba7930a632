import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { ClaimsError } from '@claims/contracts'
import type { Frame, FrameColumn } from '@claims/frame'
import { hashFitted, type FittedHashes, type RowsToHash } from './hash-rows.ts'

/** Rows up to which a thread takes longer to start than they take to hash. */
const fewRows = 100_000

/** What the thread is given: the columns of two frames. */
export interface HashTask {
  readonly fitted: ReadonlyMap<string, FrameColumn>
  readonly heldOut: ReadonlyMap<string, FrameColumn>
  readonly key: Uint8Array
}

/**
 * Hashes rows as `hashFitted` does, many of them on a thread of its own, so that the caller goes on meanwhile.
 *
 * @param rows what to hash
 * @param options ends the thread; rows from which there is one
 * @throws ClaimsError `aborted`
 */
export async function hashOnThread(
  rows: RowsToHash,
  { signal, above = fewRows }: { readonly signal?: AbortSignal | undefined; readonly above?: number },
): Promise<FittedHashes> {
  if (rows.fitted.rows + rows.heldOut.rows <= above) return hashFitted(rows)
  const fromSource = import.meta.url.endsWith('.ts')
  const workerData: HashTask = {
    fitted: columnsOf(rows.fitted),
    heldOut: columnsOf(rows.heldOut),
    key: rows.key,
  }
  const worker = new Worker(new URL(`./hash-rows-worker.${fromSource ? 'ts' : 'js'}`, import.meta.url), {
    workerData,
    execArgv: fromSource ? ['--conditions=@claims/source'] : [],
  })
  try {
    const [hashes] = (await once(worker, 'message', { signal })) as [FittedHashes]
    return hashes
  } catch (error) {
    if (signal?.aborted !== true) throw error
    throw new ClaimsError('aborted', 'The work was aborted', { cause: signal.reason })
  } finally {
    await worker.terminate()
  }
}

function columnsOf(frame: Frame): Map<string, FrameColumn> {
  return new Map(frame.names.map((name) => [name, frame.column(name)]))
}
