import { constants } from 'node:fs'
import { access, lstat, readdir, stat } from 'node:fs/promises'
import { basename, join, relative, sep } from 'node:path'
import { MlflowError } from '../errors.ts'
import { nodeErrorCode } from '../node-error.ts'
import { joinPath } from './safe-path.ts'
import { unreadable } from './unreadable.ts'

/** A file to upload. */
export interface SourceFile {
  /** On this machine. */
  readonly file: string
  /** Below the artifact root. */
  readonly path: string
  readonly bytes: number
}

const endpoint = 'artifacts.upload'
const at = { endpoint, field: 'source' } as const
/**
 * The files of a source: a file goes into the folder under its own name, a folder's contents go there as they are.
 * Links to files are followed.
 *
 * @param source a file or a folder
 * @param folder below the artifact root; empty for the root
 * @throws MlflowError `not_found` when there is no source, `invalid_argument` with the path for what is no file that can
 *   be read: a link to a folder, to nothing or to itself, a pipe, an entry without permission
 */
export async function sourceFiles(source: string, folder: string): Promise<SourceFile[]> {
  const status = await stat(source).catch(async (cause: unknown) => {
    const isLink = await lstat(source).then(
      () => true,
      () => false,
    )
    if (isLink || nodeErrorCode(cause) !== 'ENOENT') throw unreadable(source, cause, at)
    throw new MlflowError('not_found', `${endpoint}: there is no ${source}`, {
      endpoint,
      field: 'source',
      cause,
    })
  })
  if (status.isFile()) {
    await requireReadable(source)
    return [{ file: source, path: joinPath(folder, basename(source)), bytes: status.size }]
  }
  if (!status.isDirectory()) throw noFile(source)
  const files: SourceFile[] = []
  for (const file of await entriesBelow(source)) {
    const found = await stat(file).catch((cause: unknown) => {
      throw unreadable(file, cause, at)
    })
    if (!found.isFile()) throw noFile(file)
    await requireReadable(file)
    files.push({
      file,
      path: joinPath(folder, relative(source, file).replaceAll(sep, '/')),
      bytes: found.size,
    })
  }
  return files.toSorted((a, b) => (a.path < b.path ? -1 : 1))
}

/** Everything below a folder that is no folder. */
async function entriesBelow(folder: string): Promise<string[]> {
  const found: string[] = []
  const waiting = [folder]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const path = next
    const entries = await readdir(path, { withFileTypes: true }).catch((cause: unknown) => {
      throw unreadable(path, cause, at)
    })
    for (const entry of entries) (entry.isDirectory() ? waiting : found).push(join(path, entry.name))
  }
  return found
}

async function requireReadable(file: string): Promise<void> {
  await access(file, constants.R_OK).catch((cause: unknown) => {
    throw unreadable(file, cause, at)
  })
}

function noFile(path: string): MlflowError {
  return new MlflowError(
    'invalid_argument',
    `${endpoint}: ${path} is no file; only files and folders are uploaded`,
    {
      endpoint,
      field: 'source',
    },
  )
}
