import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { emptyLedger, type Ledger } from '@claims/contracts'
import { flushDirectory, isSystemError, sha256, replaceFile } from '@claims/contracts/files'
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
 * process.
 */
export class DirectoryLedger implements Ledger {
  readonly #root: string

  /** @param root directory of the ledger; made by the first append */
  constructor(root: string) {
    this.#root = resolve(root)
  }

  async names(): Promise<readonly string[]> {
    const names: string[] = []
    for (const name of await directoriesIn(this.#root))
      if (ledgerName.test(name) && (await this.read(name)).length > 0) names.push(name)
    return names.sort()
  }

  async read(name: string): Promise<readonly string[]> {
    const content = (await readOrEmpty(this.#path(name))).toString('utf8')
    const lines = content.split('\n')
    const last = lines.pop() ?? ''
    // What follows the last line end was torn by a crash of product 0.1, which appended in place; or it is whole, and an
    // editor or a copy took the line end away.
    return isWhole(last) ? [...lines, last] : lines
  }

  async append(name: string, after: string, entries: readonly string[]): Promise<boolean> {
    if (entries.length === 0 || entries.some((entry) => entry === '' || /[\n\r]/.test(entry)))
      throw new TypeError('A ledger takes at least one entry, each one line')
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

async function directoriesIn(root: string): Promise<string[]> {
  try {
    const entries = await readdir(root, { withFileTypes: true })
    // A volume may hold a model by a link.
    return entries.filter((e) => e.isDirectory() || e.isSymbolicLink()).map((e) => e.name)
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return []
    throw error
  }
}

async function readOrEmpty(path: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (error) {
    if (isSystemError(error, 'ENOENT', 'ENOTDIR')) return Buffer.alloc(0)
    throw error
  }
}
