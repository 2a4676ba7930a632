import type { Reading } from '@claims/contracts'
import type { DataSource } from '@claims/ingestion'
import type { Scorer } from '@claims/scoring'
import { readTestPredictions } from '../bundle/test-predictions-file.ts'
import { wasFittedOn } from '../bundle/test-predictions.ts'
import { readTrainingRows } from '../bundle/read-training-rows.ts'
import { knownFlags, knownRows } from '../bundle/training-rows.ts'
import { prepareTrainingData, readChecked } from '../data/read-training-data.ts'
import { prepareRows } from '../evaluation/prepare-rows.ts'
import type { ScoredFile } from './scored-rows.ts'
import type { ComparedBundle } from './compared-bundle.ts'

/** How a labelled file is read. */
export interface LabelledFile {
  readonly data: string | DataSource
  readonly now: Date
  readonly asOf?: Date | undefined
  readonly reading?: Reading | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Scores a labelled file by one model and finds the rows that it was fitted on: by their place where the file is that of
 * the training and the bundle knows its rows, else by their features where more of them are known than by chance.
 *
 * @param of bundle and scorer of the model
 * @param file labelled rows
 * @throws ClaimsError reading and label errors; `damaged_bundle`
 */
export async function scoreLabelled(
  { bundle }: Pick<ComparedBundle, 'bundle'>,
  scorer: Scorer,
  file: LabelledFile,
): Promise<ScoredFile> {
  const { now, asOf, reading, signal } = file
  const blueprint = {
    ...scorer.manifest.blueprint,
    reading: { ...scorer.manifest.blueprint.reading, ...reading },
  }
  const accepted = prepareTrainingData(
    await readChecked(file.data, { blueprint }, { now, asOf, purpose: 'training', signal }),
  )
  const { data, rows } = prepareRows(accepted, scorer.pipeline)
  const remembered = await readTrainingRows(bundle)
  const tested = await readTestPredictions(bundle)
  const names = bundle.manifest.input_schema.map(({ name }) => name)
  const count = data.frame.rows
  const found = remembered === null ? null : knownRows(remembered, data.inputs, names)
  const known = remembered === null ? new Uint8Array(count) : knownFlags(remembered, data.inputs, names)
  const { sha256, rows: dataRows, source } = data.lineage
  const trainingFile = sha256 === bundle.manifest.data.sha256
  const byPlace = tested !== null && trainingFile && tested.dataRows === dataRows ? tested : null
  const fitted =
    byPlace === null
      ? found?.beyond_chance === true
        ? known
        : new Uint8Array(count)
      : Uint8Array.from(data.fileRows, (row) => (wasFittedOn(byPlace, row) ? 1 : 0))
  return {
    ...{ dataSha256: sha256, dataRows, rows: data.fileRows, target: data.target, fitted, known },
    ...{ probability: rows.prepared.probabilities(), groups: data.groups, source, trainingFile },
    ...{ leftOut: dataRows - count, knownRows: found },
    fittedBy: byPlace !== null ? 'place' : remembered === null ? null : 'features',
  }
}
