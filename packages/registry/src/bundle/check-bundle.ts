import { streamFile, type BundleFiles } from '@claims/contracts'

/**
 * Reads every file of a bundle in pieces and checks it; nothing is held.
 *
 * @throws ClaimsError `damaged_bundle` naming the first file that is not what the manifest states
 */
export async function checkBundle(bundle: BundleFiles): Promise<void> {
  for (const name of ['manifest.json', ...Object.keys(bundle.manifest.files)])
    for await (const _ of streamFile(bundle, name));
}
