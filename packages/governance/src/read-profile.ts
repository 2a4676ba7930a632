import {
  referenceProfileSchema,
  readBundleFile,
  upgradeReferenceProfile,
  type ReferenceProfile,
} from '@claims/contracts'
import type { VersionFacts } from './model-facts.ts'

/** What the training rows looked like; null for a bundle that does not tell. */
export async function readBundleProfile({ manifest, read }: VersionFacts): Promise<ReferenceProfile | null> {
  const name = 'reference-profile.json'
  if (!Object.hasOwn(manifest.files, name)) return null
  const bytes = await read(name)
  if (bytes === undefined) return null
  return upgradeReferenceProfile(
    await readBundleFile({ read: () => Promise.resolve(bytes) }, name, referenceProfileSchema),
  )
}
