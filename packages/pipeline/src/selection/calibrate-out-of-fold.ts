import type { Blueprint } from '@claims/contracts'
import { fitCalibrator, type Calibrator, type Split } from '@claims/models'
import { joinRows, takeTarget, takeValues } from '../data/take-rows.ts'

/** A calibrator, and calibrated probabilities that it never saw the labels of. */
export interface OutOfFoldCalibration {
  /** Fitted on all out-of-fold predictions; the one that serves. */
  readonly calibrator: Calibrator
  /** Length of all rows; fold k is calibrated by the other folds; NaN where a row was in none of the given test folds. */
  readonly calibrated: Float64Array
}

/**
 * Calibrates on out-of-fold predictions: rows that the model behind each prediction was not fitted on. For choosing a
 * threshold, each fold's rows are calibrated by a calibrator of the other folds.
 *
 * @param method of the blueprint
 * @param predictions uncalibrated out-of-fold probabilities, length of all rows, NaN where never tested
 * @param input labels of all rows and the folds whose models stand for the final one: `calibrationSplits`
 */
export function calibrateOutOfFold(
  method: Blueprint['calibration'],
  predictions: Float64Array,
  input: { readonly target: Uint8Array; readonly splits: readonly Split[] },
): OutOfFoldCalibration {
  const fit = (rows: Uint32Array): Calibrator =>
    fitCalibrator(method, takeValues(predictions, rows), takeTarget(input.target, rows))
  const calibrated = new Float64Array(predictions.length).fill(NaN)
  for (const { test } of input.splits) {
    const others = joinRows(input.splits.filter((split) => split.test !== test).map((split) => split.test))
    const applied = fit(others).apply(takeValues(predictions, test))
    test.forEach((row, i) => {
      calibrated[row] = applied[i]!
    })
  }
  return { calibrator: fit(joinRows(input.splits.map((split) => split.test))), calibrated }
}
