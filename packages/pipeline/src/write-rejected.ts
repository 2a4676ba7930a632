import { mkdir, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { digestOf, type OutputRules } from '@claims/ingestion'
import { writeQuarantine } from '@claims/validation'
import type { TrainingData } from './read-training-data.ts'
import type { TrainingOutput } from './require-training-output.ts'

/**
 * Writes the rejected rows of a training, so that they can be mended and handed in again, also where it stops. Where
 * none was rejected, the file of an earlier training is taken away, and nobody else's.
 *
 * @param places whose file was checked before
 * @param data all rows and their validation
 * @param rules whose ledger remembers the file
 * @returns how many rows were written
 */
export async function writeRejected(
  { quarantine }: TrainingOutput,
  { allRows, validation }: Pick<TrainingData, 'allRows' | 'validation'>,
  rules: OutputRules = {},
): Promise<number> {
  if (!validation.rejected.includes(1)) {
    if ((await rules.ledger?.holds(quarantine)) === true) await rm(quarantine, { force: true })
    return 0
  }
  await mkdir(dirname(quarantine), { recursive: true })
  const rows = await writeQuarantine(quarantine, { frame: allRows, validation })
  await rules.ledger?.record(quarantine, await digestOf(quarantine))
  return rows
}
