import { createRandom } from '@claims/frame'
import { calibrationBinOf, calibrationBins } from '../metrics/expected-calibration-error.ts'
import type { ScoredRows } from './grouped-variance.ts'
import type { SamplingUnits } from './sampling-units.ts'
import type { Interval } from './wilson.ts'

const { abs, sqrt } = Math
/** Largest multiple of the observed gaps that is tried as the truth. */
const most = 8
const halvings = 30

/**
 * Interval of the expected calibration error. The observed error is a sum of absolute values, so chance alone makes it
 * large: a perfectly calibrated model has an error of several points on some hundreds of rows, and resampling adds
 * chance to chance. The interval turns the question around: it holds every true error under which the observed one is
 * not unusual. True gaps are taken as multiples of the observed gaps of the bins, with normal noise as large as the
 * rows (or groups) of each bin have; 0 is within it where a calibrated model may well show this error.
 *
 * @param rows labelled rows, n
 * @param options units drawn as one, observed error, confidence, noise draws
 */
export function calibrationErrorInterval(
  rows: ScoredRows,
  {
    units,
    value,
    level,
    seed,
    resamples,
  }: {
    readonly units: SamplingUnits
    readonly value: number
    readonly level: number
    readonly seed: number
    readonly resamples: number
  },
): Interval {
  const { gap, noise } = gapsOf(rows, units)
  const random = createRandom(seed).split('calibration-error')
  const drawn = Float64Array.from({ length: resamples * calibrationBins }, () => random.normal())
  const shareAtLeast = (multiple: number): number => {
    let count = 0
    for (let r = 0; r < resamples; r++) {
      let error = 0
      for (let b = 0; b < calibrationBins; b++)
        error += abs(multiple * gap[b]! + noise[b]! * drawn[r * calibrationBins + b]!)
      if (error >= value) count++
    }
    return count / resamples
  }
  return {
    lower: value * multipleWhere(shareAtLeast, (1 - level) / 2),
    upper: value * multipleWhere(shareAtLeast, (1 + level) / 2),
  }
}

/** The multiple from which on the observed error is reached in a share of draws; the share grows with the multiple. */
function multipleWhere(shareAtLeast: (multiple: number) => number, share: number): number {
  if (shareAtLeast(0) >= share) return 0
  let low = 0
  let high = most
  for (let i = 0; i < halvings; i++) {
    const middle = (low + high) / 2
    if (shareAtLeast(middle) >= share) high = middle
    else low = middle
  }
  return high
}

/** Mean gap of each bin and its standard error, both as shares of all rows. */
function gapsOf(
  { target, probability }: ScoredRows,
  { count, rows, start }: SamplingUnits,
): { readonly gap: Float64Array; readonly noise: Float64Array } {
  const n = target.length
  const bin = Uint8Array.from(probability, calibrationBinOf)
  const inBin = new Float64Array(calibrationBins)
  const sum = new Float64Array(calibrationBins)
  for (let row = 0; row < n; row++) {
    const b = bin[row]!
    inBin[b] = inBin[b]! + 1
    sum[b] = sum[b]! + probability[row]! - target[row]!
  }
  const squares = new Float64Array(calibrationBins)
  const ofUnit = new Float64Array(calibrationBins)
  for (let unit = 0; unit < count; unit++) {
    ofUnit.fill(0)
    for (let at = start[unit]!; at < start[unit + 1]!; at++) {
      const row = rows[at]!
      const b = bin[row]!
      ofUnit[b] = ofUnit[b]! + probability[row]! - target[row]! - sum[b]! / inBin[b]!
    }
    for (let b = 0; b < calibrationBins; b++) squares[b] = squares[b]! + ofUnit[b]! ** 2
  }
  return { gap: sum.map((value) => value / n), noise: squares.map((value) => sqrt(value) / n) }
}
