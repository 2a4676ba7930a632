import { open, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ClaimsError } from '@claims/contracts'
import { sha256 } from '../bundle/file-digest.ts'
import { flushDirectory } from '../bundle/flush.ts'
import { isSystemError } from '../bundle/system-error.ts'
import { historyEntrySchema, type HistoryEntry } from '../model-registry.ts'

const firstPreviousSha256 = '0'.repeat(64)

/** A history file that was read and whose chain holds. */
export interface HistoryContent {
  readonly entries: readonly HistoryEntry[]
  /** Bytes up to the end of the last whole line; what follows was torn by a crash and was never accepted. */
  readonly bytes: number
  /** SHA-256 of the last line, for the next one. */
  readonly lastSha256: string
}

/**
 * Reads a history file and checks its hash chain.
 *
 * @param path JSON Lines file; absent means empty
 * @returns entries in order
 * @throws ClaimsError `damaged_bundle` naming the line
 */
export async function readHistory(path: string): Promise<HistoryContent> {
  const content = await readOrEmpty(path)
  const bytes = content.lastIndexOf('\n') + 1
  const lines = content.subarray(0, bytes).toString('utf8').split('\n').slice(0, -1)
  let lastSha256 = firstPreviousSha256
  const entries = lines.map((line, i) => {
    const entry = parseLine(line)
    if (entry?.previous_sha256 !== lastSha256) {
      throw new ClaimsError('damaged_bundle', `${path}: line ${String(i + 1)} breaks the hash chain`, {
        problems: [
          {
            field: `line ${String(i + 1)}`,
            problem: 'was altered, or a line before it was',
            allowed: 'the lines as the registry wrote them',
          },
        ],
      })
    }
    lastSha256 = sha256(line)
    return entry
  })
  return { entries, bytes, lastSha256 }
}

/**
 * Appends one entry and forces it to the disk; a line that an earlier crash tore is cut off first.
 *
 * @param path the file
 * @param content what `readHistory` returned under the same lock
 * @param facts the entry without its place in the chain
 * @returns the entry
 */
export async function appendHistory(
  path: string,
  content: HistoryContent,
  facts: Omit<HistoryEntry, 'previous_sha256'>,
): Promise<HistoryEntry> {
  const entry = historyEntrySchema.parse({ ...facts, previous_sha256: content.lastSha256 })
  const handle = await open(path, 'a')
  try {
    await handle.truncate(content.bytes)
    await handle.appendFile(`${JSON.stringify(entry)}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
  if (content.bytes === 0) await flushDirectory(dirname(path))
  return entry
}

async function readOrEmpty(path: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (error) {
    if (isSystemError(error, 'ENOENT', 'ENOTDIR')) return Buffer.alloc(0)
    throw error
  }
}

function parseLine(line: string): HistoryEntry | null {
  try {
    return historyEntrySchema.parse(JSON.parse(line))
  } catch {
    return null
  }
}
