import { tradeOffCurve } from '../curves/trade-off-curve.ts'
import { savingText } from '../decisions/saving-text.ts'
import { reviewShare } from '../decisions/review-share.ts'
import { figures, type Drawn } from './figures.ts'
import { costsOption, count, decimal, money, percent } from './format.ts'
import { html, type Markup } from './html.ts'
import { isKnown, measuredClaims } from './measured-claims.ts'
import type { ReportInput } from './report-input.ts'
import { table } from './table.ts'

/** Calibration and scores, then what the threshold gives: in money where costs are given, in shares else. */
export function probabilitiesAndThreshold(input: ReportInput, drawn: Drawn): Markup {
  const { evaluation } = input
  const { cost, threshold, test, measured_on: measured } = evaluation
  const { tn, fp, fn, tp } = test.confusion
  return html`${figures(drawn, [
      ['calibration', 'On the dotted line, claims scored at 30 % turn out positive 30 % of the time.'],
      ['scores', 'Each class adds up to 100 %. Where the two overlap, the model cannot tell them apart.'],
      cost === null
        ? [
            'trade-off',
            'Recall: positives that are found. Precision: flagged claims that are positive. A lower threshold finds more and sends more to review.',
          ]
        : ['cost', lowestPointText(input)],
    ])}
    <p class="after">
      Threshold <b>${decimal(threshold.value, 4)}</b>, chosen on ${threshold.chosen_on}: ${threshold.rule}.
      ${limitsText(input)}
    </p>
    <div class="beside wide-left">
      ${cost === null ? tradeOffTable(input) : costTable(input, cost)}
      ${table(
        `Decisions and outcomes of the ${measuredClaims(measured)}`,
        [{ title: 'Outcome' }, { title: 'Flagged', numeric: true }, { title: 'Let pass', numeric: true }],
        [
          [evaluation.positive, count(tp), count(fn)],
          [`not ${evaluation.positive}`, count(fp), count(tn)],
        ],
      )}
    </div>
    ${
      cost === null
        ? html`<p class="fine">
            No costs were given, so nothing here is in money. Give what a missed positive, a needless review
            and a review cost, and the threshold is chosen by cost: <code>${costsOption}</code>, or
            <code>costs</code> in the blueprint.
          </p>`
        : null
    }`
}

function lowestPointText({ evaluation }: ReportInput): string {
  const bound = evaluation.threshold.bound_by ?? []
  return bound.length === 0
    ? 'The lowest point here need not be the chosen one: it was chosen on other claims.'
    : `The chosen threshold is not the cheapest one: ${bound.join(', ')} kept it from there.`
}

/** Which limits moved the threshold, in the facts' words. */
function limitsText({ evaluation, blueprint }: ReportInput): string {
  const { bound_by: bound } = evaluation.threshold
  const { min_roc_auc: _, ...ofThreshold } = blueprint.selection.constraints
  if (bound === undefined || Object.keys(ofThreshold).length === 0) return ''
  if (bound.length > 0)
    return `What moved it: ${bound.join(', ')}. A limit stands there with a margin for chance.`
  return evaluation.threshold.rule.includes('no threshold meets') ? '' : 'No limit moved it.'
}

function costTable(
  { evaluation, blueprint }: ReportInput,
  c: NonNullable<ReportInput['evaluation']['cost']>,
): Markup {
  const { test, measured_on: measured } = evaluation
  const { fp, fn, tp } = test.confusion
  const { costs } = blueprint
  const amount = (value: number): string => money(value, c.currency)
  const each = (value: number | undefined): string => (value === undefined ? '–' : amount(value))
  return table(
    `What decisions cost on ${count(test.rows)} ${measuredClaims(measured)}`,
    [
      { title: 'Part' },
      { title: 'Claims', numeric: true },
      { title: 'Each', numeric: true },
      { title: 'Cost', numeric: true },
    ],
    [
      ['Missed positives', count(fn), each(costs?.false_negative), amount(c.false_negative_cost)],
      ['Reviews', count(tp + fp), each(costs?.manual_review), amount(c.review_cost)],
      ['Needless reviews, on top', count(fp), each(costs?.false_positive), amount(c.false_positive_cost)],
      [html`<b>Total</b>`, '', '', html`<b>${amount(c.total)}</b>`],
      [
        c.baseline === 'review_all' ? 'Reviewing every claim' : 'Approving every claim',
        count(test.rows),
        '',
        amount(c.baseline_total),
      ],
      ...(isKnown(measured)
        ? []
        : [
            [
              html`<b>${c.saved >= 0 ? 'Saved' : 'Lost'}</b
                >${c.intervals === null ? '' : ` (${percent(c.intervals.level, 0)} interval of the saving: ${savingText(c)})`}`,
              '',
              '',
              html`<b>${amount(Math.abs(c.saved))}</b>`,
            ],
          ]),
    ],
  )
}

const reviewShares = [0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5]

/** What reviewing the riskiest 1 %, 2 %, ... of the claims would find, and what the chosen threshold finds. */
function tradeOffTable({ evaluation, test }: ReportInput): Markup {
  const { measured_on: measured, threshold } = evaluation
  const curve = tradeOffCurve(test.target, test.probability)
  const { metrics, confusion } = evaluation.test
  const points = reviewShares.flatMap((share) => {
    const at = curve.reviewed.findLastIndex((reviewed) => reviewed <= share + 1e-12)
    return at < 0
      ? []
      : [
          {
            threshold: curve.threshold[at]!,
            reviewed: curve.reviewed[at]!,
            recall: curve.recall[at]!,
            precision: curve.precision[at]!,
            chosen: false,
          },
        ]
  })
  const chosen = {
    threshold: threshold.value,
    reviewed: reviewShare(confusion),
    recall: metrics.recall.value,
    precision: metrics.precision.value,
    chosen: true,
  }
  const rows = [...points, chosen]
    .filter((row, i, all) => row.chosen || all.findIndex((other) => other.reviewed === row.reviewed) === i)
    .sort((a, b) => a.reviewed - b.reviewed)
  return table(
    `What each threshold gives on ${count(evaluation.test.rows)} ${measuredClaims(measured)}`,
    [
      { title: 'To review' },
      { title: 'Threshold', numeric: true },
      { title: 'Positives found', numeric: true },
      { title: 'Of the flagged, positive', numeric: true },
    ],
    rows.map((row) => {
      const text = `${percent(row.reviewed)}${row.chosen ? ' (chosen)' : ''}`
      return [
        row.chosen ? html`<b>${text}</b>` : text,
        decimal(row.threshold, 4),
        percent(row.recall),
        row.reviewed === 0 ? '–' : percent(row.precision),
      ]
    }),
  )
}
