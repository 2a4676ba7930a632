import { metricNames, type Blueprint, type Evaluation, readableName } from '@claims/contracts'
import { constraintText } from './decisions/promotability.ts'
import { decisionsText } from './decisions/decisions-text.ts'
import { reviewShare } from './decisions/review-share.ts'
import { candidateNotes } from './report/candidate-label.ts'
import { cautionsOf } from './report/cautions.ts'
import { savingText } from './decisions/saving-text.ts'
import { metricTable } from './metrics/metric-table.ts'
import { costsOption, count, decimal, money, percent, withInterval } from './report/format.ts'
import type { ReportInput } from './report/report-input.ts'
import { noDrivers } from './report/no-drivers.ts'

/** What a model card is made of: the stored facts of a report without its pictures. */
export type ModelCardInput = Pick<
  ReportInput,
  'evaluation' | 'blueprint' | 'dataset' | 'validation' | 'createdAt'
>

/**
 * `model-card.md`: intended use, data, how the model was chosen, performance with intervals, costs, drivers, leakage,
 * fairness and limits, from stored facts alone. The same input gives the same bytes; text from data is escaped.
 *
 * @returns Markdown
 * @example
 * await writeFile('model-card.md', renderModelCard(input))
 */
export function renderModelCard(input: ModelCardInput): string {
  const { blueprint, createdAt } = input
  return (
    [
      `# Model card: ${escapeMarkdown(readableName(blueprint.name))}`,
      `Blueprint \`${blueprint.name}\` version ${String(blueprint.version)}, made ${createdAt.slice(0, 10)}.`,
      ...section('Intended use', intendedUse(input)),
      ...section('Data', data(input)),
      ...section('How it was chosen', choice(input.evaluation)),
      ...section('Performance', performance(input.evaluation)),
      ...section('Costs', costs(input)),
      ...section('Drivers', drivers(input)),
      ...section('Leakage', leakage(input.evaluation)),
      ...section('Fairness', fairness(input.evaluation, blueprint)),
      ...section('Limits', limits(input)),
    ].join('\n\n') + '\n'
  )
}

function section(title: string, blocks: readonly string[]): string[] {
  return [`## ${title}`, ...blocks]
}

function intendedUse({ evaluation, blueprint }: ModelCardInput): string[] {
  return [
    ...(blueprint.description === '' ? [] : [escapeMarkdown(blueprint.description)]),
    `The model estimates the probability that a claim has ${code(evaluation.label)} = ${code(evaluation.positive)}. Decisions by the probability: ${escapeMarkdown(decisionsText(evaluation, blueprint))}. It is made for claims like those it learnt from; a high score is a reason to look, not a finding about a person.`,
  ]
}

function data({ evaluation, dataset, validation }: ModelCardInput): string[] {
  const { split } = evaluation
  const used = dataset.rows - dataset.rejectedRows - dataset.immatureRows
  return [
    list([
      `Source: ${code(dataset.source)}, ${count(dataset.rows)} rows, ${count(dataset.rejectedRows)} rejected`,
      `Positives: ${count(dataset.positives)} (${percent(dataset.positives / Math.max(1, used))})`,
      `Period: ${dataset.period === null ? 'no column is named as the time of an event' : `${dataset.period.from} to ${dataset.period.to}`}`,
      ...maturity(evaluation),
      `Split: ${split.kind}, ${count(split.train_rows)} rows to learn, ${count(split.test_rows)} to test${split.cutoff === null ? '' : `, cut at ${split.cutoff}`}; seed ${String(evaluation.seed)}`,
      `Quality score: ${decimal(validation.quality_score)} of 1; the gate was ${validation.gate.passed ? 'passed' : `not passed (${validation.gate.failures.map(escapeMarkdown).join('; ')})`}`,
    ]),
  ]
}

