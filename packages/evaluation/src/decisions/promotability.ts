import type { Evaluation, KnownRows, Metric, ValidationReport } from '@claims/contracts'
import { metricTable } from '../metrics/metric-table.ts'
import { count, decimal, money, percent } from '../report/format.ts'
import { measuredClaims } from '../report/measured-claims.ts'
import { reviewShare } from './review-share.ts'
import { savingText } from './saving-text.ts'

/** What decides whether a model may be promoted: parts of its evaluation, and the quality gate of the measured rows. */
export interface PromotionFacts {
  readonly test: Pick<Evaluation['test'], 'confusion'> & {
    readonly metrics: Pick<Evaluation['test']['metrics'], 'roc_auc'>
  }
  readonly constraints: Evaluation['selection']['constraints']
  readonly cost: Evaluation['cost']
  readonly out_of_time: Evaluation['out_of_time']
  readonly findings: Evaluation['leakage']['findings']
  readonly measured_on: Evaluation['measured_on']
  readonly gate: ValidationReport['gate']
}

/** What a reason against a promotion is about. */
type ReasonKind =
  'known_rows' | 'learning' | 'constraint' | 'review' | 'saving' | 'later_rows' | 'leak' | 'quality'

/** Whether a model may be promoted; where not, why, most important first. */
export interface Promotability {
  readonly ok: boolean
  /** Sentences; empty where `ok`. */
  readonly reasons: readonly string[]
  /** What each reason is about, in the same order. */
  readonly kinds: readonly ReasonKind[]
  /** How sure the figures are that it was judged by, as a sentence. */
  readonly certainty: string
}

/** A policy that reviews less or more than these shares of claims decides nothing. */
const leastReviewed = 0.01
const mostReviewed = 0.9
/** An interval that holds 0.5 and reaches this far leaves open whether there is something to learn. */
const worthwhileAuc = 0.7

/**
 * Judges whether a model may be promoted: it was not measured on rows that it knows, the interval of its AUC is above
 * 0.5, it meets every constraint, sends between 1 % and 90 % of the measured claims to review, saves against the cheaper
 * of reviewing and approving every claim where costs are given, is better than chance on later claims where that was
 * measured, and has no blocking leak and no failed quality gate.
 *
 * @param facts parts of an evaluation
 * @returns the verdict with its reasons
 * @example
 * promotability({ ...facts, cost: null }) // { ok: false, reasons: ['Recall is 70.0 %, the limit is at least 85.0 %. ...'] }
 */
export function promotability(facts: PromotionFacts): Promotability {
  const found: readonly (readonly [ReasonKind, readonly string[]])[] = [
    ['known_rows', known(facts)],
    ['learning', learning(facts)],
    ['constraint', constraints(facts)],
    ['review', review(facts)],
    ['saving', savings(facts)],
    ['later_rows', later(facts)],
    ['leak', leaks(facts)],
    ['quality', facts.gate.failures.map((failure) => `Data quality: ${failure}`)],
  ]
  const reasons = found.flatMap(([, sentences]) => sentences)
  const kinds = found.flatMap(([kind, sentences]) => sentences.map(() => kind))
  return { ok: reasons.length === 0, reasons, kinds, certainty: certaintyOf(facts) }
}

/** "Of 95 % confidence: AUC 0.936 to 0.952; saving $1,050,000 to $1,190,000, above 0 in 100.0 % of resamples." */
function certaintyOf({ test, cost }: PromotionFacts): string {
  const { roc_auc: auc } = test.metrics
  const ofAuc = `AUC ${decimal(auc.lower)} to ${decimal(auc.upper)}`
  if (cost?.intervals == null) return `With 95 % confidence: ${ofAuc}.`
  const { saving_share: share, level } = cost.intervals
  const sure = cost.intervals.saved.lower > 0 ? '' : ', which holds 0: whether it saves is not sure'
  return `With ${percent(level, 0)} confidence: ${ofAuc}; saving ${savingText(cost)}${sure}. It saves in ${percent(share)} of resampled test sets.`
}

function known({ measured_on: measured }: PromotionFacts): string[] {
  if (measured.kind === 'held_out') return []
  if (measured.known_rows?.beyond_chance === true) {
    const own = measured.training_file ? ', as this is the file of the training' : ''
    return [`${knownRowsText(measured.known_rows)}${own}: these figures are no test of the model.`]
  }
  return measured.training_file
    ? ['This is the very file that the model was trained on: these figures are no test of the model.']
    : []
}

