import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** What is below a directory: files and directories as `/`-separated relative names, in code-unit order. */
export interface Listing {
  readonly files: readonly string[]
  readonly directories: readonly string[]
  /** Links, sockets and devices, which no bundle holds. */
  readonly others: readonly string[]
}

/** Lists a directory and everything below it. */
export async function listFiles(directory: string): Promise<Listing> {
  const files: string[] = []
  const directories: string[] = []
  const others: string[] = []
  const walk = async (prefix: string): Promise<void> => {
    for (const entry of await readdir(join(directory, prefix), { withFileTypes: true })) {
      const name = prefix === '' ? entry.name : `${prefix}/${entry.name}`
      if (entry.isDirectory()) {
        directories.push(name)
        await walk(name)
      } else (entry.isFile() ? files : others).push(name)
    }
  }
  await walk('')
  return { files: files.sort(), directories: directories.sort(), others: others.sort() }
}
