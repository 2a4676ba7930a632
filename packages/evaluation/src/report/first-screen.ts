import { readableName } from '@claims/contracts'
import { reviewShare } from '../decisions/review-share.ts'
import { savingText } from '../decisions/saving-text.ts'
import type { WordEffect } from '../explanations/dependence.ts'
import { cautionsOf } from './cautions.ts'
import { costsOption, count, money, ofHundred, percent } from './format.ts'
import { html, type Content, type Markup } from './html.ts'
import { isKnown, measuredClaims } from './measured-claims.ts'
import type { ReportInput } from './report-input.ts'
import { noDrivers } from './no-drivers.ts'

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
  const [state, title, text] = verdictOf(evaluation)
  return html`<p class="verdict ${state}">
    <span class="mark" aria-hidden="true">${state === 'good' ? '✓' : '!'}</span
    ><span><b>${title}.</b> ${text}</span>
  </p>`
}

function verdictOf(evaluation: ReportInput['evaluation']): readonly [string, string, string] {
  const { selection, measured_on: measured, learned } = evaluation
  const [reason = '', ...more] = selection.reasons
  const others =
    more.length === 0
      ? ''
      : ` ${more.length === 1 ? 'Another reason speaks' : `${count(more.length)} more reasons speak`} against it: see below.`
  if (isKnown(measured)) return ['serious', 'No test', reason]
  if (!learned) {
    return measured.kind === 'held_out'
      ? ['serious', 'Do not use', 'It is not shown that the model ranks claims better than chance.']
      : [
          'serious',
          'Do not use here',
          `It is not shown that the model ranks ${measuredClaims(measured)} better than chance.`,
        ]
  }
  if (!selection.promotable) {
    return ['warning', 'Not ready', `The model ranks claims better than chance, but: ${reason}${others}`]
  }
  const limits =
    selection.constraints.length === 0
      ? 'No limits are set that it must keep.'
      : 'It keeps every limit it must keep.'
  return measured.kind === 'held_out'
    ? [
        'good',
        'Ready to promote',
        `The model ranks claims better than chance. ${limits} ${selection.certainty}`.trim(),
      ]
    : ['good', 'Holds here', `The model ranks ${measuredClaims(measured)} better than chance. ${limits}`]
}

function hero({ evaluation }: ReportInput): Markup {
  const { metrics, rows } = evaluation.test
  const { measured_on: measured } = evaluation
  const auc = metrics.roc_auc
  const later = evaluation.out_of_time?.metrics.roc_auc
  const best = evaluation.best_possible
  return html`<div class="panel hero">
    <h2>How good is it</h2>
    ${isKnown(measured) ? html`<p><b>${evaluation.selection.reasons[0] ?? ''}</b> Expect less on new claims.</p>` : null}
    <p class="figure">${ofHundred(auc.value)}<span> of 100</span></p>
    <p>
      Given one claim of each kind, it picks the riskier of the two in
      <b>${ofHundred(auc.value)} of 100</b> cases (${ofHundred(auc.lower)} to ${ofHundred(auc.upper)}). A coin
      gets 50.
    </p>
    <p class="fine">
      Measured on ${count(rows)}
      ${measured.kind === 'held_out' ? 'claims that nothing was fitted on' : measuredClaims(measured)}.${later === undefined ? '' : ` On the latest claims: ${ofHundred(later.value)} of 100 (${ofHundred(later.lower)} to ${ofHundred(later.upper)}).`}${best === null ? '' : ` The best possible on this made data is ${ofHundred(best.roc_auc)}.`}
    </p>
  </div>`
}

function tiles(input: ReportInput): Markup {
  const { evaluation, dataset } = input
  const { test, split, measured_on: measured } = evaluation
  const { recall, precision } = test.metrics
  const reviewed = reviewShare(test.confusion)
  const data = [
    `${percent(dataset.positives / Math.max(1, dataset.rows - dataset.rejectedRows - dataset.immatureRows))} of all are positive. `,
    dataset.period === null
      ? 'No column is named as the time of an event.'
      : `From ${dataset.period.from} to ${dataset.period.to}.`,
    maturityText(evaluation.label_maturity),
  ]
  return html`<div class="tiles">
    ${
      measured.kind === 'held_out'
        ? tile('Learnt from', `${count(split.train_rows)} claims`, [
            `${count(split.test_rows)} more for the test. `,
            ...data,
          ])
        : tile('Measured on', `${count(test.rows)} claims`, [
            `of ${measured.source}; learnt from ${count(split.train_rows)} claims earlier. `,
            ...data,
          ])
    }
    ${tile('Finds', `${ofHundred(recall.value)} of 100`, [
      `positive claims (${ofHundred(recall.lower)} to ${ofHundred(recall.upper)}). `,
      reviewed === 0
        ? 'It flags none.'
        : `Of 100 that it flags, ${ofHundred(precision.value)} are positive (${ofHundred(precision.lower)} to ${ofHundred(precision.upper)}).`,
    ])}
    ${tile('Decides alone', percent(1 - reviewed), [
      `of claims; ${percent(reviewed)} go to a person. ${letPass(test.confusion)}`,
    ])}
    ${saving(input)}
  </div>`
}

