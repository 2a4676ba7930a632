import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { listFiles } from './list-files.ts'

/** Writes a file and forces it to the disk. */
export async function writeFlushed(path: string, content: string | Uint8Array): Promise<void> {
  const handle = await open(path, 'w')
  try {
    await handle.writeFile(content)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Forces a directory's entries to the disk; Windows has no such call and needs none. */
export async function flushDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Forces the entries of a directory, and of every directory below it, to the disk. */
export async function flushDirectories(directory: string): Promise<void> {
  const { directories } = await listFiles(directory)
  for (const name of [...directories].reverse()) await flushDirectory(join(directory, name))
  await flushDirectory(directory)
}
