import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder that is gone when its holder goes out of scope. */
export async function temporaryFolder(): Promise<{
  path: (name: string) => string
  write: (name: string, contents: string | Uint8Array) => Promise<string>
  [Symbol.asyncDispose]: () => Promise<void>
}> {
  const folder = await mkdtemp(join(tmpdir(), 'claims-ingestion-'))
  const path = (name: string): string => join(folder, name)
  return {
    path,
    async write(name, contents) {
      await writeFile(path(name), contents)
      return path(name)
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}
