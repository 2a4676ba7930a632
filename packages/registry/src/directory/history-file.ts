import { lstat, readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isLedgerName, type LedgerHead } from '@claims/contracts'
import { isSystemError } from '@claims/contracts/files'
import { exists } from '../bundle/temporary-sibling.ts'
import { inPlace, placeError, unreadablePlace } from '../place-error.ts'
import { readLines } from './read-lines.ts'

/** What a file of a sequence holds, in its order. */
export type HistoryPiece =
  | { readonly kind: 'entry'; readonly text: string }
  /** What follows the last line end and is no entry. */
  | { readonly kind: 'torn'; readonly text: string }
  /** All that is left of a dropped sequence. */
  | { readonly kind: 'dropped'; readonly head: LedgerHead }

/** Path of the file of a sequence. */
export function historyPath(root: string, name: string): string {
  return join(root, name, 'history.jsonl')
}

/** Names for which a directory of a ledger has something, in code-unit order. */
export async function historyNames(root: string): Promise<readonly string[]> {
  try {
    return (await readdir(root)).filter(isLedgerName).sort()
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return []
    throw error
  }
}

/**
 * What the file of a sequence holds, in memory for one line; nothing where there is no file.
 *
 * @param path of the file
 * @throws ClaimsError `unreadable_storage` where it cannot be read, or a link leads to what is not there
 */
export async function* historyPieces(path: string): AsyncGenerator<HistoryPiece, void, undefined> {
  let held: string | undefined
  let isFirst = true
  try {
    for await (const line of readLines(path)) {
      const head = isFirst && held === '' ? markedHead(line) : null
      if (head !== null) return yield { kind: 'dropped', head }
      if (held !== undefined) {
        isFirst = false
        yield { kind: 'entry', text: held }
      }
      held = line
    }
  } catch (error) {
    if (!isSystemError(error, 'ENOENT')) throw await placeError(error, path)
    await inPlace(path, () => refuseBrokenLinks(path))
  }
  if (held === undefined || held === '') return
  // What follows the last line end was torn by a crash of product 0.1, which appended in place; or it is whole, and an
  // editor or a copy took the line end away.
  yield { kind: isWhole(held) ? 'entry' : 'torn', text: held }
}

/** The content of the file of a dropped sequence. */
export function droppedHistory({ position, sha256 }: LedgerHead): string {
  return `\n${JSON.stringify({ dropped: { position, sha256 } })}\n`
}

function markedHead(line: string): LedgerHead | null {
  const match = /^\{"dropped":\{"position":([1-9]\d{0,14}),"sha256":"([0-9a-f]{64})"\}\}$/.exec(line)
  if (match === null) return null
  return { position: Number(match[1]), sha256: match[2] ?? '', dropped: true }
}

/** Whether a line without its end is a whole entry: every prefix of a JSON object is none itself. */
function isWhole(line: string): boolean {
  try {
    return typeof JSON.parse(line) === 'object'
  } catch {
    return false
  }
}

/** A volume may hold a model by a link, and may be away. */
async function refuseBrokenLinks(path: string): Promise<void> {
  for (const link of [dirname(path), path])
    if (await isLinkToNothing(link)) throw unreadablePlace(link, 'is a link to what is not there')
}

async function isLinkToNothing(path: string): Promise<boolean> {
  try {
    if (!(await lstat(path)).isSymbolicLink()) return false
    return !(await exists(path))
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return false
    throw error
  }
}
