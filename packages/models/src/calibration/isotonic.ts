import { clip, requireCalibrationData, type Calibrator } from './calibrator.ts'

/**
 * Isotonic calibration: the non-decreasing step values of least squares (pool adjacent violators), straight lines
 * between the steps, constant outside; scikit-learn's `IsotonicRegression(out_of_bounds='clip')`. Probabilities within
 * one step become EQUAL, so order among them is lost and ROC AUC may fall slightly: rank by the uncalibrated
 * probability where order matters.
 *
 * @param probabilities in [0, 1], of rows that the model was not fitted on
 * @param target 0 or 1, same length
 * @throws ClaimsError `length_mismatch`, `invalid_value`, `label_invalid`, `label_single_class`
 */
export function fitIsotonic(probabilities: Float64Array, target: Uint8Array): Calibrator {
  requireCalibrationData(probabilities, target)
  const points = distinctPoints(probabilities, target)
  const levels = pool(points.means, points.weights)
  const x: number[] = []
  const y: number[] = []
  const last = levels.length - 1
  for (let i = 0; i <= last; i++) {
    const inside = i > 0 && i < last && levels[i] === levels[i - 1] && levels[i] === levels[i + 1]
    if (inside) continue
    x.push(points.x[i]!)
    y.push(levels[i]!)
  }
  return isotonicCalibrator(x, y)
}

/**
 * The calibrator of known corners.
 *
 * @param x strictly ascending, at least 1
 * @param y never descending, same length
 */
export function isotonicCalibrator(x: readonly number[], y: readonly number[]): Calibrator {
  return {
    kind: 'isotonic',
    apply: (probabilities) => probabilities.map((probability) => clip(interpolate(x, y, probability))),
    toState: () => ({ kind: 'isotonic', x: [...x], y: [...y] }),
  }
}

function interpolate(x: readonly number[], y: readonly number[], at: number): number {
  if (at !== at) return at
  const last = x.length - 1
  if (at <= x[0]!) return y[0]!
  if (at >= x[last]!) return y[last]!
  let low = 0
  let high = last
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if (x[middle]! <= at) low = middle
    else high = middle
  }
  const from = y[low]!
  const to = y[high]!
  // Rounding must not leave the step nor turn the order around.
  const between = from + ((to - from) * (at - x[low]!)) / (x[high]! - x[low]!)
  return between > to ? to : between
}

/** Distinct probabilities, ascending, with the share of ones and the rows at each; two sorts of plain numbers. */
function distinctPoints(
  probabilities: Float64Array,
  target: Uint8Array,
): { x: Float64Array; means: Float64Array; weights: Float64Array } {
  const rows = probabilities.length
  const all = Float64Array.from(probabilities).sort()
  const onesUnsorted = new Float64Array(rows)
  let positives = 0
  for (let row = 0; row < rows; row++) if (target[row] === 1) onesUnsorted[positives++] = probabilities[row]!
  const ones = onesUnsorted.subarray(0, positives).sort()
  const x = new Float64Array(rows)
  const means = new Float64Array(rows)
  const weights = new Float64Array(rows)
  let points = 0
  let one = 0
  for (let from = 0, to = 1; from < rows; from = to) {
    const probability = all[from]!
    while (to < rows && all[to] === probability) to++
    const firstOne = one
    while (one < positives && ones[one] === probability) one++
    x[points] = probability
    means[points] = (one - firstOne) / (to - from)
    weights[points] = to - from
    points++
  }
  return { x: x.subarray(0, points), means: means.subarray(0, points), weights: weights.subarray(0, points) }
}

/** Weighted least-squares non-decreasing values, length as given. */
function pool(means: Float64Array, weights: Float64Array): Float64Array {
  const blockSum = new Float64Array(means.length)
  const blockWeight = new Float64Array(means.length)
  const blockLength = new Uint32Array(means.length)
  let blocks = 0
  for (let i = 0; i < means.length; i++) {
    let sum = means[i]! * weights[i]!
    let weight = weights[i]!
    let length = 1
    while (blocks > 0 && blockSum[blocks - 1]! / blockWeight[blocks - 1]! >= sum / weight) {
      blocks--
      sum += blockSum[blocks]!
      weight += blockWeight[blocks]!
      length += blockLength[blocks]!
    }
    blockSum[blocks] = sum
    blockWeight[blocks] = weight
    blockLength[blocks] = length
    blocks++
  }
  const levels = new Float64Array(means.length)
  let at = 0
  for (let block = 0; block < blocks; block++) {
    levels.fill(blockSum[block]! / blockWeight[block]!, at, at + blockLength[block]!)
    at += blockLength[block]!
  }
  return levels
}
