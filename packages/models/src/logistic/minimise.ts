import type { Pauses } from '../pauses.ts'
import { solveCholesky } from './cholesky.ts'
import { descendCoordinates } from './coordinate-descent.ts'
import { evaluateLoss, lossHessian, type LossRows, type LossValue } from './logistic-loss.ts'

/** A curvature that brings the step down to less than this share of the one before is kept. */
const keptContraction = 0.1
const sufficientDecrease = 1e-4
const smallestStep = 1e-10
/** Relative rounding error of a mean loss, below which two values are the same. */
const rounding = 1e-13
/** A step that rounding may hide the gain of. */
const roundingStep = 1e-6

/** The penalty per unit of mean loss and when to stop. */
export interface MinimiseSettings {
  readonly ridge: number
  readonly lasso: number
  readonly maximumIterations: number
  /** Largest step, in log-odds per standard deviation, at which the position counts as found. */
  readonly tolerance: number
  /** Rows skipped for the curvature that the search begins with: 1 reads them all. */
  readonly hessianStride: number
  readonly onIteration?: (iteration: number) => void
}

/** Where the search ended. */
export interface Minimum {
  /** Coefficients of the centred columns, the intercept last. */
  readonly position: Float64Array
  readonly iterations: number
  readonly converged: boolean
}

/**
 * Minimises mean logistic loss plus elastic net by proximal Newton steps with backtracking (Lee, Sun & Saunders 2014).
 * The curvature is kept from one step to the next while steps shrink quickly; the gradient is always exact, so the
 * minimum does not depend on how the curvature was made.
 *
 * @param rows the rows
 * @param start coefficients of the centred columns, the intercept last
 * @param context penalty, stopping and pauses
 */
export async function minimise(
  rows: LossRows,
  start: Float64Array,
  context: { readonly settings: MinimiseSettings; readonly pauses: Pauses },
): Promise<Minimum> {
  const { settings, pauses } = context
  const { deviations } = rows.moments
  let position = start
  let loss = await evaluateLoss(rows, position, pauses)
  let stride = settings.hessianStride
  let hessian = await lossHessian({ ...rows, stride: rows.stride * stride }, position, pauses)
  let age = 0
  let previousSize = Infinity
  for (let iteration = 1; iteration <= settings.maximumIterations; iteration++) {
    settings.onIteration?.(iteration)
    const step = await stepOf({ hessian, gradient: loss.gradient, position, settings, pauses })
    const size = sizeOf(step, deviations)
    const moved = await backtrack(rows, { position, loss, step, settings, pauses })
    if (moved !== null) {
      position = moved.position
      loss = moved.loss
    }
    if (size <= settings.tolerance) return { position, iterations: iteration, converged: true }
    if (moved === null && stride === 1 && age === 0) {
      return { position, iterations: iteration, converged: size <= roundingStep }
    }
    const slow = moved === null || moved.length < 1 || size > keptContraction * previousSize
    if (slow && age === 0 && iteration > 1) stride = 1
    age++
    if (slow || iteration === 1) {
      hessian = await lossHessian({ ...rows, stride: rows.stride * stride }, position, pauses)
      age = 0
    }
    previousSize = size
  }
  return { position, iterations: settings.maximumIterations, converged: false }
}

async function stepOf(at: {
  hessian: Float64Array
  gradient: Float64Array
  position: Float64Array
  settings: MinimiseSettings
  pauses: Pauses
}): Promise<Float64Array> {
  const { hessian, gradient, position, settings, pauses } = at
  const { ridge, lasso, tolerance } = settings
  if (lasso > 0) {
    return descendCoordinates(
      { hessian, gradient, position, ridge, lasso, tolerance: tolerance / 10 },
      pauses,
    )
  }
  const size = position.length
  const matrix = Float64Array.from(hessian)
  const right = new Float64Array(size)
  for (let j = 0; j < size; j++) {
    const free = j === size - 1
    if (!free) matrix[j * size + j] = matrix[j * size + j]! + ridge
    right[j] = -(gradient[j]! + (free ? 0 : ridge * position[j]!))
  }
  return solveCholesky(matrix, right, pauses)
}

async function backtrack(
  rows: LossRows,
  from: {
    position: Float64Array
    loss: LossValue
    step: Float64Array
    settings: MinimiseSettings
    pauses: Pauses
  },
): Promise<{ position: Float64Array; loss: LossValue; length: number } | null> {
  const { position, loss, step, settings, pauses } = from
  const before = loss.value + penalty(position, settings)
  let promised =
    penalty(
      position.map((value, j) => value + step[j]!),
      settings,
    ) - penalty(position, settings)
  for (let j = 0; j < step.length; j++) promised += loss.gradient[j]! * step[j]!
  for (let length = 1; length >= smallestStep; length /= 2) {
    const candidate = position.map((value, j) => value + length * step[j]!)
    const there = await evaluateLoss(rows, candidate, pauses)
    const after = there.value + penalty(candidate, settings)
    if (after <= before + sufficientDecrease * length * promised + rounding * Math.abs(before)) {
      return { position: candidate, loss: there, length }
    }
  }
  return null
}

function penalty(position: Float64Array, { ridge, lasso }: MinimiseSettings): number {
  let squares = 0
  let absolutes = 0
  for (let j = 0; j < position.length - 1; j++) {
    squares += position[j]! * position[j]!
    absolutes += Math.abs(position[j]!)
  }
  return (ridge / 2) * squares + lasso * absolutes
}

/** Largest change of the log-odds that a move of one standard deviation sees. */
function sizeOf(step: Float64Array, deviations: Float64Array): number {
  let size = Math.abs(step[deviations.length]!)
  for (let j = 0; j < deviations.length; j++) size = Math.max(size, Math.abs(step[j]!) * deviations[j]!)
  return size
}
