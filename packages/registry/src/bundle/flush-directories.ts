import { join } from 'node:path'
import { flushDirectory } from '@claims/contracts/files'
import { listFiles } from './list-files.ts'

/** Forces the entries of a directory, and of every directory below it, to the disk. */
export async function flushDirectories(directory: string): Promise<void> {
  const { directories } = await listFiles(directory)
  for (const name of [...directories].reverse()) await flushDirectory(join(directory, name))
  await flushDirectory(directory)
}