function maturity({ label_maturity: known }: Evaluation): string[] {
  if (known === null) return []
  return [
    `Label maturity: labels as of ${known.as_of}, trusted after ${count(known.maturity_days)} days; ${count(known.immature_rows)} rows later than ${known.cutoff} left out`,
  ]
}

function choice({ candidates, selection }: Evaluation): string[] {
  const metric = metricNames.find((name) => name === selection.metric)
  const of = (candidates.find(({ selected }) => selected) ?? candidates[0])?.cross_validation
  return [
    `${escapeMarkdown(selection.rule)}.`,
    table(
      ['Candidate', 'Kind', metric === undefined ? 'Metric' : metricTable[metric].title, 'Selected'],
      candidates.map((candidate) => {
        const measured = metric === undefined ? undefined : candidate.cross_validation.metrics[metric]
        return [
          candidate.stopped === undefined ? candidate.name : `${candidate.name} (stopped)`,
          candidate.kind,
          measured === undefined ? '–' : withInterval(measured),
          candidate.selected ? 'yes' : 'no',
        ]
      }),
    ),
    ...(of === undefined
      ? []
      : [`${String(of.folds)} folds; ${of.intervals.method}, level ${String(of.intervals.level)}.`]),
    ...candidateNotes(candidates).map(escapeMarkdown),
  ]
}

function performance({ test, out_of_time: later, external_test: external, ...rest }: Evaluation): string[] {
  const sets = [
    { title: `Test (${count(test.rows)} rows)`, set: test },
    ...(later === null ? [] : [{ title: `Out of time (${count(later.rows)} rows)`, set: later }]),
    ...(external === null ? [] : [{ title: `External (${count(external.rows)} rows)`, set: external }]),
  ]
  return [
    table(
      ['Metric', ...sets.map(({ title }) => title)],
      metricNames.map((name) => [
        metricTable[name].title,
        ...sets.map(({ set }) => withInterval(set.metrics[name])),
      ]),
    ),
    `Intervals at level ${String(test.intervals.level)}: ${test.intervals.method}.`,
    ...(later === null && rest.out_of_time_reason !== null
      ? [`No out-of-time score: ${escapeMarkdown(rest.out_of_time_reason)}`]
      : []),
    ...(rest.best_possible === null
      ? []
      : [
          `The data was made and its true probabilities are known: the best possible AUC is ${decimal(rest.best_possible.roc_auc)}${rest.best_possible.share_of_best === null ? '' : `; this model gets ${percent(rest.best_possible.share_of_best)} of it`}.`,
        ]),
    rest.selection.constraints.length === 0
      ? 'No limits are set for promotion.'
      : table(
          ['Limit for promotion', 'Allowed', 'Reached', 'Kept'],
          rest.selection.constraints.map(({ name, limit, value, met }) => [
            constraintText(name),
            `${name.startsWith('max_') ? 'at most' : 'at least'} ${percent(limit)}`,
            percent(value),
            met ? 'yes' : 'no',
          ]),
        ),
  ]
}

function costs({ evaluation, blueprint }: ModelCardInput): string[] {
  const { cost, threshold, test } = evaluation
  const chosen = `Threshold ${decimal(threshold.value, 4)}, chosen on ${threshold.chosen_on}: ${threshold.rule}.`
  const reviewed = reviewShare(test.confusion)
  const { tn, fn } = test.confusion
  const alone = `Decided without a person: ${percent(1 - reviewed)}; of those ${percent(tn + fn === 0 ? 0 : fn / (tn + fn))} (${count(fn)}) are positive`
  const { costs } = blueprint
  if (cost === null || costs === null) {
    return [
      `No costs were given, so nothing is said in money. ${chosen}`,
      list([alone]),
      `What errors and reviews cost is given by \`${costsOption}\` or by \`costs\` in the blueprint; the threshold is then chosen by cost.`,
    ]
  }
  const amount = (value: number): string => money(value, cost.currency)
  return [
    chosen,
    list([
      `A missed positive costs ${amount(costs.false_negative)}, a review ${amount(costs.manual_review)}, a needless review ${amount(costs.false_positive)} on top`,
      `On ${count(test.rows)} test claims: ${amount(cost.total)}, ${amount(cost.per_claim)} a claim (missed ${amount(cost.false_negative_cost)}, reviews ${amount(cost.review_cost)}, needless ${amount(cost.false_positive_cost)})`,
      `${cost.baseline === 'review_all' ? 'Reviewing' : 'Approving'} every claim costs ${amount(cost.baseline_total)}; ${cost.saved >= 0 ? `saved ${amount(cost.saved)}` : `lost ${amount(-cost.saved)}`}${cost.intervals === null ? '' : ` (${percent(cost.intervals.level, 0)} interval of the saving: ${savingText(cost)})`}`,
      alone,
    ]),
  ]
}

