import type { KnownRows } from '@claims/contracts'
import type { Frame } from '@claims/frame'
import type { TrainingData } from '../data/read-training-data.ts'
import { hashTrainingRows, knownRows } from '../bundle/training-rows.ts'

/**
 * What is to be said of an external test: how many rows of its file were left out, and whether the model knows rows of
 * it, which are no test.
 *
 * @param tested the external file, its `frame` the rows that were tested
 * @param trained features of the rows that the model was fitted on, and of those that were held out
 * @returns sentences
 */
export function externalCautions(
  tested: TrainingData,
  { fitted, heldOut }: { readonly fitted: Frame; readonly heldOut: Frame },
): string[] {
  const { source } = tested.lineage
  const all = tested.allRows.rows
  const rows = hashTrainingRows(fitted, heldOut, { keyFrom: tested.lineage.sha256 })
  return [
    ...knownText(source, knownRows(rows, tested.inputs, fitted.names)),
    ...(tested.rejectedRows === 0
      ? []
      : [
          `External test: ${counted(tested.rejectedRows, all)} of ${source} were left out: they broke a rule or have no label.`,
        ]),
    ...(tested.maturity === null || tested.maturity.immature_rows === 0
      ? []
      : [
          `External test: ${counted(tested.maturity.immature_rows, all)} of ${source} were left out: their outcome could not be known on ${tested.maturity.as_of}.`,
        ]),
  ]
}

function knownText(source: string, { rows, known, beyond_chance: beyond }: KnownRows): string[] {
  if (!beyond) return []
  return [
    `External test: ${counted(known, rows)} that were tested of ${source} equal, in every feature, a row that the model was fitted on: on them it is no test.`,
  ]
}

function counted(some: number, all: number): string {
  return `${some.toLocaleString('en')} of ${all.toLocaleString('en')} rows`
}
