import { MlflowError } from '../errors.ts'
import type { CallOptions } from '../http/transport.ts'
import type { ArtifactStore, FileInfo } from './artifact-store.ts'

/**
 * What lies directly below a folder, as the store lists it.
 *
 * @param store that is asked
 * @param path of the folder; empty for the root
 * @throws MlflowError `unsafe_path` for a path that is not in the folder, or one listed twice
 */
export async function listFolder(
  store: ArtifactStore,
  path: string,
  options?: CallOptions,
): Promise<FileInfo[]> {
  const prefix = path === '' ? '' : `${path}/`
  const entries = await store.list(path, options)
  const seen = new Set<string>()
  for (const entry of entries) {
    const name = entry.path.slice(prefix.length)
    const inside = entry.path.startsWith(prefix) && name !== '' && !name.includes('/')
    if (!inside || seen.has(entry.path))
      throw new MlflowError(
        'unsafe_path',
        `artifacts.list: the server lists ${JSON.stringify(entry.path)} in ${JSON.stringify(path)}${inside ? ' twice' : ''}`,
        { endpoint: 'artifacts.list', field: 'path' },
      )
    seen.add(entry.path)
  }
  return entries
}
