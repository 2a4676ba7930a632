import { metricNames, type Metric, type MetricName, type TestEvaluation } from '@claims/contracts'
import { quantileOfSorted } from '@claims/frame'
import { bootstrapMetrics, defaultResamples } from './intervals/bootstrap.ts'
import { calibrationErrorInterval } from './intervals/calibration-error-interval.ts'
import { aucInterval, delong } from './intervals/delong.ts'
import { groupedShareInterval } from './intervals/grouped-share.ts'
import { groupedDelong } from './intervals/grouped-variance.ts'
import { samplingUnits, type SamplingUnits } from './intervals/sampling-units.ts'
import { keptShareError, keptShareTrials } from './intervals/kept-share.ts'
import { wilsonInterval, type Interval } from './intervals/wilson.ts'
import { confusion } from './metrics/confusion.ts'
import { metricTable, type MetricInterval } from './metrics/metric-table.ts'
import { requireBothClasses, sortScores } from './sorted-scores.ts'

/** Labelled, scored rows and how to judge them. */
export interface EvaluateProbabilitiesInput {
  /** 0 or 1, length n. */
  readonly target: Uint8Array
  /** Calibrated probability of the positive class, length n. */
  readonly probability: Float64Array
  /** A row at or above it is predicted positive. */
  readonly threshold: number
  readonly seed: number
  /**
   * Group of each row (a customer, a policy), negative for a row that stands alone: rows of a group hang together, so
   * that intervals come from whole groups.
   */
  readonly groups?: Int32Array | undefined
  /** False where another sample would hold another share of positives: rows are drawn whatever their class. True where absent. */
  readonly classesFixed?: boolean | undefined
  /**
   * Rows of the file, where its split kept the share of positives in these rows: that share is known as well as so many
   * rows know it. Absent where the rows are drawn by themselves.
   */
  readonly shareKeptOf?: number | undefined
  /** Confidence of the intervals; 0.95 where absent. */
  readonly level?: number
  /** Bootstrap resamples; see `defaultResamples`. */
  readonly resamples?: number
}

/**
 * Every metric of a set of rows with its interval: DeLong on the logit scale for AUC and Gini, Wilson for the
 * proportions, a stratified percentile bootstrap for the rest. KS is biased upward, in the rows and once more in their
 * resamples, so its interval is shifted back by twice the bootstrap's estimate of that bias; that of the calibration error is `calibrationErrorInterval`. Where rows hang together in
 * groups, the variance of the AUC is that between groups (Obuchowski), Wilson counts the trials that the groups are
 * worth, and the bootstrap draws whole groups.
 *
 * @returns the shape of `test` in `evaluation.json`; `intervals.method` states how each interval was made
 * @throws ClaimsError `label_single_class`, `length_mismatch`, `empty_data`, `invalid_value`
 * @example
 * const test = evaluateProbabilities({ target, probability, threshold: 0.31, seed: 42 })
 * test.metrics.roc_auc // { value: 0.85, lower: 0.79, upper: 0.9 }
 */
export function evaluateProbabilities({
  target,
  probability,
  threshold,
  seed,
  groups,
  classesFixed = true,
  shareKeptOf,
  level = 0.95,
  resamples,
}: EvaluateProbabilitiesInput): TestEvaluation {
  const sorted = sortScores(target, probability)
  requireBothClasses(sorted)
  const counts = confusion(target, probability, threshold)
  const judged = { target, probability, sorted, counts }
  const values = Object.fromEntries(
    metricNames.map((name) => [name, metricTable[name].of(judged)]),
  ) as Record<MetricName, number>
  const auc = values.roc_auc
  const of = { target, probability }
  const units = samplingUnits(target.length, groups)
  const grouped = units.count < target.length
  const ofVariance = grouped ? groupedDelong(of, { sorted, auc, units }) : delong(sorted)
  const ofAuc = aucInterval(sorted, { auc, ...ofVariance, level })
  const shareError =
    shareKeptOf === undefined ? undefined : keptShareError(target, { units, fileRows: shareKeptOf })
  const share = shareInterval({ ...of, threshold, level, units, grouped, shareError })
  const count = resamples ?? defaultResamples(sorted.rows)
  const drawn = bootstrapMetrics(sorted, {
    threshold,
    seed,
    resamples: count,
    units: grouped || !classesFixed ? { ...units, of } : undefined,
    shareError,
  })
  const intervalOf = (name: MetricName, declared: MetricInterval): Interval => {
    const value = values[name]
    switch (declared.kind) {
      case 'auc':
        return { lower: declared.of(ofAuc.lower), upper: declared.of(ofAuc.upper) }
      case 'share':
        return share(declared.question)
      case 'bootstrap':
        return percentileInterval(drawn.get(name)!, { value, level, centred: declared.centred === true })
      case 'calibration_error':
        return holding(value, calibrationErrorInterval(of, { units, value, level, seed, resamples: count }))
    }
  }
  return {
    rows: sorted.rows,
    positives: sorted.positives,
    metrics: Object.fromEntries(
      metricNames.map((name) => [name, metricOf(values[name], intervalOf(name, metricTable[name].interval))]),
    ) as Record<MetricName, Metric>,
    confusion: counts,
    intervals: { method: methodText({ count, seed, grouped, units, classesFixed, shareKeptOf }), level },
  }
}

