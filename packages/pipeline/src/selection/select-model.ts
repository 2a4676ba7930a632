import type { Blueprint, Policy } from '@claims/contracts'
import { chooseThreshold } from '@claims/evaluation'
import type { Calibrator, Split } from '@claims/models'
import { buildPolicy } from '@claims/scoring'
import { calibrateOutOfFold } from './calibrate-out-of-fold.ts'
import { calibrationSplits } from './calibration-splits.ts'
import type { ComparedModels } from './compare-models.ts'
import type { CrossValidated } from '../folds/cross-validate-candidates.ts'
import type { TrainingData } from '../data/read-training-data.ts'
import { joinRows, takeTarget, takeValues } from '../data/take-rows.ts'
import { countClasses, tightenConstraints } from './tighten-constraints.ts'

/** Everything that is chosen before the test rows are looked at. */
export interface ChosenModel {
  readonly selected: CrossValidated
  readonly rule: string
  readonly calibrator: Calibrator
  readonly policy: Policy
  /** Calibrated out-of-fold probability, length of all rows, NaN where no prediction stands for the final model's. */
  readonly calibrated: Float64Array
  /** False when no threshold satisfies the blueprint's constraints on the out-of-fold rows. */
  readonly feasible: boolean
}

/**
 * Calibrates the candidate that was taken and chooses its threshold, all on out-of-fold predictions of training rows.
 *
 * @param input the candidate, the data and its folds
 */
export function selectModel(input: {
  readonly compared: Pick<ComparedModels, 'selected' | 'rule'>
  readonly blueprint: Blueprint
  readonly data: TrainingData
  readonly splits: readonly Split[]
  /** Only their class counts are used. */
  readonly testRows: Uint32Array
}): ChosenModel {
  const { compared, blueprint, data, splits, testRows } = input
  const { selected, rule } = compared
  const { constraints } = blueprint.selection
  const calibrating = calibrationSplits(splits)
  const { calibrator, calibrated } = calibrateOutOfFold(blueprint.calibration, selected.outOfFold, {
    target: data.target,
    splits: calibrating,
  })
  const rows = joinRows(calibrating.map(({ test }) => test))
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
      chosen_on:
        blueprint.split.kind === 'time'
          ? 'calibrated predictions of the latest training rows by models of earlier rows'
          : 'calibrated out-of-fold predictions of training rows',
      rule: chosen.rule,
      bound_by: [...chosen.boundBy],
    },
    blueprint,
  })
  return { selected, rule, calibrator, policy, calibrated, feasible: chosen.feasible }
}
