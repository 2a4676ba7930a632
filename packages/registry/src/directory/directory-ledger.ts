import { lstat, mkdir, readdir, readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { ClaimsError, emptyLedger, type Ledger } from '@claims/contracts'
import { flushDirectory, isSystemError, sha256, replaceFile } from '@claims/contracts/files'
import { exists } from '../bundle/temporary-sibling.ts'
import { inPlace, unreadablePlace } from '../place-error.ts'
import { withFileLock } from './file-lock.ts'

const ledgerName = /^[a-z][a-z0-9-]{0,99}$/

/**
 * The ledger in a directory:
 *
 *     NAME/history.jsonl      the entries, one a line
 *     NAME/lock               excludes other writers
 *
 * A file with the new entries is written beside the old one, flushed, and takes its name: of several entries all are
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
      if (ledgerName.test(name) && (await this.#isUsed(name))) names.push(name)
    return names.sort()
  }

  async read(name: string): Promise<readonly string[]> {
    const bytes = await inPlace(this.#path(name), () => readOrEmpty(this.#path(name)))
    const content = bytes.toString('utf8')
    const lines = content.split('\n')
    const last = lines.pop() ?? ''
    // What follows the last line end was torn by a crash of product 0.1, which appended in place; or it is whole, and an
    // editor or a copy took the line end away.
    return isWhole(last) ? [...lines, last] : lines
  }

  async append(name: string, after: string, entries: readonly string[]): Promise<boolean> {
    if (entries.length === 0 || entries.some((entry) => entry === '' || /[\n\r\0]/.test(entry)))
      throw new TypeError('A ledger takes at least one entry, each one line')
    return await inPlace(this.#root, () => this.#append(name, after, entries))
  }

  async #append(name: string, after: string, entries: readonly string[]): Promise<boolean> {
    const directory = join(this.#root, name)
    // A name comes with its first entry, so an expected one must be there.
    if (after !== emptyLedger && (await this.read(name)).length === 0) return false
    await mkdir(directory, { recursive: true })
    return await withFileLock(join(directory, 'lock'), async () => {
      const lines = await this.read(name)
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

  #path(name: string): string {
    return join(this.#root, name, 'history.jsonl')
  }
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

async function readOrEmpty(path: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (error) {
    if (!isSystemError(error, 'ENOENT')) throw error
  }
  // A volume may hold a model by a link, and may be away.
  for (const link of [dirname(path), path])
    if (await isLinkToNothing(link)) throw unreadablePlace(link, 'is a link to what is not there')
  return Buffer.alloc(0)
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
