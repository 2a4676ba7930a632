import { opendir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { statedBytes, type KeptBundle } from '@claims/contracts'
import { isSystemError } from '@claims/contracts/files'
import { isBundleName, putTime, storeTime } from './artifacts-folder.ts'

/**
 * The bundles of a folder. Links and files are none, whatever their name.
 *
 * @param folder of the bundles; none where it does not exist
 */
export async function* listBundles(folder: string): AsyncGenerator<KeptBundle, void, undefined> {
  const now = await timeOf(folder)
  if (now === null) return
  for await (const entry of await opendir(folder)) {
    if (!entry.isDirectory() || !isBundleName(entry.name)) continue
    const directory = join(folder, entry.name)
    const put = await putTime(directory)
    if (put === null) continue
    yield { manifestSha256: entry.name, age: now - put, bytes: await bytesOf(directory) }
  }
}

/** Who may only read has the machine's clock; nothing is removed by it. */
async function timeOf(folder: string): Promise<number | null> {
  try {
    return await storeTime(folder)
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return null
    if (isSystemError(error, 'EACCES', 'EPERM', 'EROFS')) return Date.now()
    throw error
  }
}

async function bytesOf(directory: string): Promise<number> {
  try {
    return statedBytes(await readFile(join(directory, 'manifest.json')))
  } catch (error) {
    if (isSystemError(error, 'ENOENT', 'ENOTDIR', 'EISDIR', 'EACCES')) return 0
    throw error
  }
}