function percentileInterval(
  drawn: Float64Array,
  { value, level, centred }: { value: number; level: number; centred: boolean },
): Interval {
  const sorted = Float64Array.from(drawn).sort()
  const bias = centred ? sorted.reduce((sum, x) => sum + x, 0) / sorted.length - value : 0
  return {
    lower: Math.min(
      value,
      Math.max(centred ? 0 : -Infinity, quantileOfSorted(sorted, (1 - level) / 2) - 2 * bias),
    ),
    upper: Math.max(
      value,
      Math.min(centred ? 1 : Infinity, quantileOfSorted(sorted, (1 + level) / 2) - 2 * bias),
    ),
  }
}

function holding(value: number, { lower, upper }: Interval): Interval {
  return { lower: Math.min(value, lower), upper: Math.min(1, Math.max(value, upper)) }
}

function metricOf(value: number, { lower, upper }: Interval): Metric {
  return { value, lower, upper }
}

/** Wilson's interval of the rows that pass a question among those that it is asked of. */
function shareInterval({
  target,
  probability,
  threshold,
  level,
  units,
  grouped,
  shareError,
}: Pick<EvaluateProbabilitiesInput, 'target' | 'probability' | 'threshold'> & {
  readonly level: number
  readonly units: SamplingUnits
  readonly grouped: boolean
  readonly shareError: number | undefined
}): (
  question: (actual: boolean, flagged: boolean) => readonly [success: boolean, trial: boolean],
) => Interval {
  return (question) => {
    const success = new Uint8Array(target.length)
    const trial = new Uint8Array(target.length)
    let successes = 0
    let trials = 0
    for (let row = 0; row < target.length; row++) {
      const [passes, asked] = question(target[row] === 1, probability[row]! >= threshold)
      if (!asked) continue
      trial[row] = 1
      trials++
      if (!passes) continue
      success[row] = 1
      successes++
    }
    const kept =
      shareError === undefined || trials === 0
        ? undefined
        : keptShareTrials({ success, trial }, { target, units, shareError })
    if (kept !== undefined) return wilsonInterval((successes / trials) * kept, kept, level)
    return grouped
      ? groupedShareInterval({ success, trial }, { units, level })
      : wilsonInterval(successes, trials, level)
  }
}

function methodText({
  count,
  seed,
  grouped,
  units,
  classesFixed,
  shareKeptOf,
}: {
  readonly count: number
  readonly seed: number
  readonly grouped: boolean
  readonly units: SamplingUnits
  readonly classesFixed: boolean
  readonly shareKeptOf: number | undefined
}): string {
  const drawn = grouped
    ? `bootstrap of ${String(units.count)} groups`
    : classesFixed
      ? 'stratified bootstrap'
      : 'bootstrap'
  const kept =
    shareKeptOf === undefined
      ? []
      : [
          `accuracy, precision and others: the share of positives, which the split kept, is as uncertain as ${String(shareKeptOf)} rows leave it`,
        ]
  return [
    `roc_auc, gini: DeLong ${grouped ? 'by group ' : ''}on the logit scale with Student's t (Wilson with the smaller class as trials where the AUC is 0 or 1, or a class has one row)`,
    `accuracy, precision, recall, specificity: Wilson${grouped ? ' with the trials that the groups are worth' : ''}`,
    `others: ${drawn} percentile, ${String(count)} resamples, seed ${String(seed)}, widened to hold the value; ks about its value less the bootstrap estimate of its bias`,
    ...kept,
    'expected_calibration_error: the true errors under which the observed one is not unusual, widened to hold it; chance alone makes the observed one larger than the true one',
  ].join('; ')
}
