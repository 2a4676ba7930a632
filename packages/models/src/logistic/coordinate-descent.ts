import type { Pauses } from '../pauses.ts'

const maximumSweeps = 10_000

/** The quadratic model of the loss at `position`, and the elastic net penalty. */
export interface PenalisedQuadratic {
  /** size x size, row-major, symmetric: second derivatives of the loss. */
  readonly hessian: Float64Array
  /** Length size: first derivatives of the loss. */
  readonly gradient: Float64Array
  /** Length size: coefficients, the intercept last. */
  readonly position: Float64Array
  /** Factor of `sum(b_j^2) / 2`; the intercept is free. */
  readonly ridge: number
  /** Factor of `sum(|b_j|)`; the intercept is free. */
  readonly lasso: number
  /** Sweeps end when every step times the root of its curvature is at most this. */
  readonly tolerance: number
}

/**
 * The step `d` that minimises `g'd + d'Hd / 2 + ridge |b + d|^2 / 2 + lasso |b + d|_1`, by cyclic coordinate descent
 * with soft thresholding (Friedman, Hastie & Tibshirani 2010), sweeping the non-zero coordinates until they settle.
 *
 * @param problem the model
 * @param pauses when to let other work run
 * @returns d, length size
 */
export async function descendCoordinates(problem: PenalisedQuadratic, pauses: Pauses): Promise<Float64Array> {
  const { hessian, position, ridge, lasso, tolerance } = problem
  const size = position.length
  const slope = Float64Array.from(problem.gradient)
  const target = Float64Array.from(position)

  const sweep = (activeOnly: boolean): number => {
    let largest = 0
    for (let j = 0; j < size; j++) {
      const free = j === size - 1
      const current = target[j]!
      if (activeOnly && current === 0 && !free) continue
      const curvature = hessian[j * size + j]!
      const damped = curvature + (free ? 0 : ridge)
      if (!(damped > 0)) continue
      const next = softThreshold(curvature * current - slope[j]!, free ? 0 : lasso) / damped
      const change = next - current
      if (change === 0) continue
      target[j] = next
      for (let k = 0, at = j * size; k < size; k++, at++) slope[k] = slope[k]! + hessian[at]! * change
      largest = Math.max(largest, Math.abs(change) * Math.sqrt(curvature))
    }
    return largest
  }

  for (let sweeps = 0; sweeps < maximumSweeps; sweeps++) {
    if (sweep(false) <= tolerance) break
    while (sweeps++ < maximumSweeps && sweep(true) > tolerance) {
      if (pauses.due()) await pauses.pause()
    }
    if (pauses.due()) await pauses.pause()
  }
  for (let j = 0; j < size; j++) target[j] = target[j]! - position[j]!
  return target
}

function softThreshold(value: number, threshold: number): number {
  if (value > threshold) return value - threshold
  return value < -threshold ? value + threshold : 0
}
