import { lstat, mkdir, readdir } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import {
  ClaimsError,
  emptyLedger,
  isLedgerName,
  ledgerDropped,
  requireLedgerInput,
  type DropRecord,
  type Ledger,
  type LedgerPage,
} from '@claims/contracts'
import { flushDirectory, isSystemError, sha256, replaceFile } from '@claims/contracts/files'
import { exists } from '../bundle/temporary-sibling.ts'
import { inPlace, unreadablePlace } from '../place-error.ts'
import { withFileLock } from './file-lock.ts'
import { readLines } from './read-lines.ts'

/**
 * The ledger in a directory:
 *
 *     NAME/history.jsonl      the entries, one a line
 *     NAME/lock               excludes other writers
 *
 * Of a dropped sequence `history.jsonl` holds an empty line, which is no entry, and one with the position and hash that
 * the last entry had. A file with the new entries is written beside the old one, flushed, and takes its name: of several entries all are
 * there or none. The lock is the system's `flock`, which holds among the containers of one machine and ends with the
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
    for (const name of await inPlace(this.#root, () => namesIn(this.#root)))
      if (isLedgerName(name) && (await this.#isUsed(name))) names.push(name)
    return names.sort()
  }

  async read(name: string): Promise<readonly string[]> {
    return await this.page(name, all)
  }

  async page(name: string, page: LedgerPage): Promise<readonly string[]> {
    requireLedgerInput({ name, page })
    return (await inPlace(this.#path(name), () => this.#read(name, page))).lines
  }

  async append(name: string, after: string, entries: readonly string[]): Promise<boolean> {
    requireLedgerInput({ name, entries })
    return await inPlace(this.#root, () => this.#append(name, after, entries))
  }

  async drop(name: string, last: string, record?: DropRecord): Promise<boolean> {
    requireLedgerInput({ name, record })
    return await inPlace(this.#root, () => this.#drop(name, last, record))
  }

  async #drop(name: string, last: string, record?: DropRecord): Promise<boolean> {
    // Nothing is made for a name that is not known.
    if ((await this.read(name)).length === 0) return false
    return await withFileLock(join(this.#root, name, 'lock'), async () => {
      const lines = await this.read(name)
      if (sha256(lines.at(-1) ?? '') !== last) return false
      if (record !== undefined && !(await this.#append(record.name, record.after, record.entries)))
        return false
      const mark = JSON.stringify({ dropped: { position: lines.length, sha256: last } })
      await replaceFile(this.#path(name), `\n${mark}\n`, `${this.#path(name)}.new`)
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
      return (await this.read(name)).length > 0
    } catch (error) {
      if (error instanceof ClaimsError) return true
      throw error
    }
  }

  async #read(name: string, { after, limit }: LedgerPage): Promise<Content> {
    const lines: string[] = []
    let position = 0
    let held: string | undefined
    try {
      for await (const line of readLines(this.#path(name))) {
        if (held === '' && position === 0) return { lines: [], dropped: true }
        if (held !== undefined && (position += 1) > after) lines.push(held)
        if (lines.length === limit) return { lines, dropped: false }
        held = line
      }
    } catch (error) {
      if (!isSystemError(error, 'ENOENT')) throw error
      await refuseBrokenLinks(this.#path(name))
    }
    // What follows the last line end was torn by a crash of product 0.1, which appended in place; or it is whole, and an
    // editor or a copy took the line end away.
    if (held !== undefined && position >= after && isWhole(held)) lines.push(held)
    return { lines, dropped: false }
  }

  #path(name: string): string {
    return join(this.#root, name, 'history.jsonl')
  }
}

const first: LedgerPage = { after: 0, limit: 1 }
const all: LedgerPage = { after: 0, limit: Number.MAX_SAFE_INTEGER }

/** What a file holds. */
interface Content {
  readonly lines: readonly string[]
  readonly dropped: boolean
}

/** Whether a line without its end is a whole entry: every prefix of a JSON object is none itself. */
function isWhole(line: string): boolean {
  try {
    return typeof JSON.parse(line) === 'object'
  } catch {
    return false
  }
}

async function namesIn(root: string): Promise<string[]> {
  try {
    return await readdir(root)
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return []
    throw error
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
