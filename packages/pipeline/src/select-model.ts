import type { Blueprint, Policy } from '@claims/contracts'
import { chooseThreshold, selectCandidate } from '@claims/evaluation'
import type { Calibrator, Split } from '@claims/models'
import { buildPolicy } from '@claims/scoring'
import { calibrateOutOfFold } from './calibrate-out-of-fold.ts'
import type { CrossValidated } from './cross-validate-candidates.ts'
import type { TrainingData } from './read-training-data.ts'
import { joinRows, takeTarget, takeValues } from './take-rows.ts'
import { countClasses, tightenConstraints } from './tighten-constraints.ts'

/** Everything that is chosen before the test rows are looked at. */
export interface ChosenModel {
  readonly selected: CrossValidated
  readonly rule: string
  readonly calibrator: Calibrator
  readonly policy: Policy
  /** Calibrated out-of-fold probability, length of all rows, NaN where never tested. */
  readonly calibrated: Float64Array
  /** False when no threshold satisfies the blueprint's constraints on the out-of-fold rows. */
  readonly feasible: boolean
}

/**
 * Selects a candidate, calibrates it and chooses its threshold, all on out-of-fold predictions of training rows.
 *
 * @param input cross-validated candidates, the data and its folds
 */
export function selectModel(input: {
  readonly candidates: readonly CrossValidated[]
  readonly blueprint: Blueprint
  readonly data: TrainingData
  readonly splits: readonly Split[]
  /** Only their class counts are used. */
  readonly testRows: Uint32Array
}): ChosenModel {
  const { candidates, blueprint, data, splits, testRows } = input
  const { metric, constraints } = blueprint.selection
  const selection = selectCandidate(
    fromSimple(candidates).map(({ candidate, evaluation }, complexity) => ({
      name: candidate.name,
      complexity,
      folds: evaluation.cross_validation.metrics[metric]?.folds ?? [],
    })),
    {
      metric,
      higherIsBetter: metric === 'roc_auc' || metric === 'average_precision',
      testShare: testShareOf(splits),
    },
  )
  const selected = candidates.find(({ candidate }) => candidate.name === selection.name)
  if (selected === undefined)
    throw new TypeError(`selectCandidate named "${selection.name}", which is no candidate`)
  const { calibrator, calibrated } = calibrateOutOfFold(blueprint.calibration, selected.outOfFold, {
    target: data.target,
    splits,
  })
  const rows = joinRows(splits.map(({ test }) => test))
  const target = takeTarget(data.target, rows)
  const validation = { target, probability: takeValues(calibrated, rows), costs: blueprint.costs }
  const tight = chooseThreshold({
    ...validation,
    constraints: tightenConstraints(
      constraints,
      countClasses(target),
      countClasses(takeTarget(data.target, testRows)),
    ),
  })
  const chosen = tight.feasible ? tight : chooseThreshold({ ...validation, constraints })
  const policy = buildPolicy({
    threshold: {
      value: chosen.value,
      chosen_on: 'calibrated out-of-fold predictions of training rows',
      rule: chosen.rule,
      bound_by: [...chosen.boundBy],
    },
    blueprint,
  })
  return { selected, rule: selection.rule, calibrator, policy, calibrated, feasible: chosen.feasible }
}

/** By the complexity of the kind of model; candidates of one kind in the blueprint's order. */
function fromSimple(candidates: readonly CrossValidated[]): CrossValidated[] {
  return candidates.toSorted((a, b) => a.definition.complexity - b.definition.complexity)
}

function testShareOf(splits: readonly Split[]): number {
  const first = splits[0]
  return first === undefined ? 0.2 : first.test.length / (first.test.length + first.train.length)
}
