import { metricNames, type MetricName } from '@claims/contracts'
import { createRandom, type Random } from '@claims/frame'
import { rowLogLoss } from '../metrics/log-loss.ts'
import { metricTable, type ResampleSums } from '../metrics/metric-table.ts'
import { requireBothClasses, type SortedScores } from '../sorted-scores.ts'
import { unitDrawer } from './draw-units.ts'
import type { ScoredRows } from './grouped-variance.ts'
import type { SamplingUnits } from './sampling-units.ts'

// Taken from Math once: a lookup of a global in the inner loop is slow in contexts that intercept globals.
const { abs, max, min, trunc } = Math

/** What resampling needs beside the scores. */
export interface BootstrapOptions {
  readonly threshold: number
  readonly seed: number
  readonly resamples: number
  /** Draw these units, whatever their classes, in place of rows within each class. */
  readonly units?: (SamplingUnits & { readonly of: ScoredRows }) | undefined
  /** Standard error of the share of positives where the split kept that of its file; see `keptShareError`. */
  readonly shareError?: number | undefined
}

/** Resamples for a set of n rows: 2,000, fewer for large sets, at least 200. */
export function defaultResamples(rows: number): number {
  return Math.max(200, Math.min(2000, Math.round(2e7 / rows)))
}

/**
 * Stratified bootstrap: each resample draws as many positives from the positives and negatives from the negatives as
 * there are, with replacement, as counts on the sorted scores, so that a resample costs one pass and no sort. With units,
 * each resample draws as many units as there are, and the number of positives varies as it would in another sample; a
 * draw that lacks a class is drawn again.
 *
 * @param sorted both classes present
 * @returns the metric's value in every resample, unsorted, by metric
 * @throws ClaimsError `label_single_class`
 */
export function bootstrapMetrics(
  sorted: SortedScores,
  { threshold, seed, resamples, units, shareError }: BootstrapOptions,
): ReadonlyMap<MetricName, Float64Array> {
  requireBothClasses(sorted)
  const { score } = sorted
  const random = createRandom(seed).split('bootstrap')
  const groups = score.length
  const positiveCount = new Uint32Array(groups)
  const negativeCount = new Uint32Array(groups)
  const groupOfPositive = rowGroups(sorted.positiveCount, sorted.positives)
  const groupOfNegative = rowGroups(sorted.negativeCount, sorted.negatives)
  const fixed = terms(sorted, threshold)
  const measured = metricNames.flatMap((name) => {
    const { interval } = metricTable[name]
    return interval.kind === 'bootstrap'
      ? [{ name, of: interval.of, values: new Float64Array(resamples) }]
      : []
  })
  const drawGroups = units === undefined ? undefined : groupDrawer(sorted, units, random)
  const weights =
    shareError === undefined ? undefined : shareWeights(sorted, shareError, random.split('share'))
  for (let r = 0; r < resamples; r++) {
    if (drawGroups === undefined) {
      draw(random, groupOfPositive, positiveCount)
      draw(random, groupOfNegative, negativeCount)
    } else drawGroups(positiveCount, negativeCount)
    const counts = { positiveCount, negativeCount }
    const sums = sumsOf(sorted, { ...counts, ...weights?.(counts) }, fixed)
    for (const { of, values } of measured) values[r] = of(sums)
  }
  return new Map(measured.map(({ name, values }) => [name, values]))
}

/** What a row of each class counts, so that their shares are those of another file. */
function shareWeights(
  { positives, rows }: SortedScores,
  shareError: number,
  random: Random,
): (counts: Counts) => { readonly ofPositive: number; readonly ofNegative: number } {
  const least = 0.5 / rows
  return ({ positiveCount, negativeCount }) => {
    const share = min(1 - least, max(least, positives / rows + shareError * random.normal()))
    return {
      ofPositive: (share * rows) / sum(positiveCount),
      ofNegative: ((1 - share) * rows) / sum(negativeCount),
    }
  }
}

function sum(counts: Uint32Array): number {
  let total = 0
  for (const count of counts) total += count
  return total
}

