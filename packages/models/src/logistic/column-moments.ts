import type { Matrix } from '@claims/frame'
import type { Pauses } from '../pauses.ts'

const blockRows = 1024

/** Weighted means and standard deviations per column. */
export interface ColumnMoments {
  readonly means: Float64Array
  readonly deviations: Float64Array
}

/**
 * Weighted mean and standard deviation of every column, in two passes. A constant column's mean is its value exactly
 * and its deviation 0.
 *
 * @param x without NaN
 * @param weights length x.rows; absent means all 1
 * @param pauses when to let other work run
 */
export async function columnMoments(
  x: Matrix,
  weights: Float64Array | undefined,
  pauses: Pauses,
): Promise<ColumnMoments> {
  const { values, rows, columns } = x
  const means = new Float64Array(columns)
  const deviations = new Float64Array(columns)
  const varies = new Uint8Array(columns)
  let total = 0
  for (let i = 0; i < rows; i++) {
    const weight = weights === undefined ? 1 : weights[i]!
    const at = i * columns
    total += weight
    for (let j = 0; j < columns; j++) {
      const value = values[at + j]!
      means[j] = means[j]! + weight * value
      if (value !== values[j]) varies[j] = 1
    }
    if (i % blockRows === 0 && pauses.due()) await pauses.pause()
  }
  for (let j = 0; j < columns; j++) means[j] = varies[j] === 1 ? means[j]! / total : values[j]!
  for (let i = 0; i < rows; i++) {
    const weight = weights === undefined ? 1 : weights[i]!
    const at = i * columns
    for (let j = 0; j < columns; j++) {
      const distance = values[at + j]! - means[j]!
      deviations[j] = deviations[j]! + weight * distance * distance
    }
    if (i % blockRows === 0 && pauses.due()) await pauses.pause()
  }
  for (let j = 0; j < columns; j++) deviations[j] = Math.sqrt(deviations[j]! / total)
  return { means, deviations }
}
