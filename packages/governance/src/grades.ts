import { wilsonInterval } from '@claims/evaluation'
import type { Policy, ReferenceProfile } from '@claims/contracts'

/** Grades by the calibrated probability, lowest risk first: the bands of the policy. */
const gradeNames = ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] as const

const level = 0.95

/** What was predicted and what happened in one grade. */
export interface GradeResult {
  readonly grade: (typeof gradeNames)[number]
  readonly rows: number
  readonly positives: number
  /** Mean of the calibrated probabilities; null without rows. */
  readonly predicted: number | null
  /** Share of positives; null without rows. */
  readonly observed: number | null
  /** Wilson's interval of the observed share at 95 %; null without rows. */
  readonly lower: number | null
  readonly upper: number | null
}

/** Which grade a probability is in, 0 ... 3. */
export function gradeOf(probability: number, { medium, high, critical }: Policy['bands']): number {
  if (probability >= critical) return 3
  if (probability >= high) return 2
  return probability >= medium ? 1 : 0
}

/**
 * Predicted against observed rate in each grade.
 *
 * @param rows calibrated probabilities and labels (0 or 1), one per row
 * @param bands lower edges of the grades
 */
export function gradeResults(
  { probability, target }: { readonly probability: Float64Array; readonly target: Uint8Array },
  bands: Policy['bands'],
): readonly GradeResult[] {
  const rows = [0, 0, 0, 0]
  const positives = [0, 0, 0, 0]
  const sums = [0, 0, 0, 0]
  probability.forEach((p, i) => {
    const grade = gradeOf(p, bands)
    rows[grade]! += 1
    positives[grade]! += target[i]!
    sums[grade]! += p
  })
  return gradeNames.map((grade, i) => {
    const count = rows[i]!
    const positive = positives[i]!
    const empty = { predicted: null, observed: null, lower: null, upper: null }
    if (count === 0) return { grade, rows: 0, positives: 0, ...empty }
    const { lower, upper } = wilsonInterval(positive, count, level)
    return {
      ...{ grade, rows: count, positives: positive, predicted: sums[i]! / count },
      ...{ observed: positive / count, lower, upper },
    }
  })
}

/** Share of the training rows in each grade, by the cells of their scores' sketch; null without rows. */
export function trainingShares(
  { score }: ReferenceProfile,
  bands: Policy['bands'],
): readonly number[] | null {
  const counts = [0, 0, 0, 0]
  score.edges.forEach((edge, i) => {
    counts[gradeOf(edge, bands)]! += score.rows[i]!
  })
  const total = counts.reduce((sum, n) => sum + n, 0)
  return total === 0 ? null : counts.map((n) => n / total)
}

/**
 * Population stability index: the sum of (actual - expected) ln(actual / expected) over grades.
 *
 * @param expected shares that add up to 1
 * @param actual shares that add up to 1
 * @returns null where a grade is empty on one side alone, as the sum is infinite then
 */
export function populationStabilityIndex(
  expected: readonly number[],
  actual: readonly number[],
): number | null {
  let sum = 0
  for (const [i, e] of expected.entries()) {
    const a = actual[i] ?? 0
    if (e === 0 && a === 0) continue
    if (e === 0 || a === 0) return null
    sum += (a - e) * Math.log(a / e)
  }
  return sum
}
