import { damagedFile } from './damaged-file.ts'
import { manifestSchema, type Manifest } from './manifest.ts'
import { parseBundleFile } from './parse-bundle-file.ts'

/**
 * The manifest in a text.
 *
 * @throws ClaimsError `damaged_bundle`, `unsupported_format_version`
 */
export function parseManifest(content: string): Manifest {
  let value: unknown
  try {
    value = JSON.parse(content)
  } catch {
    throw damagedFile('The bundle', 'manifest.json', 'is not valid JSON')
  }
  const manifest = parseBundleFile(manifestSchema, value, 'manifest.json')
  for (const name of Object.keys(manifest.files)) {
    if (
      !/^[^/\\\0]+(\/[^/\\\0]+)*$/.test(name) ||
      name === 'manifest.json' ||
      name.split('/').some((part) => part === '..' || part === '.')
    ) {
      throw damagedFile('The bundle', 'manifest.json', `lists "${name}", which is no name within the bundle`)
    }
  }
  return manifest
}
