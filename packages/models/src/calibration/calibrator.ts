import { ClaimsError } from '@claims/contracts'
import { requireBothClasses, requireLength } from '../training-data.ts'

/** Least and greatest calibrated probability, so that a log-loss stays finite: {@link clip}. */
const lowest = 1e-6
const highest = 1 - 1e-6

/** Plain JSON that a calibrator is restored from. */
export type CalibratorState =
  | { readonly kind: 'none' }
  | { readonly kind: 'sigmoid'; readonly slope: number; readonly intercept: number }
  | { readonly kind: 'isotonic'; readonly x: readonly number[]; readonly y: readonly number[] }

/** A fitted map from a model's probability to the observed frequency; never decreasing, each number on its own. */
export interface Calibrator {
  readonly kind: 'none' | 'sigmoid' | 'isotonic'
  /**
   * Calibrated probabilities. `sigmoid` and `isotonic` answer within [1e-6, 1 - 1e-6]; `none` answers its input.
   *
   * @param probabilities in [0, 1]; NaN stays NaN
   * @returns a new array of the same length
   */
  apply(probabilities: Float64Array): Float64Array
  toState(): CalibratorState
}

/** Within [1e-6, 1 - 1e-6]. */
export function clip(probability: number): number {
  if (probability < lowest) return lowest
  return probability > highest ? highest : probability
}

/**
 * Checks what a calibrator is fitted on.
 *
 * @returns the number of ones
 * @throws ClaimsError `length_mismatch`, `invalid_value`, `label_invalid`, `label_single_class`
 */
export function requireCalibrationData(probabilities: Float64Array, target: Uint8Array): number {
  requireLength('probabilities', probabilities.length, target.length)
  const bad = probabilities.findIndex((probability) => !(probability >= 0 && probability <= 1))
  if (bad >= 0) {
    const received = probabilities[bad]!
    throw new ClaimsError('invalid_value', `probabilities[${bad}] is ${received}; it must be in [0, 1]`, {
      problems: [
        { field: 'probabilities', problem: `row ${bad} is ${received}`, allowed: 'in [0, 1], no NaN' },
      ],
    })
  }
  return requireBothClasses(target)
}
