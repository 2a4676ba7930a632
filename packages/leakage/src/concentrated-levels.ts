import type { ColumnBins } from './column-bins.ts'

/** A category whose whole signal sits in a few of its levels. */
export interface ConcentratedLevels {
  readonly levels: readonly string[]
  readonly rows: number
  /** Positive rate within those levels and within the others. */
  readonly rate: number
  readonly restRate: number
  /** Share of the category's deviance that those levels carry. */
  readonly devianceShare: number
}

const fewestLevels = 10
const fewestRowsOfLevel = 20
const mostLevelShare = 0.2
const mostRowShare = 0.25
const leastOddsRatio = 4
const leastDevianceShare = 0.75
/** -ln of the chance, per column, that an honest level looks like this. */
const leastSurprise = Math.log(1e6)

/**
 * Levels that stick out of an otherwise even category of ten levels or more, as when values were planted or coded
 * after the outcome. Measured by deviance: 2 n KL(rate of the level, rate of the rest), whose tail obeys Chernoff's
 * bound exp(-n KL), so that small levels raise no false alarm. Found when at most a fifth of the levels with at most
 * a quarter of the rows each have odds at least four times (or at most a fourth of) those of the rest, are too
 * unlikely to be chance (1e-6 after counting levels), and carry at least three quarters of the whole deviance.
 *
 * @param column bins of n rows
 * @param target length n, 0 or 1
 * @returns null when no level sticks out
 */
export function findConcentratedLevels(column: ColumnBins, target: Uint8Array): ConcentratedLevels | null {
  const { bins, count, nameOf } = column
  const rows = new Float64Array(count)
  const positives = new Float64Array(count)
  for (let i = 0; i < bins.length; i++) {
    rows[bins[i]!]!++
    if (target[i] === 1) positives[bins[i]!]!++
  }
  const levels = Array.from(rows.keys()).filter((bin) => bin > 0 && rows[bin]! >= fewestRowsOfLevel)
  if (levels.length < fewestLevels || levels.length > 1_000) return null
  const inside = (chosen: ReadonlySet<number>): { n: number; k: number } =>
    totals(
      levels.filter((bin) => chosen.has(bin)),
      rows,
      positives,
    )

  const apart = new Set<number>()
  const most = Math.max(1, Math.floor(levels.length * mostLevelShare))
  while (apart.size < most) {
    const rest = levels.filter((bin) => !apart.has(bin))
    let best = -1
    let bestSurprise = leastSurprise + Math.log(levels.length)
    for (const bin of rest) {
      const others = totals(
        rest.filter((other) => other !== bin),
        rows,
        positives,
      )
      const surprise = divergence(rows[bin]!, positives[bin]!, others.k / others.n)
      if (
        oddsRatio({ n: rows[bin]!, k: positives[bin]! }, others) >= leastOddsRatio &&
        surprise > bestSurprise
      ) {
        best = bin
        bestSurprise = surprise
      }
    }
    if (best < 0) break
    apart.add(best)
  }
  if (apart.size === 0) return null
  const chosen = inside(apart)
  const rest = totals(
    levels.filter((bin) => !apart.has(bin)),
    rows,
    positives,
  )
  if (chosen.n > mostRowShare * (chosen.n + rest.n)) return null
  let within = 0
  let beyond = 0
  for (const bin of levels) {
    const surprise = divergence(rows[bin]!, positives[bin]!, rest.k / rest.n)
    if (apart.has(bin)) within += surprise
    else beyond += surprise
  }
  const devianceShare = within / (within + beyond)
  if (devianceShare < leastDevianceShare) return null
  return {
    levels: [...apart].map(nameOf),
    rows: chosen.n,
    rate: chosen.k / chosen.n,
    restRate: rest.k / rest.n,
    devianceShare,
  }
}

function totals(
  levels: readonly number[],
  rows: Float64Array,
  positives: Float64Array,
): { n: number; k: number } {
  let n = 0
  let k = 0
  for (const bin of levels) {
    n += rows[bin]!
    k += positives[bin]!
  }
  return { n, k }
}

/** n KL(k / n, rate). */
function divergence(n: number, k: number, rate: number): number {
  const safe = Math.min(Math.max(rate, 0.5 / (n + 1)), 1 - 0.5 / (n + 1))
  const hit = k === 0 ? 0 : k * Math.log(k / n / safe)
  const miss = k === n ? 0 : (n - k) * Math.log((n - k) / n / (1 - safe))
  return hit + miss
}

/** Ratio of the odds of two groups, the larger over the smaller, with half a row added to each cell. */
function oddsRatio(a: { n: number; k: number }, b: { n: number; k: number }): number {
  const ratio = ((a.k + 0.5) * (b.n - b.k + 0.5)) / ((a.n - a.k + 0.5) * (b.k + 0.5))
  return Math.max(ratio, 1 / ratio)
}
