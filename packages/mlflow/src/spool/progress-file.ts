import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { MlflowError } from '../errors.ts'
import { nodeErrorCode } from '../node-error.ts'
import type { JournalEnd } from './journal.ts'

/** How far the operations of a journal have been sent. */
export interface SpoolProgress {
  /** Up to where the journal is done with. */
  readonly sent: JournalEnd
  /** The server's ids of runs by the spool's names. */
  readonly runs: Readonly<Record<string, RunIds>>
  /** Operations that the server will never take, with its answer. */
  readonly rejected: readonly Rejection[]
}

/** The server's ids of a run. */
export interface RunIds {
  readonly runId: string
  readonly experimentId: string
}

/** An operation that the server will never take. */
export interface Rejection {
  readonly sequence: number
  readonly kind: string
  readonly run: string
  readonly code: string
  readonly message: string
}

const file = 'progress.json'
export const noProgress: SpoolProgress = Object.freeze({
  sent: { sequence: 0, offset: 0 },
  runs: {},
  rejected: [],
})

/** Reads the progress of a folder. @throws MlflowError `spool_damaged` for what is no progress */
export async function readProgress(folder: string): Promise<SpoolProgress> {
  const text = await readFile(join(folder, file), 'utf8').catch((error: unknown) => {
    if (nodeErrorCode(error) === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) return noProgress
  try {
    const progress = JSON.parse(text) as SpoolProgress
    const { sequence, offset } = progress.sent
    const whole = Number.isSafeInteger(sequence) && Number.isSafeInteger(offset)
    if (whole && typeof progress.runs === 'object' && Array.isArray(progress.rejected)) return progress
  } catch (cause) {
    throw damaged(folder, cause)
  }
  throw damaged(folder)
}

/** Replaces the progress of a folder. It is not flushed to the disk: what is sent twice has the effect of once. */
export async function writeProgress(folder: string, progress: SpoolProgress): Promise<void> {
  const temporary = join(folder, `${file}.tmp`)
  await writeFile(temporary, JSON.stringify(progress))
  await rename(temporary, join(folder, file))
}

function damaged(folder: string, cause?: unknown): MlflowError {
  return new MlflowError(
    'spool_damaged',
    `spool: ${join(folder, file)} is damaged; without it everything is sent again`,
    { endpoint: 'spool', field: file, cause },
  )
}
