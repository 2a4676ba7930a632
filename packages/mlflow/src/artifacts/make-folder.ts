import { lstat, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { MlflowError } from '../errors.ts'
import { nodeErrorCode } from '../node-error.ts'

const endpoint = 'artifacts.download'

/**
 * Makes a folder below a destination. No link below the destination is followed: it would lead files out of it.
 *
 * @param destination on this machine; made when there is none
 * @param folder below it, with `/`; empty for the destination itself
 * @returns the folder on this machine
 * @throws MlflowError `unsafe_path` for a link, `already_exists` for a file where a folder is to be
 */
export async function makeFolder(destination: string, folder: string): Promise<string> {
  await mkdir(destination, { recursive: true }).catch((cause: unknown) => {
    throw ['EEXIST', 'ENOTDIR'].includes(nodeErrorCode(cause) ?? '') ? occupied(destination, cause) : cause
  })
  let path = destination
  for (const name of folder === '' ? [] : folder.split('/')) {
    path = join(path, name)
    await mkdir(path).catch((cause: unknown) => {
      if (nodeErrorCode(cause) !== 'EEXIST') throw cause
    })
    const found = await lstat(path)
    if (found.isSymbolicLink())
      throw new MlflowError('unsafe_path', `${endpoint}: ${path} is a link; nothing is written through it`, {
        endpoint,
        field: 'destination',
      })
    if (!found.isDirectory()) throw occupied(path)
  }
  return path
}

function occupied(path: string, cause?: unknown): MlflowError {
  return new MlflowError('already_exists', `${endpoint}: ${path} is no folder, but a folder is to be there`, {
    endpoint,
    field: 'destination',
    cause,
  })
}
