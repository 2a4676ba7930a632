import { cp, mkdir } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import { pathOf, unreadable } from '../artifacts/unreadable.ts'
import { MlflowError } from '../errors.ts'
import { nodeErrorCode } from '../node-error.ts'
import type { FileSource, ModelContent } from '../model-folder/model-folder.ts'

/**
 * Copies the files that a model is made of.
 *
 * @param content of the model
 * @param directory for the copies; it is made
 * @throws MlflowError `not_found` for a file that is missing
 * @returns the content with paths below the directory
 */
export async function copyModelFiles(content: ModelContent, directory: string): Promise<ModelContent> {
  await mkdir(directory, { recursive: true })
  let copies = 0
  const copy = async (source: FileSource): Promise<FileSource> => {
    if ('bytes' in source) return source
    copies += 1
    const path = String(copies)
    const to = join(directory, path)
    await cp(source.path, to, { recursive: true, dereference: true }).catch((cause: unknown) => {
      const of = pathOf(cause) ?? source.path
      const isMissing = nodeErrorCode(cause) === 'ENOENT' && of === source.path
      if (!isMissing) throw unreadable(of, cause, { endpoint: 'models.log', field: source.path })
      throw new MlflowError('not_found', `models.log: there is no ${source.path}`, {
        endpoint: 'models.log',
        field: source.path,
        cause,
      })
    })
    return { path }
  }
  return mapSources(content, copy)
}

/** The content with the paths of the copies in a directory. */
export async function placed(content: ModelContent, directory: string): Promise<ModelContent> {
  return mapSources(content, (source) =>
    Promise.resolve(
      'bytes' in source || isAbsolute(source.path) ? source : { path: join(directory, source.path) },
    ),
  )
}

async function mapSources(
  content: ModelContent,
  change: (source: FileSource) => Promise<FileSource>,
): Promise<ModelContent> {
  const { xgboost, files } = content
  const changed: [string, FileSource][] = []
  for (const [path, source] of Object.entries(files ?? {})) changed.push([path, await change(source)])
  return {
    ...content,
    ...(xgboost && { xgboost: { ...xgboost, model: await change(xgboost.model) } }),
    ...(files && { files: Object.fromEntries(changed) }),
  }
}
