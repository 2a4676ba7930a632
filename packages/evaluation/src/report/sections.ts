import { metricNames, type Metric, type TestEvaluation } from '@claims/contracts'
import { decisionsText } from '../decisions/decisions-text.ts'
import { constraintText } from '../decisions/promotability.ts'
import { candidateLabel, candidateNotes } from './candidate-label.ts'
import { figures, type Drawn } from './figures.ts'
import { metricTable } from '../metrics/metric-table.ts'
import { count, decimal, duration, percent } from './format.ts'
import { html, type Markup } from './html.ts'
import { measuredClaims } from './measured-claims.ts'
import type { ReportInput } from './report-input.ts'
import { table } from './table.ts'
import { probabilitiesAndThreshold } from './threshold-section.ts'
import { noDrivers } from './no-drivers.ts'

/** A section of the report below its first screen. */
export interface Section {
  readonly id: string
  readonly title: string
  readonly body: Markup
}

/** Every section in reading order. */
export function sections(input: ReportInput, drawn: Drawn): Section[] {
  return [
    { id: 'ranking', title: 'Ranking', body: ranking(input, drawn) },
    {
      id: 'cost',
      title: input.evaluation.cost === null ? 'Probabilities and threshold' : 'Probabilities and cost',
      body: probabilitiesAndThreshold(input, drawn),
    },
    { id: 'drivers', title: 'Drivers', body: drivers(input, drawn) },
    { id: 'metrics', title: 'All metrics', body: metrics(input) },
    { id: 'candidates', title: 'Candidates', body: candidates(input, drawn) },
    { id: 'leakage', title: 'Leakage', body: leakage(input) },
    { id: 'quality', title: 'Data quality', body: quality(input) },
    { id: 'fairness', title: 'Fairness', body: fairness(input) },
    { id: 'split', title: 'Split and later data', body: split(input) },
    { id: 'timings', title: 'Timings', body: timings(input) },
    { id: 'reading', title: 'How to read this', body: reading(input) },
  ]
}

function ranking({ evaluation }: ReportInput, drawn: Drawn): Markup {
  const { test } = evaluation
  return figures(drawn, [
    ['roc', 'The further the line bends to the upper left, the better. The dotted line is a coin.'],
    [
      'precision-recall',
      `What flagging more claims does to the share that is positive. Chance is ${percent(test.positives / test.rows)}.`,
    ],
    ['gain', 'How many positives a team finds that works down the list from the riskiest claim.'],
  ])
}

function drivers({ evaluation }: ReportInput, drawn: Drawn): Markup {
  const ids = [...drawn.keys()].filter((id) => id.startsWith('dependence-'))
  if (!drawn.has('importance')) return html`<p>${noDrivers(evaluation)}</p>`
  return html`<p>
      Contributions are Shapley values (scale: ${evaluation.explanations.scale}), added up by raw column, over
      ${count(evaluation.explanations.rows)} claims. Above the zero line a value raises the risk, below it
      lowers it; bands hold 80 % of the claims. A text shows its words, each with the claims that hold it.
    </p>
    ${figures(drawn, [['importance', ''], ...ids.map((id) => [id, ''] as const)])}`
}

function metrics({ evaluation }: ReportInput): Markup {
  const sets: readonly (readonly [string, TestEvaluation | null])[] = [
    [setTitle(evaluation), evaluation.test],
    ['Out of time', evaluation.out_of_time],
    ['External test', evaluation.external_test],
  ]
  const present = sets.flatMap(([title, set]) => (set === null ? [] : [{ title, set }]))
  return html`${table(
      `Metrics with ${percent(evaluation.test.intervals.level, 0)} intervals`,
      [{ title: 'Metric' }, ...present.map(({ title }) => ({ title, numeric: true }))],
      metricNames.map((name) => [
        html`${metricTable[name].title}<span class="range">${metricTable[name].meaning}</span>`,
        ...present.map(({ set }) => interval(set.metrics[name])),
      ]),
    )}
    <p class="fine">${evaluation.test.intervals.method}.</p>`
}

function setTitle({ measured_on: measured }: ReportInput['evaluation']): string {
  return measured.kind === 'held_out' ? 'Test' : measured.source
}

function interval(metric: Metric): Markup {
  return html`<b>${decimal(metric.value)}</b>
    <span class="range">${decimal(metric.lower)} to ${decimal(metric.upper)}</span>`
}

