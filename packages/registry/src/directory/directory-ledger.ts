import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import {
  ClaimsError,
  emptyLedger,
  ledgerDropped,
  requireLedgerInput,
  type DropRecord,
  type Ledger,
  type LedgerInspection,
  type LedgerPage,
} from '@claims/contracts'
import { flushDirectory, replaceFile, sha256 } from '@claims/contracts/files'
import { inPlace } from '../place-error.ts'
import { DirectoryLedgerInspection } from './directory-ledger-inspection.ts'
import { withFileLock } from './file-lock.ts'
import { droppedHistory, historyNames, historyPath, historyPieces } from './history-file.ts'

/**
 * The ledger in a directory:
 *
 *     NAME/history.jsonl      the entries, one a line
 *     NAME/lock               excludes other writers
 *
 * Of a dropped sequence `history.jsonl` holds an empty line, which is no entry, and one with the position and hash that
 * the last entry had. A file with the new entries is written beside the old one, flushed, and takes its name: of
 * several entries all are there or none. The lock is the system's `flock`, which holds among the containers of one machine and ends with the
 * process. Where something else stands at one of these places, or this user may not read or write there, every method
 * throws `unreadable_storage` naming the path and what is wrong.
 */
export class DirectoryLedger implements Ledger {
  readonly #root: string

  /** @param root directory of the ledger; made by the first append */
  constructor(root: string) {
    this.#root = resolve(root)
  }

  async names(): Promise<readonly string[]> {
    const names: string[] = []
    for (const name of await inPlace(this.#root, () => historyNames(this.#root)))
      if (await this.#isUsed(name)) names.push(name)
    return names
  }

  async read(name: string): Promise<readonly string[]> {
    return await this.page(name, all)
  }

  async page(name: string, page: LedgerPage): Promise<readonly string[]> {
    requireLedgerInput({ name, page })
    return (await this.#read(name, page)).lines
  }

  async append(name: string, after: string, entries: readonly string[]): Promise<boolean> {
    requireLedgerInput({ name, entries })
    return await inPlace(this.#root, () => this.#append(name, after, entries))
  }

  async drop(name: string, last: string, record?: DropRecord): Promise<boolean> {
    requireLedgerInput({ name, record })
    return await inPlace(this.#root, () => this.#drop(name, last, record))
  }

  inspect(): LedgerInspection {
    return new DirectoryLedgerInspection(this.#root)
  }

  async #drop(name: string, last: string, record?: DropRecord): Promise<boolean> {
    // Nothing is made for a name that is not known.
    if ((await this.read(name)).length === 0) return false
    return await withFileLock(join(this.#root, name, 'lock'), async () => {
      const lines = await this.read(name)
      if (sha256(lines.at(-1) ?? '') !== last) return false
      if (record !== undefined && !(await this.#append(record.name, record.after, record.entries)))
        return false
      const mark = droppedHistory({ position: lines.length, sha256: last, dropped: true })
      await replaceFile(this.#path(name), mark, `${this.#path(name)}.new`)
      return true
    })
  }

  async #append(name: string, after: string, entries: readonly string[]): Promise<boolean> {
    const directory = join(this.#root, name)
    // A name comes with its first entry, so an expected one must be there.
    const { lines: known, dropped } = await this.#read(name, first)
    if (dropped) throw ledgerDropped(name)
    if (after !== emptyLedger && known.length === 0) return false
    await mkdir(directory, { recursive: true })
    return await withFileLock(join(directory, 'lock'), async () => {
      const { lines, dropped: isDropped } = await this.#read(name, all)
      if (isDropped) throw ledgerDropped(name)
      const last = lines.at(-1)
      if ((last === undefined ? emptyLedger : sha256(last)) !== after) return false
      const path = this.#path(name)
      const content = [...lines, ...entries].map((line) => `${line}\n`).join('')
      await replaceFile(path, content, `${path}.new`)
      if (last === undefined) await flushDirectory(this.#root)
      return true
    })
  }

  /** Whether a name has entries, or something that hides whether it has. */
  async #isUsed(name: string): Promise<boolean> {
    try {
      return (await this.page(name, first)).length > 0
    } catch (error) {
      if (error instanceof ClaimsError) return true
      throw error
    }
  }

  async #read(name: string, { after, limit }: LedgerPage): Promise<Content> {
    const lines: string[] = []
    let position = 0
    for await (const piece of historyPieces(this.#path(name))) {
      if (piece.kind === 'dropped') return { lines, dropped: true }
      if (piece.kind === 'entry' && (position += 1) > after) lines.push(piece.text)
      if (lines.length === limit) break
    }
    return { lines, dropped: false }
  }

  #path(name: string): string {
    return historyPath(this.#root, name)
  }
}

const first: LedgerPage = { after: 0, limit: 1 }
const all: LedgerPage = { after: 0, limit: Number.MAX_SAFE_INTEGER }

/** What a file holds. */
interface Content {
  readonly lines: readonly string[]
  readonly dropped: boolean
}
