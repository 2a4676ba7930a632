import {
  referenceProfileSchema,
  readBundleFile,
  upgradeReferenceProfile,
  type ReferenceProfile,
} from '@claims/contracts'
import type { VersionFacts } from './model-facts.ts'

/** What the training rows looked like; null for a bundle that does not tell. */
export async function readBundleProfile({ files }: VersionFacts): Promise<ReferenceProfile | null> {
  const name = 'reference-profile.json'
  if (!Object.hasOwn(files.manifest.files, name)) return null
  return upgradeReferenceProfile(await readBundleFile(files, name, referenceProfileSchema))
}
