import { MlflowError } from '../errors.ts'
import type { CallOptions } from '../http/transport.ts'
import type { ArtifactStore, FileInfo } from './artifact-store.ts'
import { listFolder } from './list-folder.ts'

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
  const waiting = [{ path, depth: 0 }]
  for (let folder = waiting.shift(); folder !== undefined; folder = waiting.shift()) {
    for (const entry of await listFolder(store, folder.path, options)) {
      if (folder.depth > deepest)
        throw new MlflowError(
          'unsafe_path',
          `artifacts.list: the server lists ${JSON.stringify(entry.path)}, more than ${deepest} folders deep`,
          { endpoint: 'artifacts.list', field: 'path' },
        )
      if (entry.isDir) waiting.push({ path: entry.path, depth: folder.depth + 1 })
      else yield entry
    }
  }
}
