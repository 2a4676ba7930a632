import { metricNames, type Metric, type MetricName } from '@claims/contracts'
import { evaluateProbabilities } from '../evaluate-probabilities.ts'
import { defaultResamples } from '../intervals/bootstrap.ts'
import { metricTable } from '../metrics/metric-table.ts'
import { rowLogLoss } from '../metrics/log-loss.ts'
import { compareCosts, sharesMethod, type CostDifference } from './compare-costs.ts'
import { comparedRows, type ComparedRows, type CompareModelsInput } from './compared-rows.ts'
import {
  decidedDifferently,
  weightedShares,
  type DecidedDifferently,
  type WeightedShare,
} from './decided-differently.ts'
import { noDifference, squaredAndAdded, within, type Difference } from './difference.ts'
import { pairedAuc } from './paired-auc.ts'
import { pairedBootstrap } from './paired-bootstrap.ts'
import { pairedMean } from './paired-mean.ts'
import { verdictOf } from './verdict.ts'

/** A metric of two models on the same rows. */
export interface MetricComparison extends Difference {
  readonly a: Metric
  readonly b: Metric
  /** The model that the interval speaks for; null where it holds 0 or is unknown. */
  readonly better: 'a' | 'b' | null
}

/** How two models differ on the same rows. */
export interface ModelsComparison {
  readonly rows: number
  readonly positives: number
  /** Groups of rows that hang together; null where each row stands alone. */
  readonly groups: number | null
  readonly level: number
  readonly metrics: Readonly<Record<MetricName, MetricComparison>>
  readonly cost: CostDifference
  readonly decided_differently: DecidedDifferently
  /** Whether the two differ, as a sentence. */
  readonly verdict: string
  /** What to be careful about, as sentences. */
  readonly cautions: readonly string[]
}

/** Of fewer rows of a class resamples say too little. */
const fewRows = 30

/**
 * Compares two models on the same labelled rows that neither was fitted on. Every difference is `b - a` with an interval
 * that takes the rows as pairs: AUC and Gini by the paired test of DeLong, Brier score and log loss by the rows'
 * differences, accuracy, recall, specificity, balanced accuracy and cost by the rows that are decided differently,
 * average precision, KS, precision, F1, MCC and kappa by a paired bootstrap, the calibration error by the intervals of both.
 * Each is flagged at its own threshold. Two models that say the same of every row differ by exactly 0.
 *
 * @param input labels, both models' probabilities, groups where rows hang together, seed
 * @returns differences, the cost where both have the same costs, and whether they differ, as a sentence
 * @throws ClaimsError `label_single_class`, `length_mismatch`, `empty_data`, `invalid_value`
 * @example
 * const { metrics } = compareModels({ target, a: { name: 'old', probability, threshold: 0.3 }, b, seed: 42 })
 * metrics.roc_auc // { a, b, difference: 0.012, interval: { lower: 0.003, upper: 0.021 }, p_value: 0.007, ... }
 */