function candidates({ evaluation, blueprint }: ReportInput, drawn: Drawn): Markup {
  const { selection, candidates: all } = evaluation
  const chosen = blueprint.selection.metric
  const measured = (all.find((candidate) => candidate.selected) ?? all[0])?.cross_validation
  const shown = [
    chosen,
    ...(['roc_auc', 'average_precision', 'log_loss', 'brier'] as const).filter((name) => name !== chosen),
  ].filter((name) => all.some((candidate) => candidate.cross_validation.metrics[name] !== undefined))
  return html`<p>${selection.rule}.</p>
    ${table(
      'Candidates in cross-validation',
      [
        { title: 'Candidate' },
        { title: 'Kind' },
        ...shown.map((name) => ({ title: metricTable[name].title, numeric: true })),
        { title: 'Time to fit', numeric: true },
      ],
      all.map((candidate) => [
        candidate.selected ? html`<b>${candidate.name}</b> (selected)` : candidateLabel(candidate),
        candidate.kind.replaceAll('_', ' '),
        ...shown.map((name) => {
          const metric = candidate.cross_validation.metrics[name]
          return metric === undefined ? '–' : interval(metric)
        }),
        duration(candidate.fit_seconds),
      ]),
    )}
    ${
      measured === undefined
        ? null
        : html`<p class="fine">
            ${measured.folds} folds; ${measured.intervals.method}, ${percent(measured.intervals.level, 0)}
            intervals.
          </p>`
    }
    ${candidateNotes(all).map((note) => html`<p class="fine">${note}</p>`)}
    <div class="beside after">
      ${figures(drawn, [['candidates', 'Lines are intervals. Where they overlap, the difference may be chance.']])}
      ${
        selection.constraints.length === 0
          ? html`<p>No limits are set for promotion.</p>`
          : table(
              `Limits for promotion, on the ${measuredClaims(evaluation.measured_on)}`,
              [
                { title: 'Limit' },
                { title: 'Allowed', numeric: true },
                { title: 'Reached', numeric: true },
                { title: 'Kept' },
              ],
              selection.constraints.map(({ name, limit, value, met }) => [
                constraintText(name),
                `${name.startsWith('max_') ? 'at most' : 'at least'} ${percent(limit)}`,
                percent(value),
                met ? 'yes' : html`<b class="bad">no</b>`,
              ]),
            )
      }
    </div>`
}

function leakage({ evaluation }: ReportInput): Markup {
  const { findings } = evaluation.leakage
  if (findings.length === 0)
    return html`<p>The scan of the training data found no column and no rows that give the answer away.</p>`
  return table(
    `What may give the answer away${evaluation.measured_on.kind === 'file' ? ', as the training found it' : ''}`,
    [
      { title: 'Where' },
      { title: 'What' },
      { title: 'Severity' },
      { title: 'Action' },
      { title: 'Finding' },
      { title: 'Evidence' },
    ],
    findings.map((finding) => [
      finding.column ?? 'rows',
      finding.kind.replaceAll('_', ' '),
      finding.severity === 'block' ? html`<b class="bad">block</b>` : finding.severity,
      finding.action,
      finding.message,
      Object.entries(finding.evidence)
        .map(
          ([name, value]) =>
            `${name.replaceAll('_', ' ')} ${typeof value === 'number' ? String(Number(value.toPrecision(4))) : value}`,
        )
        .join(', '),
    ]),
  )
}

/** Rules about a column as a whole, which have no count of values. */
const ofColumn: ReadonlySet<string> = new Set(['absent', 'unexpected'])

function quality({ validation }: ReportInput): Markup {
  const { gate, dimensions } = validation
  return html`<p>
      Quality score <b>${decimal(validation.quality_score)}</b> of 1: the mean of completeness
      ${decimal(dimensions.completeness)}, validity ${decimal(dimensions.validity)}, consistency
      ${decimal(dimensions.consistency)} and uniqueness ${decimal(dimensions.uniqueness)}.
      ${gate.passed ? 'The quality gate was passed.' : html`<b class="bad">The quality gate was not passed:</b> ${gate.failures.join('; ')}.`}
      ${count(validation.rejected_rows)} of ${count(validation.rows)} rows were rejected.
    </p>
    ${
      validation.counts.length === 0
        ? html`<p>No check found anything.</p>`
        : table(
            'Findings by rule',
            [
              { title: 'Field' },
              { title: 'Rule' },
              { title: 'Severity' },
              { title: 'Values', numeric: true },
            ],
            [...validation.counts]
              .sort((a, b) =>
                a.severity === b.severity ? b.count - a.count : a.severity === 'error' ? -1 : 1,
              )
              .slice(0, 40)
              .map((finding) => [
                finding.field,
                finding.rule.replaceAll('_', ' '),
                finding.severity,
                ofColumn.has(finding.rule) ? 'whole column' : count(finding.count),
              ]),
          )
    }
    ${validation.counts.length > 40 ? html`<p class="fine">${validation.counts.length - 40} more rules with findings are not shown.</p>` : null}`
}

