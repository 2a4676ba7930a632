import type { CostEvaluation, Evaluation, LabelMaturity, Metric } from '@claims/contracts'

/** A metric with its interval, as text. */
export function metricText(metric: Metric): string {
  return `${metric.value.toFixed(3)} (95 % interval ${metric.lower.toFixed(3)} to ${metric.upper.toFixed(3)})`
}

/** An amount of money, as text; bare where no currency is named. */
export function moneyText(amount: number, currency: string | null): string {
  return `${Math.round(amount).toLocaleString('en')} ${currency ?? ''}`.trim()
}

/** The interval of the saving, as text in brackets; empty where the evaluation has none. */
export function savingInterval({ intervals, currency }: CostEvaluation): string {
  if (intervals === null) return ''
  const { lower, upper } = intervals.saved
  return ` (${String(Math.round(100 * intervals.level))} % interval of the saving: ${moneyText(lower, currency)} to ${moneyText(upper, currency)})`
}

/**
 * What errors and reviews cost on the tested rows, against the cheaper of the two ways without a model, as text; no
 * comparison for rows that the model knows, nothing in money without costs.
 */
export function costText({ cost, measured_on: measured, selection }: Evaluation): string {
  if (cost === null) {
    return `not given, so nothing is said in money and the threshold flags as large a share of the out-of-fold predictions as ${measured.kind === 'held_out' ? 'are positive' : 'were positive in training'}; ${measured.kind === 'held_out' ? 'give' : 'train with'} --costs false_negative=..,review=..`
  }
  const { total, saved, baseline, currency } = cost
  if (measured.kind === 'file' && (measured.training_file || measured.known_rows?.beyond_chance === true))
    return `${moneyText(total, currency)} on these rows, which is no saving: ${selection.reasons[0] ?? ''}`

  const instead = baseline === 'review_all' ? 'review every claim' : 'approve every claim'
  const difference =
    Math.round(saved) === 0
      ? 'as much as'
      : `${moneyText(Math.abs(saved), currency)} ${saved < 0 ? 'more' : 'less'} than`
  return `${moneyText(total, currency)} on ${measured.kind === 'held_out' ? 'the test rows' : `the rows of ${measured.source}`}; ${difference} to ${instead}${savingInterval(cost)}`
}

/**
 * Which rows were left out because their outcome could not be known yet, as a line; none where every row counts.
 *
 * @param width of the first word of the line
 */
export function maturityLines(maturity: LabelMaturity | null, width = 18): string[] {
  if (maturity === null) return []
  const { as_of: asOf, maturity_days: days, cutoff, immature_rows: rows } = maturity
  return [
    `${'labels'.padEnd(width)}trusted up to ${cutoff}, ${days.toLocaleString('en')} days before ${asOf}; ${rows.toLocaleString('en')} later ${rows === 1 ? 'row' : 'rows'} left out`,
  ]
}

/** That candidates were compared on a sample; the one that was taken has figures of all rows. */
function sampleLines({ candidates }: Evaluation): string[] {
  const rows = candidates.find((candidate) => candidate.sample_rows !== undefined)?.sample_rows
  return rows === undefined
    ? []
    : [
        `compared          on a sample of ${rows.toLocaleString('en')} training rows; figures of the model are of all rows`,
      ]
}

/** What a person wants to know of an evaluation first, one fact per line. */
export function describeEvaluation(evaluation: Evaluation): string[] {
  const selected = evaluation.candidates.find((candidate) => candidate.selected)
  const crossValidated = selected?.cross_validation.metrics.roc_auc
  const { test } = evaluation
  return [
    ...maturityLines(evaluation.label_maturity),
    `model             ${selected?.name ?? ''}`,
    ...sampleLines(evaluation),
    ...evaluation.candidates.flatMap(({ name, stopped }) =>
      stopped === undefined
        ? []
        : [`stopped           ${name} after ${String(stopped.after_folds)} folds: ${stopped.reason}`],
    ),
    ...(crossValidated === undefined
      ? []
      : [
          `cross-validated   AUC ${metricText(crossValidated)}, ${String(selected?.cross_validation.folds ?? 0)} folds`,
        ]),
    `test              AUC ${metricText(test.metrics.roc_auc)}, ${test.rows.toLocaleString('en')} rows that nothing was fitted on`,
    ...(evaluation.best_possible === null
      ? []
      : [
          `best possible     AUC ${evaluation.best_possible.roc_auc.toFixed(3)}${evaluation.best_possible.share_of_best === null ? '' : `; the model has ${(100 * evaluation.best_possible.share_of_best).toFixed(1)} % of what can be known`}`,
        ]),
    evaluation.out_of_time === null
      ? `out of time       none: ${evaluation.out_of_time_reason ?? ''}`
      : `out of time       AUC ${metricText(evaluation.out_of_time.metrics.roc_auc)}, ${evaluation.out_of_time.rows.toLocaleString('en')} rows from ${evaluation.out_of_time.cutoff ?? ''} on`,
    ...(evaluation.external_test === null
      ? []
      : [
          `external test     AUC ${metricText(evaluation.external_test.metrics.roc_auc)}, ${evaluation.external_test.rows.toLocaleString('en')} rows`,
        ]),
    `threshold         ${evaluation.threshold.value.toFixed(3)}: recall ${test.metrics.recall.value.toFixed(3)}, precision ${test.metrics.precision.value.toFixed(3)}, ${((100 * (test.confusion.tp + test.confusion.fp)) / test.rows).toFixed(1)} % go to review`,
    `cost              ${costText(evaluation)}`,
    `promotable        ${evaluation.selection.promotable ? 'yes' : 'no'}`,
    ...(evaluation.selection.promotable && evaluation.selection.certainty !== ''
      ? [`how sure          ${evaluation.selection.certainty}`]
      : []),
    ...evaluation.warnings
      .filter(
        (warning) =>
          evaluation.out_of_time_reason === null || !warning.endsWith(evaluation.out_of_time_reason),
      )
      .map((warning) => `careful           ${warning}`),
  ]
}
