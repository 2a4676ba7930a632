import { ClaimsError } from '@claims/contracts'

/** Distinct scores from high to low with the rows of each class that have them: what every ranking metric reads. */
export interface SortedScores {
  readonly rows: number
  readonly positives: number
  readonly negatives: number
  /** Distinct scores, descending, length m. */
  readonly score: Float64Array
  /** Positive rows with each score, length m. */
  readonly positiveCount: Uint32Array
  /** Negative rows with each score, length m. */
  readonly negativeCount: Uint32Array
}

/**
 * Groups rows by score, highest first. Each class is sorted as plain numbers and the two are merged, which keeps the
 * sort native: 135,000 rows take about 20 ms.
 *
 * @param target 0 or 1, length n
 * @param probability scores, length n, finite
 * @returns at most n groups
 * @throws ClaimsError `length_mismatch`, `empty_data`, `invalid_value` for a score that is not finite
 * @example
 * sortScores(Uint8Array.of(1, 0, 1), Float64Array.of(0.9, 0.4, 0.4)).score // [0.9, 0.4]
 */
export function sortScores(target: Uint8Array, probability: Float64Array): SortedScores {
  const rows = target.length
  if (probability.length !== rows) {
    throw new ClaimsError(
      'length_mismatch',
      `There are ${String(rows)} labels and ${String(probability.length)} scores`,
      {
        problems: [
          {
            field: 'probability',
            problem: `has ${String(probability.length)} values`,
            allowed: `${String(rows)} values`,
          },
        ],
      },
    )
  }
  if (rows === 0) throw new ClaimsError('empty_data', 'There are no rows to evaluate')
  let positives = 0
  for (let i = 0; i < rows; i++) positives += target[i] === 1 ? 1 : 0
  const ofPositives = new Float64Array(positives)
  const ofNegatives = new Float64Array(rows - positives)
  for (let i = 0, p = 0, n = 0; i < rows; i++) {
    const value = probability[i]!
    if (!Number.isFinite(value)) {
      throw new ClaimsError('invalid_value', `The score of row ${String(i)} is ${String(value)}`, {
        problems: [
          {
            field: 'probability',
            problem: `row ${String(i)} is ${String(value)}`,
            allowed: 'a finite number',
          },
        ],
      })
    }
    if (target[i] === 1) ofPositives[p++] = value
    else ofNegatives[n++] = value
  }
  return merge(ofPositives.sort(), ofNegatives.sort())
}

function merge(ofPositives: Float64Array, ofNegatives: Float64Array): SortedScores {
  const positives = ofPositives.length
  const negatives = ofNegatives.length
  const score = new Float64Array(positives + negatives)
  const positiveCount = new Uint32Array(positives + negatives)
  const negativeCount = new Uint32Array(positives + negatives)
  let p = positives - 1
  let n = negatives - 1
  let m = 0
  while (p >= 0 || n >= 0) {
    const value = Math.max(p >= 0 ? ofPositives[p]! : -Infinity, n >= 0 ? ofNegatives[n]! : -Infinity)
    score[m] = value
    while (p >= 0 && ofPositives[p] === value) {
      positiveCount[m] = positiveCount[m]! + 1
      p--
    }
    while (n >= 0 && ofNegatives[n] === value) {
      negativeCount[m] = negativeCount[m]! + 1
      n--
    }
    m++
  }
  return {
    rows: positives + negatives,
    positives,
    negatives,
    score: score.subarray(0, m),
    positiveCount: positiveCount.subarray(0, m),
    negativeCount: negativeCount.subarray(0, m),
  }
}

/**
 * Refuses a set in which one class is absent, where most metrics do not exist.
 *
 * @throws ClaimsError `label_single_class`
 */
export function requireBothClasses(sorted: SortedScores): void {
  if (sorted.positives > 0 && sorted.negatives > 0) return
  const only = sorted.positives === 0 ? 'negative' : 'positive'
  throw new ClaimsError('label_single_class', `All ${String(sorted.rows)} rows are ${only}`, {
    problems: [
      { field: 'target', problem: `holds only ${only} rows`, allowed: 'at least one row of each class' },
    ],
  })
}
