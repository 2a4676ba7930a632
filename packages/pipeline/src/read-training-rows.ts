import { readFile } from 'node:fs/promises'
import type { Bundle } from '@claims/registry'
import { decodeTrainingRows, trainingRowsFile, type TrainingRows } from './training-rows.ts'

/**
 * What a bundle remembers of the rows that its model was fitted on.
 *
 * @param bundle opened, so checked by its hashes
 * @returns null for a bundle that was written before bundles remembered them
 * @throws ClaimsError `damaged_bundle`, `unsupported_format_version`
 */
export async function readTrainingRows(bundle: Bundle): Promise<TrainingRows | null> {
  if (!Object.hasOwn(bundle.manifest.files, trainingRowsFile)) return null
  return decodeTrainingRows(await readFile(bundle.path(trainingRowsFile)))
}
