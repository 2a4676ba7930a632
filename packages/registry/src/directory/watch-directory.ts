import { readdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import {
  Bell,
  isLedgerName,
  PositionsWatch,
  type Clock,
  type LedgerPositions,
  type LedgerWatch,
  type PositionsReader,
} from '@claims/contracts'
import { isSystemError } from '@claims/contracts/files'
import { inPlace } from '../place-error.ts'

/** How often a directory is looked at. */
interface DirectoryWatchOptions {
  /** Default 1,000. */
  readonly pollMilliseconds?: number | undefined
  readonly clock?: Clock | undefined
}

/**
 * Watches a `DirectoryLedger` by polling: each append makes another file of a history, and the system tells one from the
 * other without reading them.
 *
 * @param root directory of the ledger
 * @param options how often to look
 * @example
 * for await (const name of watchDirectory('.claims/registry').changes(signal)) console.log(name)
 */
export function watchDirectory(
  root: string,
  { pollMilliseconds = 1_000, clock }: DirectoryWatchOptions = {},
): LedgerWatch {
  return new PositionsWatch({ open: () => directoryReader(resolve(root), pollMilliseconds), clock })
}

function directoryReader(root: string, pollMilliseconds: number): PositionsReader {
  const bell = new Bell()
  return {
    method: 'polling',
    read: () => inPlace(root, () => readPositions(root)),
    pause: async (signal) => {
      await bell.wait(pollMilliseconds, signal)
    },
    close: () => Promise.resolve(),
  }
}

async function readPositions(root: string): Promise<LedgerPositions> {
  const positions = new Map<string, string>()
  for (const name of (await orNothing(() => readdir(root))) ?? []) {
    if (!isLedgerName(name)) continue
    const path = join(root, name, 'history.jsonl')
    const file = await orNothing(() => stat(path, { bigint: true }))
    if (file !== undefined) positions.set(name, `${file.ino} ${file.size} ${file.mtimeNs}`)
  }
  return positions
}

async function orNothing<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (isSystemError(error, 'ENOENT', 'ENOTDIR')) return undefined
    throw error
  }
}
