import { createRandom, type Matrix } from '@claims/frame'

/** Rows whose true probabilities are known. */
export interface LogisticProblem {
  readonly x: Matrix
  readonly y: Uint8Array
  /** True probability per row, the best score there is. */
  readonly probabilities: Float64Array
}

/**
 * Independent standard normal columns; log-odds are a weighted sum of the first four, `offset` added.
 *
 * @param shape rows; columns: 4 or more; seed; offset: default 0
 */
export function logisticProblem(shape: {
  readonly rows: number
  readonly columns: number
  readonly seed: number
  readonly offset?: number
}): LogisticProblem {
  const { rows, columns, seed, offset = 0 } = shape
  const random = createRandom(seed)
  const values = new Float32Array(rows * columns)
  const y = new Uint8Array(rows)
  const probabilities = new Float64Array(rows)
  const slopes = [2, -1.5, 1, -0.5]
  for (let i = 0; i < rows; i++) {
    let margin = offset
    for (let j = 0; j < columns; j++) {
      const value = Math.fround(random.normal())
      values[i * columns + j] = value
      margin += (slopes[j] ?? 0) * value
    }
    const probability = 1 / (1 + Math.exp(-margin))
    probabilities[i] = probability
    y[i] = random.next() < probability ? 1 : 0
  }
  const names = Array.from({ length: columns }, (_, j) => `feature [${j}] < x`)
  return { x: { values, rows, columns, names }, y, probabilities }
}
