import { createHash, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { digestFile, isSystemError, replaceFile, type FileDigest } from '@claims/contracts/files'
import { isAbsent } from './output-place.ts'

/** Remembers what the product wrote where, so that its own output may be replaced and nothing else. */
export interface OutputLedger {
  /** Notes what was written to a file. @param target absolute, links followed */
  record(target: string, digest: FileDigest): Promise<void>
  /** Whether a file holds, byte for byte, what was written there last. */
  holds(target: string): Promise<boolean>
}

const mostEntries = 1000

/** Makes a folder and its parents; `mkdir` does not end where a parent exists that takes no folder, as in `/proc`. */
async function makeFolder(path: string): Promise<void> {
  if (dirname(path) !== path && !existsSync(dirname(path))) await makeFolder(dirname(path))
  try {
    await mkdir(path)
  } catch (error) {
    if (!isSystemError(error, 'EEXIST') || !(await stat(path)).isDirectory()) throw error
  }
}

/**
 * A ledger in a folder, one small file an output.
 *
 * @param directory made when something is recorded
 * @param onFailure told when an entry cannot be written; the output itself is written by then
 * @example
 * const ledger = createOutputLedger('.claims/outputs', (error) => console.warn(error))
 */
export function createOutputLedger(directory: string, onFailure: (error: unknown) => void): OutputLedger {
  const entryOf = (target: string): string =>
    join(directory, `${createHash('sha256').update(target).digest('hex')}.json`)
  return {
    async record(target, digest) {
      try {
        await makeFolder(directory)
        const entry = entryOf(target)
        const temporary = `${entry}.${randomBytes(6).toString('hex')}.tmp`
        await replaceFile(entry, JSON.stringify({ path: target, ...digest }), temporary)
        await dropForgotten(directory)
      } catch (error) {
        onFailure(error)
      }
    },
    async holds(target) {
      const entry = await readEntry(entryOf(target))
      if (entry === null) return false
      if ((await sizeOf(target)) !== entry.bytes) return false
      return (await digestFile(target)).sha256 === entry.sha256
    },
  }
}

interface Entry extends FileDigest {
  readonly path: string
}

/** An entry, or null where there is none; one that cannot be understood vouches for nothing. */
async function readEntry(path: string): Promise<Entry | null> {
  try {
    const entry: unknown = JSON.parse(await readFile(path, 'utf8'))
    return isEntry(entry) ? entry : null
  } catch (error) {
    if (isAbsent(error) || error instanceof SyntaxError) return null
    throw error
  }
}

function isEntry(value: unknown): value is Entry {
  if (typeof value !== 'object' || value === null) return false
  const { path, sha256, bytes } = value as Partial<Record<keyof Entry, unknown>>
  return typeof path === 'string' && typeof sha256 === 'string' && typeof bytes === 'number'
}

async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size
  } catch (error) {
    if (isAbsent(error)) return null
    throw error
  }
}

/** Takes away entries of outputs that are gone, once there are many. */
async function dropForgotten(directory: string): Promise<void> {
  const names = await readdir(directory)
  if (names.length <= mostEntries) return
  for (const name of names) {
    const entry = await readEntry(join(directory, name))
    if (entry === null || (await sizeOf(entry.path)) === null)
      await rm(join(directory, name), { force: true })
  }
}