/** What it saves; what to give where nothing can be said in money; nothing in money for rows that it knows. */
function saving({ evaluation }: ReportInput): Markup {
  const { cost, test, measured_on: measured } = evaluation
  if (cost === null) {
    return tile('Costs', 'not given', [
      'So nothing is said in money: the threshold flags as large a share of the out-of-fold predictions as are positive. Give ',
      html`<code>${costsOption}</code>`,
      ' in training to choose it by cost.',
    ])
  }
  const baseline = cost.baseline === 'review_all' ? 'reviewing every claim' : 'approving every claim'
  if (isKnown(measured)) {
    return tile('Saves', 'not judged', [
      `A saving on claims that the model was trained on says nothing about new ones.`,
    ])
  }
  const label = cost.saved > 0 ? 'Saves' : cost.saved === 0 ? 'Saves nothing' : 'Costs more'
  return tile(label, money(Math.abs(cost.saved), cost.currency), [
    `on ${count(test.rows)} ${measuredClaims(measured)} against ${baseline}: ${money(cost.total, cost.currency)} instead of ${money(cost.baseline_total, cost.currency)}, ${money(cost.per_claim, cost.currency)} a claim. `,
    sureOfSaving(cost),
  ])
}

/** How sure the saving is; nothing where a file does not say. */
function sureOfSaving(cost: NonNullable<ReportInput['evaluation']['cost']>): string {
  const { intervals } = cost
  if (intervals === null) return ''
  const holds = intervals.saved.lower <= 0 && intervals.saved.upper >= 0
  return `With ${percent(intervals.level, 0)} confidence the saving is ${savingText(cost)}${holds ? '; that holds 0, so it may be chance' : ''}.`
}

/** " 12 claims are later than 2025-10-02 and left out: ...", or nothing where every labelled claim counts. */
function maturityText(maturity: ReportInput['evaluation']['label_maturity']): string {
  if (maturity === null) return ''
  const { as_of: asOf, maturity_days: days, cutoff, immature_rows: rows } = maturity
  const why = `an outcome is known after ${count(days)} days, and labels are as of ${asOf}`
  if (rows === 0) return ` No claim is left out as too recent: none is later than ${cutoff}; ${why}.`
  return ` ${count(rows)} ${rows === 1 ? 'claim is' : 'claims are'} later than ${cutoff} and left out: ${why}.`
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

function drivers({ evaluation, dependence }: ReportInput): Markup {
  const words = new Map(
    dependence.flatMap((item) => (item.kind === 'words' ? [[item.feature, wordsText(item.words)]] : [])),
  )
  const leading = evaluation.explanations.global.filter(({ share }) => share > 0).slice(0, 5)
  const [first] = leading
  if (first === undefined) return html`<p>${noDrivers(evaluation)}</p>`
  return html`<ul class="bars">
      ${leading.map(
        ({ feature, share }) =>
          html`<li>
            <span class="name"
              >${readableName(feature)}${words.has(feature) ? html` <span class="fine">${words.get(feature) ?? ''}</span>` : null}</span
            ><span class="value">${percent(share, 0)}</span>
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

/** "‘whiplash’, ‘stolen’ raise it, ‘hail’ lowers it": the words that move scores most. */
function wordsText(words: readonly WordEffect[]): string {
  const say = (chosen: readonly WordEffect[], one: string, several: string): string[] =>
    chosen.length === 0
      ? []
      : [`${chosen.map(({ word }) => `“${word}”`).join(', ')} ${chosen.length === 1 ? one : several} it`]
  const leading = words.slice(0, 5)
  return [
    ...say(
      leading.filter(({ mean }) => mean > 0),
      'raises',
      'raise',
    ),
    ...say(
      leading.filter(({ mean }) => mean < 0),
      'lowers',
      'lower',
    ),
  ].join(', ')
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