/** How many of the measured rows were trained on: "80 of 100 rows (80.0 %) were trained on". */
export function knownRowsText({ rows, known: n, share, lower, upper, exact }: KnownRows): string {
  const of = `${count(n)} of ${count(rows)} rows`
  return exact
    ? `${of} (${percent(share)}) were trained on`
    : `About ${of} (${percent(share)}, ${percent(lower)} to ${percent(upper)}) were trained on`
}

function learning({ test, measured_on: measured }: PromotionFacts): string[] {
  const { roc_auc: auc } = test.metrics
  if (auc.lower > 0.5) return []
  if (auc.upper >= worthwhileAuc) {
    const { tp, fn, tn, fp } = test.confusion
    const fewest = count(Math.min(tp + fn, tn + fp))
    return [
      `Whether there is anything to learn here cannot be told: the interval of the ${measured.kind === 'held_out' ? 'test AUC' : `AUC on ${measuredClaims(measured)}`}, ${againstCoin(auc)}; ${fewest} ${fewest === '1' ? 'claim' : 'claims'} of the smaller class ${fewest === '1' ? 'is' : 'are'} too few. Do not use this model.`,
    ]
  }
  return [
    measured.kind === 'held_out'
      ? `There is nothing to learn here: the interval of the test AUC, ${againstCoin(auc)}. Do not use this model.`
      : `The model learnt nothing that holds here: the interval of the AUC on ${measuredClaims(measured)}, ${againstCoin(auc)}.`,
  ]
}

function againstCoin({ lower, upper }: Pick<Metric, 'lower' | 'upper'>): string {
  const interval = `${decimal(lower)} to ${decimal(upper)}`
  return `${interval}, ${upper < 0.5 ? 'lies below' : 'holds'} 0.5, which is what a coin gets`
}

function constraints({ constraints: all }: PromotionFacts): string[] {
  return all
    .filter(({ met }) => !met)
    .map(
      ({ name, limit, value }) =>
        `${constraintText(name)} is ${percent(value)}, the limit is ${name.startsWith('max_') ? 'at most' : 'at least'} ${percent(limit)}. The model may not be promoted.`,
    )
}

/** A constraint's name for a reader: `min_recall` is "Recall". */
export function constraintText(name: string): string {
  const metric = name.replace(/^(min|max)_/, '')
  if (metric === 'false_positive_rate') return 'False positive rate'
  return metric in metricTable ? metricTable[metric as keyof typeof metricTable].title : metric
}

function review({ test }: PromotionFacts): string[] {
  const share = reviewShare(test.confusion)
  if (share >= leastReviewed && share <= mostReviewed) return []
  const extreme = share > mostReviewed ? 'nearly every claim' : share === 0 ? 'no claim' : 'hardly any claim'
  return [
    `The policy sends ${extreme} to review (${percent(share)}; between ${percent(leastReviewed, 0)} and ${percent(mostReviewed, 0)} can be promoted): it decides nothing that a rule without a model would not.`,
  ]
}

function savings({ cost, measured_on: measured }: PromotionFacts): string[] {
  if (cost === null || cost.saved > 0) return []
  const instead = `${cost.baseline === 'review_all' ? 'reviewing' : 'approving'} every claim`
  return [
    cost.saved === 0
      ? `At this threshold the model saves nothing against ${instead}: both cost ${money(cost.total, cost.currency)} on the ${measuredClaims(measured)}.`
      : `At this threshold the model costs ${money(-cost.saved, cost.currency)} more on the ${measuredClaims(measured)} than ${instead}.`,
  ]
}

function later({ out_of_time: set }: PromotionFacts): string[] {
  if (set === null || set.metrics.roc_auc.lower > 0.5) return []
  const { roc_auc: auc } = set.metrics
  return [
    `On later claims${set.cutoff == null ? '' : ` (from ${set.cutoff})`} the AUC is ${decimal(auc.value)}; its interval, ${againstCoin(auc)}.`,
  ]
}

function leaks({ findings }: PromotionFacts): string[] {
  return findings
    .filter(({ severity, action }) => severity === 'block' && action === 'reported')
    .map(({ message }) => message)
}
