import { readdir, stat } from 'node:fs/promises'
import { basename, join, relative, sep } from 'node:path'
import { MlflowError } from '../errors.ts'
import { nodeErrorCode } from '../node-error.ts'
import { joinPath } from './safe-path.ts'

/** A file to upload. */
export interface SourceFile {
  /** On this machine. */
  readonly file: string
  /** Below the artifact root. */
  readonly path: string
  readonly bytes: number
}

/**
 * The files of a source: a file goes into the folder under its own name, a folder's contents go there as they are.
 * Links to files are followed.
 *
 * @param source a file or a folder
 * @param folder below the artifact root; empty for the root
 * @throws MlflowError `not_found` when there is no source, `invalid_argument` for what is no file, such as a link to a
 *   folder
 */
export async function sourceFiles(source: string, folder: string): Promise<SourceFile[]> {
  const endpoint = 'artifacts.upload'
  const status = await stat(source).catch((cause: unknown) => {
    if (nodeErrorCode(cause) !== 'ENOENT') throw cause
    throw new MlflowError('not_found', `${endpoint}: there is no ${source}`, {
      endpoint,
      field: 'source',
      cause,
    })
  })
  if (status.isFile()) return [{ file: source, path: joinPath(folder, basename(source)), bytes: status.size }]
  const entries = await readdir(source, { withFileTypes: true, recursive: true })
  const files: SourceFile[] = []
  for (const entry of entries) {
    if (entry.isDirectory()) continue
    const file = join(entry.parentPath, entry.name)
    const found = await stat(file)
    if (!found.isFile())
      throw new MlflowError('invalid_argument', `${endpoint}: ${file} is no file`, {
        endpoint,
        field: 'source',
      })
    files.push({
      file,
      path: joinPath(folder, relative(source, file).replaceAll(sep, '/')),
      bytes: found.size,
    })
  }
  return files.toSorted((a, b) => (a.path < b.path ? -1 : 1))
}
