import type { Pauses } from '../pauses.ts'

/** A pivot below this share of its diagonal is a column that the ones before it already span. */
const singularShare = 1e-13

/**
 * Solves `A x = b` for a symmetric positive semi-definite matrix by `A = L L'`. A column that depends on the ones
 * before it gets 0.
 *
 * @param matrix size x size, row-major; its lower triangle is read and overwritten with L
 * @param right length size
 * @param pauses when to let other work run
 * @returns x, length size
 */
export async function solveCholesky(
  matrix: Float64Array,
  right: Float64Array,
  pauses: Pauses,
): Promise<Float64Array> {
  const size = right.length
  const inverse = new Float64Array(size)
  for (let i = 0; i < size; i++) {
    const row = i * size
    for (let j = 0; j < i; j++) {
      const other = j * size
      let sum = matrix[row + j]!
      for (let k = 0; k < j; k++) sum -= matrix[row + k]! * matrix[other + k]!
      matrix[row + j] = sum * inverse[j]!
    }
    const diagonal = matrix[row + i]!
    let pivot = diagonal
    for (let k = 0; k < i; k++) pivot -= matrix[row + k]! * matrix[row + k]!
    inverse[i] = pivot > singularShare * diagonal ? 1 / Math.sqrt(pivot) : 0
    if (pauses.due()) await pauses.pause()
  }
  const x = Float64Array.from(right)
  for (let i = 0; i < size; i++) {
    let sum = x[i]!
    for (let k = 0; k < i; k++) sum -= matrix[i * size + k]! * x[k]!
    x[i] = sum * inverse[i]!
  }
  for (let i = size - 1; i >= 0; i--) {
    let sum = x[i]!
    for (let k = i + 1; k < size; k++) sum -= matrix[k * size + i]! * x[k]!
    x[i] = sum * inverse[i]!
  }
  return x
}
