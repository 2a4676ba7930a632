import { randomUUID } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isSystemError, replaceFile, sha256 } from '@claims/contracts/files'
import { z } from 'zod'

const schema = z.object({ address: z.string(), position: z.int().min(0), sha256: z.string() })

/** How far a history was mirrored when this installation last saw it. */
export interface RememberedPlace {
  readonly position: number
  readonly sha256: string
}

/**
 * What an installation remembers of its mirrors, one small file a server and model. It is for saying how much waits while
 * MLflow is away, and that MLflow went back behind what it had; what counts are the tags at MLflow.
 */
export class MirrorMemory {
  readonly #directory: string

  /** @param directory such as `mlflow-mirror` of the directory of embedded state; made by the first `write` */
  constructor(directory: string) {
    this.#directory = directory
  }

  /** What is remembered of a model at a server; null where nothing is, or what there is cannot be read. */
  async read(address: string, name: string): Promise<RememberedPlace | null> {
    try {
      const text = await readFile(this.#file(address, name), 'utf8')
      return schema.parse(JSON.parse(text))
    } catch (error) {
      if (error instanceof SyntaxError || error instanceof z.ZodError) return null
      if (isSystemError(error, 'ENOENT', 'ENOTDIR', 'EISDIR')) return null
      throw error
    }
  }

  /** Remembers how far a model is mirrored. */
  async write(address: string, name: string, { position, sha256: hash }: RememberedPlace): Promise<void> {
    await mkdir(this.#directory, { recursive: true })
    const file = this.#file(address, name)
    const content = JSON.stringify({ address, position, sha256: hash })
    await replaceFile(file, content, `${file}.${randomUUID()}.new`)
  }

  #file(address: string, name: string): string {
    return join(this.#directory, `${name}.${sha256(address).slice(0, 12)}.json`)
  }
}
