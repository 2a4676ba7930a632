import type { BundleFiles } from '@claims/contracts'
import { decodeTrainingRows, trainingRowsFile, type TrainingRows } from './training-rows.ts'

/**
 * What a bundle remembers of the rows that its model was fitted on.
 *
 * @param bundle whose files are checked as they are read
 * @returns null for a bundle that was written before bundles remembered them
 * @throws ClaimsError `damaged_bundle`, `unsupported_format_version`
 */
export async function readTrainingRows(bundle: BundleFiles): Promise<TrainingRows | null> {
  if (!Object.hasOwn(bundle.manifest.files, trainingRowsFile)) return null
  return decodeTrainingRows(await bundle.read(trainingRowsFile))
}
