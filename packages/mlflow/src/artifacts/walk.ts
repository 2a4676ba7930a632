import { MlflowError } from '../errors.ts'
import type { CallOptions } from '../http/transport.ts'
import type { ArtifactStore, FileInfo } from './artifact-store.ts'

const deepest = 64

/**
 * Every file below a folder, folder by folder. What the server lists must lie in the folder that was asked for and be
 * there once.
 *
 * @throws MlflowError `unsafe_path` for a path elsewhere, one listed twice, or folders more than 64 deep
 */
export async function* walk(
  store: ArtifactStore,
  path: string,
  options?: CallOptions,
): AsyncGenerator<FileInfo, void, undefined> {
  const endpoint = 'artifacts.list'
  const waiting = [{ path, depth: 0 }]
  for (let folder = waiting.shift(); folder !== undefined; folder = waiting.shift()) {
    const seen = new Set<string>()
    const prefix = folder.path === '' ? '' : `${folder.path}/`
    for (const entry of await store.list(folder.path, options)) {
      const inside = entry.path.startsWith(prefix) && entry.path.length > prefix.length
      if (!inside || seen.has(entry.path) || folder.depth > deepest)
        throw new MlflowError(
          'unsafe_path',
          `${endpoint}: the server lists ${JSON.stringify(entry.path)} in ${JSON.stringify(folder.path)}${inside ? (seen.has(entry.path) ? ' twice' : `, more than ${deepest} deep`) : ''}`,
          { endpoint, field: 'path' },
        )
      seen.add(entry.path)
      if (entry.isDir) waiting.push({ path: entry.path, depth: folder.depth + 1 })
      else yield entry
    }
  }
}
