import type { Matrix } from '@claims/frame'
import type { Pauses } from '../pauses.ts'
import type { ColumnMoments } from './column-moments.ts'
import { addCrossProducts } from './cross-products.ts'

/** Rows whose derivatives are worked out between two looks at the clock. */
const blockRows = 128

/** Labelled rows as the loss reads them: every `stride`-th row, columns centred at `moments.means`. */
export interface LossRows {
  readonly x: Matrix
  readonly y: Uint8Array
  /** Length x.rows; absent means all 1. */
  readonly weights?: Float64Array
  /** Factor on the weight of a row with label 0 and with label 1. */
  readonly classWeights: readonly [number, number]
  readonly moments: ColumnMoments
  /** 1 reads every row. */
  readonly stride: number
}

/** The mean loss at a position and its first derivatives. */
export interface LossValue {
  readonly value: number
  /** Length columns + 1, the intercept last. */
  readonly gradient: Float64Array
}

/**
 * Weighted mean of the logistic loss, with gradient.
 *
 * @param rows the rows
 * @param position coefficients of the centred columns, the intercept last
 * @param pauses when to let other work run
 */
export async function evaluateLoss(
  rows: LossRows,
  position: Float64Array,
  pauses: Pauses,
): Promise<LossValue> {
  const { x, stride } = rows
  const gradient = new Float64Array(x.columns + 1)
  let value = 0
  let total = 0
  for (let start = 0; start < x.rows; start += blockRows * stride) {
    const block = addBlockLoss(rows, position, { gradient, start })
    value += block.value
    total += block.weight
    if (pauses.due()) await pauses.pause()
  }
  for (let j = 0; j <= x.columns; j++) gradient[j] = gradient[j]! / total
  return { value: value / total, gradient }
}

function addBlockLoss(
  rows: LossRows,
  position: Float64Array,
  to: { readonly gradient: Float64Array; readonly start: number },
): { readonly value: number; readonly weight: number } {
  const { x, y, weights, classWeights, stride } = rows
  const { values, columns } = x
  const { means } = rows.moments
  const model = { means, position }
  const { gradient, start } = to
  const end = Math.min(x.rows, start + blockRows * stride)
  let value = 0
  let total = 0
  for (let i = start; i < end; i += stride) {
    const at = i * columns
    const margin = marginOf(model, values, at)
    const label = y[i]!
    const weight = (weights === undefined ? 1 : weights[i]!) * classWeights[label === 1 ? 1 : 0]
    const small = Math.exp(-Math.abs(margin))
    const against = label === 1 ? -margin : margin
    value += weight * (Math.log1p(small) + (against > 0 ? against : 0))
    total += weight
    const residual = weight * ((margin >= 0 ? 1 : small) / (1 + small) - label)
    for (let j = 0; j < columns; j++) gradient[j] = gradient[j]! + residual * (values[at + j]! - means[j]!)
    gradient[columns] = gradient[columns]! + residual
  }
  return { value, weight: total }
}

/**
 * Second derivatives of the weighted mean logistic loss.
 *
 * @param rows the rows
 * @param position coefficients of the centred columns, the intercept last
 * @param pauses when to let other work run
 * @returns (columns + 1) x (columns + 1), row-major, symmetric
 */
export async function lossHessian(
  rows: LossRows,
  position: Float64Array,
  pauses: Pauses,
): Promise<Float64Array> {
  const { x, stride } = rows
  const size = x.columns + 1
  const hessian = new Float64Array(size * size)
  const block = new Float64Array(size * blockRows)
  let total = 0
  for (let start = 0; start < x.rows; start += blockRows * stride) {
    const { length, weight } = fillBlock(rows, position, { block, start })
    addCrossProducts(hessian, block, { size, stride: blockRows, length })
    total += weight
    if (pauses.due()) await pauses.pause()
  }
  for (let j = 0; j < size; j++) {
    for (let k = j; k < size; k++) {
      const mean = hessian[j * size + k]! / total
      hessian[j * size + k] = mean
      hessian[k * size + j] = mean
    }
  }
  return hessian
}

/** Centred rows times the root of their curvature, one column after the other. */
function fillBlock(
  rows: LossRows,
  position: Float64Array,
  to: { readonly block: Float64Array; readonly start: number },
): { readonly length: number; readonly weight: number } {
  const { x, y, weights, classWeights, stride } = rows
  const { values, columns } = x
  const { means } = rows.moments
  const model = { means, position }
  const { block, start } = to
  const end = Math.min(x.rows, start + blockRows * stride)
  let length = 0
  let total = 0
  for (let i = start; i < end; i += stride, length++) {
    const at = i * columns
    const small = Math.exp(-Math.abs(marginOf(model, values, at)))
    const weight = (weights === undefined ? 1 : weights[i]!) * classWeights[y[i] === 1 ? 1 : 0]
    total += weight
    const root = Math.sqrt(weight * small) / (1 + small)
    for (let j = 0; j < columns; j++) block[j * blockRows + length] = root * (values[at + j]! - means[j]!)
    block[columns * blockRows + length] = root
  }
  return { length, weight: total }
}

/** A linear function of centred columns. */
export interface LinearModel {
  /** Subtracted from the cells, one per column. */
  readonly means: Float64Array
  /** Coefficients, the intercept last. */
  readonly position: Float64Array
}

/**
 * The log-odds of one row.
 *
 * @param model means and coefficients
 * @param values row-major cells
 * @param at where the row begins
 */
export function marginOf({ means, position }: LinearModel, values: Float32Array, at: number): number {
  const columns = means.length
  let margin = position[columns]!
  for (let j = 0; j < columns; j++) margin += position[j]! * (values[at + j]! - means[j]!)
  return margin
}
