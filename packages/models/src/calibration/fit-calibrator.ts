import { calibratorFileSchema, ClaimsError, fieldProblems, readLeniently } from '@claims/contracts'
import { requireCalibrationData, type Calibrator, type CalibratorState } from './calibrator.ts'
import { fitIsotonic, isotonicCalibrator } from './isotonic.ts'
import { fitSigmoid, sigmoidCalibrator } from './sigmoid.ts'

/** Rows of each class from which `auto` trusts the isotonic map. */
const isotonicRows = 1000

/** Leaves probabilities as they are. */
export const identityCalibrator: Calibrator = Object.freeze({
  kind: 'none' as const,
  apply: (probabilities: Float64Array) => Float64Array.from(probabilities),
  toState: (): CalibratorState => ({ kind: 'none' }),
})

/**
 * Fits the calibrator that a blueprint asks for.
 *
 * @param kind `auto` is isotonic from 1,000 rows of each class, else sigmoid
 * @param probabilities in [0, 1], of rows that the model was not fitted on
 * @param target 0 or 1, same length
 * @throws ClaimsError `length_mismatch`, `invalid_value`, `label_invalid`, `label_single_class`
 *
 * @example
 * const calibrator = fitCalibrator('auto', outOfFold, target)
 * const calibrated = calibrator.apply(model.predictProba(x))
 */
export function fitCalibrator(
  kind: 'auto' | 'sigmoid' | 'isotonic' | 'none',
  probabilities: Float64Array,
  target: Uint8Array,
): Calibrator {
  if (kind === 'none') return identityCalibrator
  if (kind === 'sigmoid') return fitSigmoid(probabilities, target)
  if (kind === 'isotonic') return fitIsotonic(probabilities, target)
  const positives = requireCalibrationData(probabilities, target)
  const rarer = Math.min(positives, target.length - positives)
  return rarer >= isotonicRows ? fitIsotonic(probabilities, target) : fitSigmoid(probabilities, target)
}

/**
 * A calibrator from the state that `toState` gave; keys that this product does not know are left out.
 *
 * @param state parsed JSON
 * @throws ClaimsError `damaged_bundle`
 */
export function restoreCalibrator(state: unknown): Calibrator {
  const parsed = readLeniently(calibratorFileSchema, state)
  if (!parsed.success) {
    throw new ClaimsError('damaged_bundle', 'The state of the calibrator is not valid', {
      cause: parsed.error,
      problems: fieldProblems(parsed.error),
    })
  }
  const { data } = parsed
  if (data.kind === 'none') return identityCalibrator
  return data.kind === 'sigmoid'
    ? sigmoidCalibrator(data.slope, data.intercept)
    : isotonicCalibrator(data.x, data.y)
}