export function compareModels(input: CompareModelsInput): ModelsComparison {
  const { target, a, b, groups, seed } = input
  const rows = comparedRows(input)
  const { level } = rows
  const resamples = input.resamples ?? defaultResamples(target.length)
  const evaluated = (of: 'a' | 'b') =>
    evaluateProbabilities({
      ...{ target, probability: input[of].probability, threshold: input[of].threshold },
      ...{ groups, seed, level, resamples, classesFixed: false },
    })
  const of = { a: evaluated('a'), b: evaluated('b') }
  const observed = Object.fromEntries(
    metricNames.map((name) => [name, of.b.metrics[name].value - of.a.metrics[name].value]),
  ) as Record<MetricName, number>
  const alike = rows.sameScores && rows.sameDecisions
  const drawn = alike ? undefined : pairedBootstrap(rows, { seed, resamples, observed })
  const auc = pairedAuc(rows, of)
  const differenceOf = (name: MetricName): Difference => {
    const difference = observed[name]
    const needsThreshold = metricTable[name].about === 'decisions'
    if (rows.sameScores && (!needsThreshold || rows.sameDecisions)) return noDifference
    const declared = metricTable[name].interval
    if (declared.kind === 'auc') return name === 'gini' ? doubled(auc) : auc
    if (name === 'brier' || name === 'log_loss') {
      const apart = lossesApart(rows, name)
      return { ...pairedMean(apart, rows), difference }
    }
    if (declared.kind === 'calibration_error') {
      const interval = squaredAndAdded(of.a.metrics[name], of.b.metrics[name])
      const method = 'the intervals of both, squared and added'
      return { difference, interval: holding(difference, interval), p_value: null, method }
    }
    const shares = decisionShares[name]
    if (shares !== undefined) {
      const { lower, upper } = weightedShares(rows, shares)
      const interval = within(difference, { below: difference - lower, above: upper - difference })
      return { difference, interval: holding(difference, interval), p_value: null, method: sharesMethod }
    }
    if (needsThreshold && rows.sameDecisions) {
      const method = 'no row is decided differently, which leaves nothing to resample'
      return { difference, interval: null, p_value: null, method }
    }
    const units = rows.grouped ? ` of ${String(rows.units.count)} groups` : ''
    const method = `paired bootstrap${units}, percentile, ${String(resamples)} resamples, seed ${String(seed)}`
    return { difference, interval: drawn?.get(name) ?? null, p_value: null, method }
  }
  const { positives } = rows.a.sorted
  const smaller = Math.min(positives, target.length - positives)
  const metrics = Object.fromEntries(
    metricNames.map((name): [MetricName, MetricComparison] => {
      const found = differenceOf(name)
      const ofBoth = { a: of.a.metrics[name], b: of.b.metrics[name] }
      const resampled = drawn?.has(name) === true && found.interval === drawn.get(name)
      const better = resampled && smaller < fewRows ? null : betterOf(name, found)
      return [name, { ...ofBoth, ...found, better }]
    }),
  ) as Record<MetricName, MetricComparison>
  return {
    ...{ rows: target.length, positives, level, metrics },
    groups: rows.grouped ? rows.units.count : null,
    cost: compareCosts(rows, { a, b }),
    decided_differently: decidedDifferently(rows),
    verdict: verdictOf(metrics.roc_auc, { a: a.name, b: b.name, level, alike }),
    cautions: cautionsOf(smaller),
  }
}

/** What rows decided differently add to the metrics that are shares of rows. */
const decisionShares: Readonly<Partial<Record<MetricName, readonly WeightedShare[]>>> = {
  accuracy: [
    { worth: 1, counts: (label, onlyA, onlyB) => (label === 1 ? onlyB : onlyA) },
    { worth: -1, counts: (label, onlyA, onlyB) => (label === 1 ? onlyA : onlyB) },
  ],
  recall: [
    { worth: 1, among: 1, counts: (_, _a, onlyB) => onlyB },
    { worth: -1, among: 1, counts: (_, onlyA) => onlyA },
  ],
  specificity: [
    { worth: 1, among: 0, counts: (_, onlyA) => onlyA },
    { worth: -1, among: 0, counts: (_, _a, onlyB) => onlyB },
  ],
  balanced_accuracy: [
    { worth: 0.5, among: 1, counts: (_, _a, onlyB) => onlyB },
    { worth: -0.5, among: 1, counts: (_, onlyA) => onlyA },
    { worth: 0.5, among: 0, counts: (_, onlyA) => onlyA },
    { worth: -0.5, among: 0, counts: (_, _a, onlyB) => onlyB },
  ],
}

function doubled({ difference, interval, ...rest }: Difference): Difference {
  return {
    ...{ ...rest, difference: 2 * difference },
    interval: interval && { lower: 2 * interval.lower, upper: 2 * interval.upper },
  }
}

/** What each row's loss differs by. */
function lossesApart({ target, a, b }: ComparedRows, name: 'brier' | 'log_loss'): Float64Array {
  const loss = (p: number, label: number): number =>
    name === 'brier' ? (p - label) ** 2 : rowLogLoss(p, label === 1)
  return Float64Array.from(
    target,
    (label, row) => loss(b.probability[row]!, label) - loss(a.probability[row]!, label),
  )
}

function holding<T extends { lower: number; upper: number }>(value: number, { lower, upper }: T): T {
  return { lower: Math.min(value, lower), upper: Math.max(value, upper) } as T
}

function betterOf(name: MetricName, { interval }: Difference): 'a' | 'b' | null {
  if (interval === null || (interval.lower <= 0 && interval.upper >= 0)) return null
  return interval.lower > 0 === (metricTable[name].better === 'higher') ? 'b' : 'a'
}

function cautionsOf(smaller: number): string[] {
  return smaller >= fewRows
    ? []
    : [
        `The smaller class has ${String(smaller)} ${smaller === 1 ? 'row' : 'rows'}: intervals by resampling are too narrow with so few, and nothing is concluded from them.`,
      ]
}