/** Draws units until both classes are there. */
function groupDrawer(
  { score }: SortedScores,
  { count, rows, start, of }: SamplingUnits & { readonly of: ScoredRows },
  random: Random,
): (positiveCount: Uint32Array, negativeCount: Uint32Array) => void {
  const placeOf = new Map<number, number>()
  score.forEach((value, place) => placeOf.set(value, place))
  const place = Uint32Array.from(rows, (row) => placeOf.get(of.probability[row]!)!)
  const isPositive = Uint8Array.from(rows, (row) => of.target[row]!)
  const drawUnits = unitDrawer(random, count)
  return (positiveCount, negativeCount) => {
    for (;;) {
      positiveCount.fill(0)
      negativeCount.fill(0)
      let drawn = 0
      let positives = 0
      const drawnUnits = drawUnits()
      for (let i = 0; i < drawnUnits.length; i++) {
        const unit = drawnUnits[i]!
        for (let at = start[unit]!; at < start[unit + 1]!; at++) {
          const counts = isPositive[at] === 1 ? positiveCount : negativeCount
          counts[place[at]!] = counts[place[at]!]! + 1
          positives += isPositive[at]!
          drawn++
        }
      }
      if (positives > 0 && positives < drawn) return
    }
  }
}

/** Rows of each class that a resample drew, by score. */
export interface Counts {
  readonly positiveCount: Uint32Array
  readonly negativeCount: Uint32Array
}

/** What a score adds to sums. */
export interface Terms {
  readonly lossOfPositive: Float64Array
  readonly lossOfNegative: Float64Array
  /** Groups at or above the threshold. */
  readonly flagged: number
}

/** What each score adds to sums. */
export function terms({ score }: SortedScores, threshold: number): Terms {
  let flagged = 0
  while (flagged < score.length && score[flagged]! >= threshold) flagged++
  return {
    lossOfPositive: score.map((p) => rowLogLoss(p, true)),
    lossOfNegative: score.map((p) => rowLogLoss(p, false)),
    flagged,
  }
}

function rowGroups(counts: Uint32Array, rows: number): Uint32Array {
  const groups = new Uint32Array(rows)
  let at = 0
  for (let g = 0; g < counts.length; g++) for (let k = counts[g]!; k > 0; k--) groups[at++] = g
  return groups
}

function draw(random: Random, groupOfRow: Uint32Array, counts: Uint32Array): void {
  counts.fill(0)
  const rows = groupOfRow.length
  const scale = rows / 4294967296
  for (let i = 0; i < rows; i++) {
    const group = groupOfRow[trunc(random.uint32() * scale)]!
    counts[group] = counts[group]! + 1
  }
}

/** Adds up what a resample drew. */
export function sumsOf(
  { score }: SortedScores,
  {
    positiveCount,
    negativeCount,
    ofPositive = 1,
    ofNegative = 1,
  }: Counts & { readonly ofPositive?: number; readonly ofNegative?: number },
  { lossOfPositive, lossOfNegative, flagged }: Terms,
): ResampleSums {
  let positives = 0
  let negatives = 0
  for (let g = 0; g < score.length; g++) {
    positives += ofPositive * positiveCount[g]!
    negatives += ofNegative * negativeCount[g]!
  }
  const rows = positives + negatives
  let tp = 0
  let fp = 0
  let area = 0
  let loss = 0
  let squares = 0
  let distance = 0
  let tpFlagged = 0
  let fpFlagged = 0
  for (let g = 0; g < score.length; g++) {
    if (g === flagged) {
      tpFlagged = tp
      fpFlagged = fp
    }
    const p = ofPositive * positiveCount[g]!
    const n = ofNegative * negativeCount[g]!
    if (p + n === 0) continue
    const s = score[g]!
    tp += p
    fp += n
    if (p > 0) {
      area += (p * tp) / (tp + fp)
      loss += p * lossOfPositive[g]!
      squares += p * (1 - s) * (1 - s)
    }
    if (n > 0) {
      loss += n * lossOfNegative[g]!
      squares += n * s * s
    }
    distance = max(distance, abs(tp / positives - fp / negatives))
  }
  if (flagged === score.length) {
    tpFlagged = tp
    fpFlagged = fp
  }
  const counts = { tp: tpFlagged, fp: fpFlagged, fn: positives - tpFlagged, tn: negatives - fpFlagged }
  return { positives, rows, precision: area, logLoss: loss, squaredError: squares, distance, counts }
}
