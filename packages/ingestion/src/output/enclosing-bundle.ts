import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/**
 * The bundle that a path lies in; a file written there would make the bundle unusable, or be lost when it is replaced.
 *
 * @param target absolute, links followed
 * @returns the folder of the bundle, or null; a folder that is a bundle lies in itself
 */
export async function enclosingBundle(target: string): Promise<string | null> {
  for (let folder = target; ; folder = dirname(folder)) {
    if (await isBundle(folder)) return folder
    if (dirname(folder) === folder) return null
  }
}

async function isBundle(folder: string): Promise<boolean> {
  let manifest: unknown
  try {
    manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'))
  } catch {
    return false // Absent, not to be read, or no JSON: no bundle that could be opened.
  }
  return (
    typeof manifest === 'object' &&
    manifest !== null &&
    'format_version' in manifest &&
    'files' in manifest &&
    typeof manifest.files === 'object'
  )
}
