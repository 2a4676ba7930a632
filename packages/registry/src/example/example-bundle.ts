import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Manifest } from '@claims/contracts'
import { exampleBundle, exampleManifestFacts, type ExampleBundleOptions } from '@claims/contracts/example'
import { writeBundle } from '../bundle/write-bundle.ts'

/** Writes the example bundle of `@claims/contracts/example` to a directory; nothing in it can score. */
export async function writeExampleBundle(
  directory: string,
  options: ExampleBundleOptions = {},
): Promise<Manifest> {
  const bundle = exampleBundle(options)
  return await writeBundle(directory, async (temporary) => {
    for (const name of Object.keys(bundle.manifest.files)) {
      await mkdir(dirname(join(temporary, name)), { recursive: true })
      await writeFile(join(temporary, name), await bundle.read(name))
    }
    return exampleManifestFacts(options)
  })
}
