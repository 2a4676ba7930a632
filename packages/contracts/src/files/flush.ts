import { open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Writes a file and forces it to the disk.
 *
 * @param path replaced where it exists; its directory exists
 * @param content text is written as UTF-8; pieces one after the other, each before the next is asked for
 */
export async function writeFlushed(
  path: string,
  content: string | Uint8Array | AsyncIterable<Uint8Array>,
): Promise<void> {
  const handle = await open(path, 'w')
  try {
    if (typeof content === 'string' || content instanceof Uint8Array) await handle.writeFile(content)
    else for await (const piece of content) await handle.writeFile(piece)
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

/**
 * Writes a file so that, whenever the process or the machine dies, it holds what it held before or the new content, whole.
 *
 * @param path replaced where it exists; its directory exists
 * @param content text is written as UTF-8
 * @param temporary name in the same directory that nobody else writes at the same time; a crash may leave it
 *
 * @example
 * await replaceFile('state.json', '{}', 'state.json.new')
 */
export async function replaceFile(
  path: string,
  content: string | Uint8Array,
  temporary: string,
): Promise<void> {
  await writeFlushed(temporary, content)
  await rename(temporary, path)
  await flushDirectory(dirname(path))
}
