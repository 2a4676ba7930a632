import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { foundDocument, requireDocument, type DocumentStore } from '@claims/contracts'
import { flushDirectory, isSystemError, replaceFile } from '@claims/contracts/files'
import { inPlace } from '../place-error.ts'

/** Not a model name, so that it may stand beside the directories of models. */
const documentsFolder = '_documents'

/**
 * The document store in a directory: `_documents/SHA-256` holds one text. What the file system refuses is
 * `unreadable_storage`, naming the path.
 */
export class DirectoryDocumentStore implements DocumentStore {
  readonly #root: string

  /** @param root directory of the registry; made by the first `put` */
  constructor(root: string) {
    this.#root = resolve(root)
  }

  async put(text: string): Promise<string> {
    const hash = requireDocument(text)
    const path = this.#path(hash)
    await inPlace(path, async () => {
      if ((await readOrAbsent(path)) === text) return
      const folder = join(this.#root, documentsFolder)
      if ((await mkdir(folder, { recursive: true })) !== undefined) await flushDirectory(this.#root)
      const temporary = `${path}.${randomUUID()}`
      try {
        await replaceFile(path, text, temporary)
      } catch (error) {
        await rm(temporary, { force: true })
        throw error
      }
    })
    return hash
  }

  async get(sha256: string): Promise<string> {
    const path = /^[0-9a-f]{64}$/.test(sha256) ? this.#path(sha256) : undefined
    const text = path === undefined ? undefined : await inPlace(path, () => readOrAbsent(path))
    return foundDocument(sha256, text)
  }

  #path(sha256: string): string {
    return join(this.#root, documentsFolder, sha256)
  }
}

async function readOrAbsent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return undefined
    throw error
  }
}
