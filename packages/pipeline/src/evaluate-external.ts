import { ClaimsError, type Blueprint, type TestEvaluation } from '@claims/contracts'
import { evaluateProbabilities } from '@claims/evaluation'
import { dataSource, type DataSource } from '@claims/ingestion'
import { transformFeatures } from './fit-features.ts'
import type { FittedCandidate } from './fit-candidate.ts'
import { infiniteRows } from './infinite-rows.ts'
import { prepareTrainingData, readChecked, type TrainingData } from './read-training-data.ts'
import { rejectRows } from './reject-rows.ts'
import type { ChosenModel } from './select-model.ts'

/**
 * Reads labelled data that nothing will be fitted or chosen on. Done before any fitting, so that a bad file costs no
 * training.
 *
 * @param source rows, or the path of a file
 * @param input blueprint of the training, hash of its data, and the moment that date rules count from
 * @returns the file's accepted rows
 * @throws ClaimsError reading and label errors; `invalid_parameter` when it is the file that is trained on
 */
export async function readExternal(
  source: string | DataSource,
  input: {
    readonly blueprint: Blueprint
    readonly trainedOn: string
    readonly now: Date
    readonly asOf?: Date | undefined
    readonly signal?: AbortSignal
  },
): Promise<TrainingData> {
  const { blueprint, trainedOn, now, asOf, signal } = input
  const data = prepareTrainingData(
    await readChecked(
      source,
      { blueprint },
      { now, asOf, purpose: 'training', ...(signal === undefined ? {} : { signal }) },
    ),
  )
  if (data.lineage.sha256 === trainedOn) {
    throw new ClaimsError(
      'invalid_parameter',
      `The test data ${dataSource(source).name} is the data that is trained on`,
      {
        problems: [
          {
            field: 'test',
            problem: 'is the training data',
            allowed: 'labelled rows that training does not see',
          },
        ],
      },
    )
  }
  return data
}

/**
 * Tests a fitted model on rows that nothing was fitted or chosen on.
 *
 * @param accepted of `readExternal`; rows with an infinite feature are rejected too
 * @param input fitted candidate and what was chosen
 * @returns metrics on the accepted rows
 */
export function evaluateExternal(
  accepted: TrainingData,
  input: { readonly fitted: FittedCandidate; readonly chosen: ChosenModel; readonly seed: number },
): TestEvaluation {
  const { fitted, chosen, seed } = input
  const found = infiniteRows(transformFeatures(fitted.features, accepted.inputs), {
    columns: accepted.blueprint.columns,
    sourcesOf: (name) => fitted.features.steps.sourcesOf(name),
  })
  const data = rejectRows(accepted, found)
  const probability = chosen.calibrator.apply(
    fitted.model.predictProba(transformFeatures(fitted.features, data.inputs)),
  )
  const evaluation = evaluateProbabilities({
    target: data.target,
    probability,
    threshold: chosen.policy.threshold.value,
    seed,
  })
  return { ...evaluation, note: `${data.lineage.source}: ${String(data.rejectedRows)} rows rejected` }
}
