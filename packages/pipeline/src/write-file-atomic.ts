import { randomUUID } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { ClaimsError } from '@claims/contracts'

/**
 * Writes a small text file so that it is there whole or not at all.
 *
 * @param path replaced where it exists
 * @param text the content
 * @throws ClaimsError `unreadable_file` when the folder cannot be written to
 */
export async function writeFileAtomic(path: string, text: string): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`
  try {
    const file = await open(temporary, 'wx')
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw new ClaimsError(
      'unreadable_file',
      `${path} cannot be written: ${String(error instanceof Error ? error.message : error)}`,
      { cause: error },
    )
  }
}
