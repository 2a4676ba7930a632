import { mkdir, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { openOutput, type OutputRules } from '@claims/ingestion'
import { quarantineLines } from '@claims/validation'
import type { TrainingData } from '../data/read-training-data.ts'
import type { TrainingOutput } from './require-training-output.ts'

/** Characters that are gathered before they are written. */
const flushAt = 1 << 20

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
  const file = await openOutput(quarantine, { overwrite: true, ledger: rules.ledger })
  let rows = 0
  try {
    let pending = ''
    for (const line of quarantineLines({ frame: allRows, validation })) {
      pending += line
      rows += 1
      if (pending.length < flushAt) continue
      await file.write(pending)
      pending = ''
    }
    await file.write(pending)
    await file.close()
  } catch (error) {
    await file.abort()
    throw error
  }
  return rows
}