function drivers({ evaluation, blueprint }: ModelCardInput): string[] {
  const { explanations } = evaluation
  const meanings = new Map(blueprint.columns.map(({ name, description }) => [name, description]))
  const named = (feature: string): string => {
    const meaning = meanings.get(feature)
    return meaning === undefined ? feature : `${feature}: ${meaning}`
  }
  const leading = explanations.global.filter(({ share }) => share > 0).slice(0, 10)
  if (leading.length === 0) return [noDrivers(evaluation)]
  return [
    table(
      ['Column', 'Share of contributions'],
      leading.map(({ feature, share }) => [named(feature), percent(share)]),
    ),
    `Mean absolute Shapley values (scale: ${explanations.scale}) over ${count(explanations.rows)} rows. A driver is not a cause.`,
  ]
}

function leakage({ leakage: { findings } }: Evaluation): string[] {
  if (findings.length === 0) return ['The scan found nothing that gives the answer away.']
  return [
    table(
      ['Where', 'What', 'Severity', 'Action', 'Finding'],
      findings.map((finding) => [
        finding.column ?? 'rows',
        finding.kind.replaceAll('_', ' '),
        finding.severity,
        finding.action,
        finding.message,
      ]),
    ),
  ]
}

function fairness(evaluation: Evaluation, blueprint: Blueprint): string[] {
  const sensitive = blueprint.columns.filter(({ role }) => role === 'sensitive').map(({ name }) => code(name))
  const excluded =
    sensitive.length === 0 ? [] : [`Sensitive columns, never a model input: ${sensitive.join(', ')}.`]
  if (evaluation.fairness.length === 0) return [...excluded, 'No groups were compared.']
  const rate = (value: number | null): string => (value === null ? '–' : percent(value))
  return [
    ...excluded,
    table(
      ['Column', 'Group', 'Rows', 'Positive', 'Flagged', 'Positives found', 'Negatives flagged'],
      evaluation.fairness.map((row) => [
        row.column,
        row.group,
        count(row.rows),
        percent(row.positive_rate),
        percent(row.selection_rate),
        rate(row.recall),
        rate(row.false_positive_rate),
      ]),
    ),
    `Groups of fewer than ${String(blueprint.fairness.minimum_group_rows)} rows are left out.`,
  ]
}

function limits({ evaluation, validation }: ModelCardInput): string[] {
  const cautions = cautionsOf(evaluation, validation).map(
    ({ weight, text }) => `**${weight}**: ${escapeMarkdown(text)}`,
  )
  return [cautions.length === 0 ? 'No check found anything. That is not a proof.' : list(cautions)]
}

function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n')
}

function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escapeMarkdown).join(' | ')} |`
  return [line(titles), `|${titles.map(() => ' --- ').join('|')}|`, ...rows.map(line)].join('\n')
}

function escapeMarkdown(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(/[\\`*_[\]|#]/g, String.raw`\$&`)
    .replaceAll(/[\r\n]+/g, ' ')
}

function code(text: string): string {
  return /[`\r\n]/.test(text) ? escapeMarkdown(text) : `\`${text}\``
}
