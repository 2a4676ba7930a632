import type { Blueprint, TestEvaluation } from '@claims/contracts'
import { evaluateProbabilities } from '@claims/evaluation'
import { transformFeatures } from './fit-features.ts'
import type { FittedCandidate } from './fit-candidate.ts'
import { prepareTrainingData, readChecked } from './read-training-data.ts'
import type { ChosenModel } from './select-model.ts'

/**
 * Tests a fitted model on a labelled file that nothing was fitted or chosen on.
 *
 * @param path the file
 * @param input fitted candidate and what was chosen
 * @returns metrics on the file's accepted rows
 * @throws ClaimsError reading and label errors
 */
export async function evaluateExternal(
  path: string,
  input: {
    readonly blueprint: Blueprint
    readonly fitted: FittedCandidate
    readonly chosen: ChosenModel
    readonly seed: number
    readonly now: Date
    readonly signal?: AbortSignal
  },
): Promise<TestEvaluation> {
  const { blueprint, fitted, chosen, seed, now, signal } = input
  const data = prepareTrainingData(
    await readChecked(
      path,
      { blueprint },
      { now, purpose: 'training', ...(signal === undefined ? {} : { signal }) },
    ),
  )
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
