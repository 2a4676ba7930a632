import type { Evaluation, ValidationReport } from '@claims/contracts'
import { count, decimal, metricTexts, money, percent } from './format.ts'

/** Something a reader must know before trusting the model. */
export interface Caution {
  readonly weight: 'serious' | 'warning' | 'note'
  readonly text: string
}

/** Drops of the AUC below this are not worth a word. */
const noticeableDrop = 0.02

/**
 * What to be careful about, from stored facts alone: nothing learnt, constraints missed, leaks, a drop in later data,
 * needless cost, few positives, rejected rows, data quality, and the further warnings of training. Serious ones first.
 *
 * @param evaluation its `warnings` are added where their text is not said already
 * @param validation of the training data
 */
export function cautionsOf(evaluation: Evaluation, validation: ValidationReport): Caution[] {
  const found: Caution[] = [
    ...learning(evaluation),
    ...constraints(evaluation),
    ...leakage(evaluation),
    ...stability(evaluation),
    ...savings(evaluation),
    ...data(evaluation, validation),
  ]
  const said = new Set(found.map(({ text }) => text))
  const further = [...new Set(evaluation.warnings)].filter((text) => !said.has(text))
  return [...found, ...further.map((text) => ({ weight: 'warning' as const, text }))].sort(
    (a, b) => order[a.weight] - order[b.weight],
  )
}

const order = { serious: 0, warning: 1, note: 2 } as const

function learning({ learned, test }: Evaluation): Caution[] {
  if (learned) return []
  const { lower, upper } = test.metrics.roc_auc
  return [
    {
      weight: 'serious',
      text: `There is nothing to learn here: the interval of the test AUC, ${decimal(lower)} to ${decimal(upper)}, holds 0.5, which is what a coin gets. Do not use this model.`,
    },
  ]
}

function constraints({ selection }: Evaluation): Caution[] {
  return selection.constraints
    .filter(({ met }) => !met)
    .map(({ name, limit, value }) => ({
      weight: 'serious',
      text: `${constraintText(name)} is ${percent(value)}, the limit is ${name.startsWith('max_') ? 'at most' : 'at least'} ${percent(limit)}. The model may not be promoted.`,
    }))
}

/** A constraint's name for a reader: `min_recall` is "Recall". */
export function constraintText(name: string): string {
  const metric = name.replace(/^(min|max)_/, '')
  if (metric === 'false_positive_rate') return 'False positive rate'
  return metric in metricTexts ? metricTexts[metric as keyof typeof metricTexts].name : metric
}

function leakage({ leakage: { findings } }: Evaluation): Caution[] {
  return findings.map(({ action, severity, message }) => ({
    weight: action === 'excluded' ? 'note' : severity === 'block' ? 'serious' : 'warning',
    text: message,
  }))
}

function stability(evaluation: Evaluation): Caution[] {
  const { test, out_of_time: later, out_of_time_reason: reason } = evaluation
  if (later === null) {
    return reason === null ? [] : [{ weight: 'note', text: `There is no out-of-time score: ${reason}` }]
  }
  const before = test.metrics.roc_auc
  const after = later.metrics.roc_auc
  if (before.value - after.value < noticeableDrop) return []
  const sure = after.upper < before.lower
  return [
    {
      weight: sure ? 'serious' : 'warning',
      text: `On later claims${later.cutoff == null ? '' : ` (from ${later.cutoff})`} the AUC is ${decimal(after.value)} (${decimal(after.lower)} to ${decimal(after.upper)}), down from ${decimal(before.value)}${sure ? '. Expect the later value in use.' : '; the intervals overlap, so this may be chance.'}`,
    },
  ]
}

function savings({ cost }: Evaluation): Caution[] {
  if (cost.saved >= 0) return []
  return [
    {
      weight: 'serious',
      text: `At this threshold the model costs ${money(-cost.saved, cost.currency)} more on the test claims than ${cost.baseline === 'review_all' ? 'reviewing' : 'approving'} every claim.`,
    },
  ]
}

function data({ test }: Evaluation, validation: ValidationReport): Caution[] {
  const fewest = Math.min(test.positives, test.rows - test.positives)
  return [
    ...(fewest < 100
      ? [
          {
            weight: 'note' as const,
            text: `The test set has only ${count(fewest)} claims of its smaller class, so every figure has a wide interval.`,
          },
        ]
      : []),
    ...(validation.gate.passed
      ? []
      : validation.gate.failures.map((failure) => ({
          weight: 'serious' as const,
          text: `Data quality: ${failure}`,
        }))),
    ...(validation.rejected_rows > 0
      ? [
          {
            weight: 'note' as const,
            text: `${count(validation.rejected_rows)} of ${count(validation.rows)} rows broke a rule and were left out.`,
          },
        ]
      : []),
  ]
}
