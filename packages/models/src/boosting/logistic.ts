import { logisticFunction } from '../logistic-function.ts'

/**
 * 1 / (1 + exp(-margin)) per row, with 64 bits.
 *
 * @param margins log-odds, length n
 * @returns length n, in [0, 1]
 */
export function logistic(margins: Float32Array): Float64Array {
  const probabilities = new Float64Array(margins.length)
  for (let row = 0; row < margins.length; row++) probabilities[row] = logisticFunction(margins[row]!)
  return probabilities
}
