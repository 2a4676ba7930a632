import type { CostEvaluation, Evaluation, TestEvaluation } from '@claims/contracts'
import {
  checkConstraints,
  evaluateCost,
  evaluateProbabilities,
  fairness,
  globalImportance,
} from '@claims/evaluation'
import { createRandom, type Frame, type Matrix } from '@claims/frame'
import type { Contributions } from '@claims/models'
import { contributionsOf } from './contributions-of.ts'
import type { FittedCandidate } from './fit-candidate.ts'
import type { TrainingData } from './read-training-data.ts'
import type { ChosenModel } from './select-model.ts'
import type { DataSplit } from './split-data.ts'
import { takeTarget } from './take-rows.ts'
import { testSampling } from './test-sampling.ts'

const explainedRows = 2000

/** What the test rows say about a model that was fitted and chosen without them. */
export interface EvaluatedModel {
  readonly test: TestEvaluation
  readonly target: Uint8Array
  /** Calibrated, one per test row. */
  readonly probability: Float64Array
  /** Null where the blueprint has no costs. */
  readonly cost: CostEvaluation | null
  readonly fairness: Evaluation['fairness']
  readonly constraints: Evaluation['selection']['constraints']
  readonly global: Evaluation['explanations']['global']
  /** Contributions of a seeded sample of test rows, with the raw columns and labels of those rows. */
  readonly explained: {
    readonly contributions: Contributions
    readonly matrix: Matrix
    readonly frame: Frame
    readonly target: Uint8Array
  }
}

/**
 * Tests the fitted model once on the test rows.
 *
 * @param input data, split, fitted candidate and what was chosen
 */
export function evaluateModel(input: {
  readonly data: TrainingData
  readonly split: DataSplit
  readonly fitted: FittedCandidate
  readonly chosen: ChosenModel
  readonly seed: number
}): EvaluatedModel {
  const { data, split, fitted, chosen, seed } = input
  const { blueprint } = data
  const threshold = chosen.policy.threshold.value
  const target = takeTarget(data.target, split.test)
  const probability = chosen.calibrator.apply(fitted.predict(split.test))
  const sampling = testSampling(data, split.test, blueprint.split.kind)
  const test = evaluateProbabilities({ target, probability, threshold, seed, ...sampling })
  const sample = sampleRows(split.test, seed)
  const matrix = fitted.matrixOf(sample)
  const contributions = contributionsOf(fitted.model, matrix)
  const groups = data.frame
    .select(blueprint.fairness.columns.filter((name) => data.frame.has(name)))
    .take(split.test)
  return {
    test: {
      ...test,
      cutoff: split.cutoff === null ? null : new Date(split.cutoff).toISOString().slice(0, 10),
    },
    target,
    probability,
    cost:
      blueprint.costs === null
        ? null
        : evaluateCost({ target, probability, threshold, costs: blueprint.costs, seed }),
    fairness: fairness({
      groups: new Map(groups.entries()),
      target,
      probability,
      threshold,
      minimumRows: blueprint.fairness.minimum_group_rows,
    }),
    constraints: checkConstraints(test, blueprint.selection.constraints),
    global: globalImportance(contributions, {
      featureNames: fitted.features.names,
      sources: fitted.features.steps.sources,
      blueprint,
    }),
    explained: {
      contributions,
      matrix,
      frame: data.inputs.take(sample),
      target: takeTarget(data.target, sample),
    },
  }
}

function sampleRows(rows: Uint32Array, seed: number): Uint32Array {
  if (rows.length <= explainedRows) return rows
  const order = createRandom(seed).split('explained').permutation(rows.length)
  return Uint32Array.from(order.subarray(0, explainedRows), (at) => rows[at]!).sort()
}
