import { readableName } from '../explanations/readable-name.ts'
import { cautionsOf } from './cautions.ts'
import { count, money, ofHundred, percent } from './format.ts'
import { html, type Content, type Markup } from './html.ts'
import type { ReportInput } from './report-input.ts'

/** What a reader who is no data scientist needs: what it is, how good, what it saves, what drives it, what to mind. */
export function firstScreen(input: ReportInput): Markup {
  const { evaluation, blueprint, dataset, createdAt } = input
  return html`<header>
      <p class="eyebrow">Model report</p>
      <h1>${readableName(blueprint.name)}</h1>
      <p class="lead">
        Estimates the chance that a claim has <b>${evaluation.label}</b> =
        <b>${evaluation.positive}</b>.${blueprint.description === '' ? '' : ` ${blueprint.description}`}
      </p>
      ${verdict(input)}
      <p class="meta">
        ${dataset.source} · ${createdAt.slice(0, 10)} · blueprint version ${blueprint.version} · seed
        ${evaluation.seed}
      </p>
    </header>
    <section aria-label="Summary" class="summary">
      ${hero(input)} ${tiles(input)}
      <div class="panel drivers">
        <h2>What drives it</h2>
        ${drivers(input)}
      </div>
      <div class="panel">
        <h2>What to be careful about</h2>
        ${cautions(input)}
      </div>
    </section>`
}

function verdict({ evaluation }: ReportInput): Markup {
  const missed = evaluation.selection.constraints.filter(({ met }) => !met).length
  const [state, title, text] = !evaluation.learned
    ? ['serious', 'Do not use', 'The model does not rank claims better than chance.']
    : !evaluation.selection.promotable
      ? [
          'warning',
          'Not ready',
          missed > 0
            ? `The model ranks claims better than chance but misses ${String(missed)} of ${String(evaluation.selection.constraints.length)} limits it must keep.`
            : 'The model ranks claims better than chance but may not be promoted yet.',
        ]
      : [
          'good',
          'Ready to promote',
          evaluation.selection.constraints.length === 0
            ? 'The model ranks claims better than chance. No limits are set that it must keep.'
            : 'The model ranks claims better than chance and keeps every limit it must keep.',
        ]
  return html`<p class="verdict ${state}">
    <span class="mark" aria-hidden="true">${state === 'good' ? '✓' : '!'}</span
    ><span><b>${title}.</b> ${text}</span>
  </p>`
}

function hero({ evaluation }: ReportInput): Markup {
  const { metrics, rows } = evaluation.test
  const auc = metrics.roc_auc
  const later = evaluation.out_of_time?.metrics.roc_auc
  const best = evaluation.best_possible
  return html`<div class="panel hero">
    <h2>How good is it</h2>
    <p class="figure">${ofHundred(auc.value)}<span> of 100</span></p>
    <p>
      Given one claim of each kind, it picks the riskier of the two in
      <b>${ofHundred(auc.value)} of 100</b> cases (${ofHundred(auc.lower)} to ${ofHundred(auc.upper)}). A coin
      gets 50.
    </p>
    <p class="fine">
      Measured on ${count(rows)} claims that nothing was fitted
      on.${later === undefined ? '' : ` On the latest claims: ${ofHundred(later.value)} of 100 (${ofHundred(later.lower)} to ${ofHundred(later.upper)}).`}${best === null ? '' : ` The best possible on this made data is ${ofHundred(best.roc_auc)}.`}
    </p>
  </div>`
}

function tiles({ evaluation, dataset }: ReportInput): Markup {
  const { cost, test, split } = evaluation
  const { recall, precision } = test.metrics
  const baseline = cost.baseline === 'review_all' ? 'reviewing every claim' : 'approving every claim'
  const saves = cost.saved >= 0
  return html`<div class="tiles">
    ${tile('Learnt from', `${count(split.train_rows)} claims`, [
      `${count(split.test_rows)} more for the test. `,
      `${percent(dataset.positives / Math.max(1, dataset.rows - dataset.rejectedRows))} of all are positive. `,
      dataset.period === null
        ? 'No dates in the data.'
        : `From ${dataset.period.from} to ${dataset.period.to}.`,
    ])}
    ${tile('Finds', `${ofHundred(recall.value)} of 100`, [
      `positive claims (${ofHundred(recall.lower)} to ${ofHundred(recall.upper)}). Of 100 that it flags, ${ofHundred(precision.value)} are positive (${ofHundred(precision.lower)} to ${ofHundred(precision.upper)}).`,
    ])}
    ${tile('Decides alone', percent(cost.automation_rate), [
      `of claims; ${percent(cost.manual_review_share)} go to a person. ${letPass(test.confusion)}`,
    ])}
    ${tile(saves ? 'Saves' : 'Costs more', money(Math.abs(cost.saved), cost.currency), [
      `on ${count(test.rows)} test claims against ${baseline}: ${money(cost.total, cost.currency)} instead of ${money(cost.baseline_total, cost.currency)}, ${money(cost.per_claim, cost.currency)} a claim.`,
    ])}
  </div>`
}

function letPass({ tn, fn }: ReportInput['evaluation']['test']['confusion']): string {
  if (tn + fn === 0) return 'None is let pass.'
  return `${count(fn)} of the ${count(tn + fn)} let pass are positive after all.`
}

function tile(label: string, figure: string, text: Content): Markup {
  return html`<div class="tile">
    <h3>${label}</h3>
    <p class="figure">${figure}</p>
    <p>${text}</p>
  </div>`
}

function drivers({ evaluation }: ReportInput): Markup {
  const leading = evaluation.explanations.global.filter(({ share }) => share > 0).slice(0, 5)
  const [first] = leading
  if (first === undefined) return html`<p>No column moves the score.</p>`
  return html`<ul class="bars">
      ${leading.map(
        ({ feature, share }) =>
          html`<li>
            <span class="name">${readableName(feature)}</span><span class="value">${percent(share, 0)}</span>
            <span class="track" aria-hidden="true"
              ><span style="width:${((100 * share) / first.share).toFixed(1)}%"></span
            ></span>
          </li>`,
      )}
    </ul>
    <p class="fine">
      Share of the movement of scores, over ${count(evaluation.explanations.rows)} claims. A driver is not a
      cause.
    </p>`
}

function cautions({ evaluation, validation }: ReportInput): Markup {
  const found = cautionsOf(evaluation, validation)
  if (found.length === 0) return html`<p>No check found anything. That is not a proof.</p>`
  const shown = found.slice(0, 6)
  const names = { serious: 'Serious', warning: 'Warning', note: 'Note' } as const
  return html`<ul class="cautions">
      ${shown.map(({ weight, text }) => html`<li class="${weight}"><b>${names[weight]}</b> <span>${text}</span></li>`)}
    </ul>
    ${
      found.length > shown.length
        ? html`<details>
            <summary>${found.length - shown.length} more</summary>
            <ul class="cautions">
              ${found.slice(6).map(({ weight, text }) => html`<li class="${weight}"><b>${names[weight]}</b> <span>${text}</span></li>`)}
            </ul>
          </details>`
        : null
    }`
}
