import { damagedFile, type Manifest } from '@claims/contracts'
import { listFiles } from './list-files.ts'

/**
 * Refuses a directory with a file that its manifest does not list and scoring would read: below `model/`, or JSON.
 *
 * @throws ClaimsError `damaged_bundle` naming the file
 */
export async function refuseExtraFiles(directory: string, manifest: Manifest): Promise<void> {
  const { files, others } = await listFiles(directory)
  const extra = [...files, ...others].find(
    (name) =>
      name !== 'manifest.json' &&
      !Object.hasOwn(manifest.files, name) &&
      !/(^|\/)\./.test(name) &&
      (name.startsWith('model/') || name.endsWith('.json')),
  )
  if (extra !== undefined) throw damagedFile(directory, extra, 'is not in the manifest')
}
