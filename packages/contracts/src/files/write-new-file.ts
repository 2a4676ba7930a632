import { open, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ClaimsError } from '../claims-error.ts'
import { flushDirectory } from './flush.ts'
import { isSystemError, systemCode } from './system-error.ts'

/**
 * Writes a file under a name that is free, flushed to the medium, such as a key, which nothing may replace. Where it cannot be
 * written to its end there is no file.
 *
 * @param path of the file
 * @param content of it
 * @param options `mode` of the file, such as 0o600, and `field` that errors name
 * @throws ClaimsError `already_exists`, `unreadable_file`
 * @example
 * await writeNewFile('backup.key', key, { mode: 0o600, field: 'key' })
 */
export async function writeNewFile(
  path: string,
  content: string | Uint8Array,
  { mode, field }: { readonly mode: number; readonly field: string },
): Promise<void> {
  try {
    const handle = await open(path, 'wx', mode)
    try {
      await handle.writeFile(content)
      await handle.sync()
    } catch (error) {
      await rm(path, { force: true })
      throw error
    } finally {
      await handle.close()
    }
    await flushDirectory(dirname(path))
  } catch (error) {
    if (isSystemError(error, 'EEXIST'))
      throw new ClaimsError('already_exists', `There is a file ${path} already`, {
        problems: [{ field, problem: 'exists', allowed: 'a name that is free' }],
      })
    const problem = `cannot be written (${systemCode(error)})`
    throw new ClaimsError('unreadable_file', `The file ${path} ${problem}`, {
      cause: error,
      problems: [{ field, problem, allowed: 'a place that can be written' }],
    })
  }
}