function fairness({ evaluation, blueprint }: ReportInput): Markup {
  if (evaluation.fairness.length === 0) {
    return html`<p>
      No groups were compared: the blueprint names no column for it, or every group has fewer than
      ${blueprint.fairness.minimum_group_rows} of the ${measuredClaims(evaluation.measured_on)}.
    </p>`
  }
  const rate = (value: number | null): string => (value === null ? '–' : percent(value))
  return html`${table(
      `Groups of the ${measuredClaims(evaluation.measured_on)} at the threshold`,
      [
        { title: 'Group' },
        { title: 'Column' },
        { title: 'Claims', numeric: true },
        { title: 'Positive', numeric: true },
        { title: 'Flagged', numeric: true },
        { title: 'Positives found', numeric: true },
        { title: 'Negatives flagged', numeric: true },
      ],
      evaluation.fairness.map((row) => [
        row.group,
        row.column,
        count(row.rows),
        percent(row.positive_rate),
        percent(row.selection_rate),
        rate(row.recall),
        rate(row.false_positive_rate),
      ]),
    )}
    <p class="fine">
      These columns are no model inputs. Groups of fewer than ${blueprint.fairness.minimum_group_rows} claims
      are left out. Differences between small groups may be chance.
    </p>`
}

function split({ evaluation, dataset }: ReportInput): Markup {
  const { split: s, test, out_of_time: later, external_test: external } = evaluation
  const kinds = {
    stratified: 'at random, the same share of positives in each part',
    grouped: 'by entity: all claims of one are in one part',
    time: 'by time: the latest claims are the test',
  } as const
  const row = (name: string, set: TestEvaluation): (string | Markup)[] => [
    name,
    count(set.rows),
    count(set.positives),
    interval(set.metrics.roc_auc),
    interval(set.metrics.average_precision),
    set.cutoff ?? '–',
    set.note ?? '',
  ]
  const splitText = `${kinds[s.kind]}${s.cutoff === null ? '' : `, cut at ${s.cutoff}`}`
  const read = `${count(dataset.rows)} rows read, ${count(dataset.rejectedRows)} rejected${evaluation.label_maturity === null ? '' : `, ${count(dataset.immatureRows)} later than ${evaluation.label_maturity.cutoff} left out as too young`}`
  const used = `${count(s.train_rows)} used to learn and ${count(s.test_rows)} to test`
  return html`<p>
      ${
        evaluation.measured_on.kind === 'held_out'
          ? `${read}, ${used}. Split ${splitText}.`
          : `${read}, of ${evaluation.measured_on.source}. The training, earlier: ${used}, split ${splitText}.`
      }
    </p>
    ${table(
      'Sets that the model was measured on',
      [
        { title: 'Set' },
        { title: 'Claims', numeric: true },
        { title: 'Positives', numeric: true },
        { title: 'ROC AUC', numeric: true },
        { title: 'Average precision', numeric: true },
        { title: 'From' },
        { title: 'Note' },
      ],
      [
        row(setTitle(evaluation), test),
        ...(later === null ? [] : [row('Out of time', later)]),
        ...(external === null ? [] : [row('External test', external)]),
      ],
    )}
    ${
      later === null && evaluation.out_of_time_reason !== null
        ? html`<p>No out-of-time score: ${evaluation.out_of_time_reason}</p>`
        : null
    }`
}

function timings({ evaluation }: ReportInput): Markup {
  return table(
    'Time by stage',
    [{ title: 'Stage' }, { title: 'Time', numeric: true }],
    Object.entries(evaluation.timings_seconds).map(([stage, seconds]) => [
      stage.replaceAll('_', ' '),
      duration(seconds),
    ]),
  )
}

function reading({ evaluation, blueprint }: ReportInput): Markup {
  return html`<dl>
    <dt>Positive</dt>
    <dd>A claim with ${evaluation.label} = ${evaluation.positive}.</dd>
    <dt>Interval, “83 to 90”</dt>
    <dd>
      The figure comes from a sample. Repeated on other samples, such intervals hold the true figure in
      ${percent(evaluation.test.intervals.level, 0)} of cases. Two figures whose intervals overlap much may be
      equal.
    </dd>
    ${
      evaluation.measured_on.kind === 'held_out'
        ? html`<dt>Test claims</dt>
            <dd>
              Claims that were kept aside: no part of the model, its threshold or its choice was fitted on
              them.
            </dd>`
        : html`<dt>Trained on</dt>
            <dd>
              Rows that equal, in every feature, a row that the model was fitted on. Identifiers and the
              outcome are not compared.
            </dd>`
    }
    <dt>Out of time</dt>
    <dd>
      The same kind of model, trained on earlier claims only and measured on later ones: the closest to real
      use.
    </dd>
    <dt>Threshold and bands</dt>
    <dd>
      Decisions by the probability: ${decisionsText(evaluation, blueprint).replaceAll('_', ' ')}. At or above
      the threshold a claim counts as flagged. Bands (low, medium, high, critical) only name ranges of the
      probability and never contradict the threshold.
    </dd>
    <dt>Log-odds</dt>
    <dd>
      The scale on which contributions add up to a score: +0.7 doubles the odds, −0.7 halves them, 0 changes
      nothing.
    </dd>
    <dt>What this report is not</dt>
    <dd>A proof that a driver causes the outcome, or that the future will look like the data.</dd>
  </dl>`
}
