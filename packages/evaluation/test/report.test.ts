import { beforeAll, describe, expect, test } from '@jest/globals'
import { evaluationSchema, type MeasuredOn } from '@claims/contracts'
import { numberColumn, timestampColumn, type FrameColumn } from '@claims/frame'
import { dependence, promotability, renderModelCard, renderReport, type ReportInput } from '../src/index.ts'
import { sampleReport } from './sample-report.ts'

const sectionIds = [
  'ranking',
  'cost',
  'drivers',
  'metrics',
  'candidates',
  'leakage',
  'quality',
  'fairness',
  'split',
  'timings',
  'reading',
]
const pictureIds = [
  'roc',
  'precision-recall',
  'gain',
  'calibration',
  'scores',
  'cost',
  'importance',
  'candidates',
]

describe('renderReport', () => {
  const input = sampleReport()
  let html = ''
  beforeAll(async () => {
    html = await renderReport(input)
  })

  test('the sample is a valid evaluation', () => {
    expect(evaluationSchema.parse(input.evaluation)).toEqual(input.evaluation)
  })

  test('is a well-formed document whose ids are unique and whose links lead somewhere', () => {
    expect(html).toMatch(/^<!doctype html>\s*<html lang="en">/)
    expect(unclosed(html)).toEqual([])
    const ids = [...html.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]!)
    expect(new Set(ids).size).toBe(ids.length)
    const wanted = [...html.matchAll(/href="#([^"]+)"/g), ...html.matchAll(/url\(#([^)]+)\)/g)].map(
      (match) => match[1]!,
    )
    for (const list of html.matchAll(/aria-labelledby="([^"]+)"/g)) wanted.push(...list[1]!.split(' '))
    expect(wanted.filter((id) => !ids.includes(id))).toEqual([])
  })

  test('holds every section and every picture, each with a title and a description', () => {
    for (const id of sectionIds) expect(html).toContain(`<section class="section" id="${id}"`)
    for (const id of [...pictureIds, ...input.dependence.map((_, i) => `dependence-${String(i + 1)}`)]) {
      expect(html).toMatch(
        new RegExp(`<title id="${id}-title">[^<]+</title><desc id="${id}-text">[^<]{20,}</desc>`),
      )
    }
    expect(html.match(/<svg /g)).toHaveLength(pictureIds.length + input.dependence.length)
    expect(html).not.toMatch(/NaN|undefined|\[object/)
  })

  test('says in words how good, what it saves and what to be careful about', () => {
    const { roc_auc: auc } = input.evaluation.test.metrics
    const cases = (value: number): string => String(Math.round(value * 100))
    const text = html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ')
    expect(text).toContain(`${cases(auc.value)} of 100 cases (${cases(auc.lower)} to ${cases(auc.upper)})`)
    expect(text).toContain('Not ready.')
    expect(text).toContain('insured_hobbies alone ranks claims unusually well')
    expect(text).toContain('Accuracy is')
  })

  test('loads nothing, runs nothing and leaves no colour that does not follow the scheme', () => {
    expect(html).not.toMatch(/https?:|src=|<script|<link|@import|url\((?!#)/)
    expect(html).toContain("default-src 'none'")
    expect(html.match(/(?:fill|stroke)="#[0-9a-f]+"/gi)).toBeNull()
    expect(html.length).toBeLessThan(1_500_000)
  })

  test('gives the same bytes twice', async () => {
    expect(await renderReport(sampleReport())).toBe(html)
  })

  test('escapes what comes from data', async () => {
    const hostile = '<script>alert("x")</script>'
    const attacked = sampleReport({
      severityColumn: hostile,
      severityLevel: `'"><img src=x onerror=alert(1)>`,
    })
    const result = await renderReport({
      ...attacked,
      dataset: { ...attacked.dataset, source: hostile },
      evaluation: { ...attacked.evaluation, label: hostile, positive: '</title></svg>', warnings: [hostile] },
      blueprint: { ...attacked.blueprint, description: hostile },
    })
    expect(result).not.toMatch(/<script|<img/i)
    expect(result).toContain('&lt;script&gt;')
    expect(unclosed(result)).toEqual([])
  })

  test('says nothing in money without costs, and what to give', async () => {
    const free = sampleReport({ costs: null })
    const result = await renderReport(free)
    const card = renderModelCard(free)
    for (const page of [result, card]) {
      expect(page).not.toMatch(/USD(?! *\))|[$€]\s?\d|[Ss]ave[sd]|[Ll]ost/)
      expect(page).toContain('--costs false_negative=..,review=..')
      expect(page).toContain('No costs were given')
    }
    expect(result).toContain('id="trade-off-title"')
    expect(result).not.toContain('id="cost-title"')
    expect(plain(result)).toMatch(/To review Threshold Positives found Of the flagged, positive 1\.0 %/)
    expect(unclosed(result)).toEqual([])
  })

  describe('on a file that was measured later', () => {
    const measuredOn = (known: number): ReportInput => {
      const input = sampleReport({ constraints: {} })
      const measured: MeasuredOn = {
        kind: 'file',
        source: 'later.csv',
        training_file: false,
        known_rows: {
          ...{ rows: 200, known, share: known / 200, lower: known / 200, upper: known / 200, exact: true },
          chance: { rows: 100, known: 1 },
          beyond_chance: known > 100,
        },
      }
      const { ok, reasons } = promotability({
        ...input.evaluation,
        constraints: input.evaluation.selection.constraints,
        findings: [],
        measured_on: measured,
        gate: input.validation.gate,
      })
      const selection = { ...input.evaluation.selection, promotable: ok, reasons: [...reasons] }
      return { ...input, evaluation: { ...input.evaluation, measured_on: measured, selection } }
    }

    test('known rows lead: no banner, no saving, no claim that they are new', async () => {
      const text = plain(await renderReport(measuredOn(150)))
      expect(text).toContain('No test. 150 of 200 rows (75.0 %) were trained on')
      expect(text).toContain('How good is it 150 of 200 rows (75.0 %) were trained on')
      expect(text).not.toMatch(/Ready to promote|Holds here|nothing was fitted|Saves \$|Saved|\btest claims/)
    })

    test('new rows are the rows of the file, and what chance explains is a note', async () => {
      const text = plain(await renderReport(measuredOn(2)))
      expect(text).toContain('Holds here. The model ranks claims of later.csv better than chance')
      expect(text).toContain('Measured on 200 claims of later.csv')
      expect(text).toMatch(/Note 2 of 200 rows \(1\.0 %\) were trained on or equal such a row .* 100 rows/)
      expect(text).not.toMatch(/nothing was fitted|\btest claims/)
    })
  })

  test('a limit that moved the threshold is named, one that did not is not', async () => {
    const input = sampleReport()
    const bound = (names: string[]): ReportInput => ({
      ...input,
      evaluation: { ...input.evaluation, threshold: { ...input.evaluation.threshold, bound_by: names } },
    })
    const moved = plain(await renderReport(bound(['recall >= 0.88'])))
    expect(moved).toContain(
      'The chosen threshold is not the cheapest one: recall >= 0.88 kept it from there.',
    )
    expect(moved).toContain('What moved it: recall >= 0.88.')
    const free = plain(await renderReport(bound([])))
    expect(free).toContain('it was chosen on other claims')
    expect(free).not.toContain('What moved it')
  })

  test('a text column shows its words', async () => {
    const input = sampleReport()
    const group = { rows: 40, low: -1, high: 1 }
    const words = [
      { word: 'whiplash', mean: 0.7, ...group },
      { word: 'hail', mean: -0.4, ...group },
    ]
    const feature = input.evaluation.explanations.global[0]!.feature
    const result = await renderReport({
      ...input,
      dependence: [{ kind: 'words', feature, words }, ...input.dependence.slice(1)],
    })
    expect(plain(result)).toContain('“whiplash” raises it, “hail” lowers it')
    expect(result).toContain(`holds the word: whiplash +0.70, hail −0.40.`)
  })

  test.each([1e-6, 1e-3, 1, 1e4, 1e9])('ticks of an axis differ at a scale of %s', async (scale) => {
    const input = sampleReport()
    const n = 60
    const contributions = Float64Array.from({ length: n }, (_, i) => (0.002 * scale * (i - 30)) / n)
    const near = (offset: number): FrameColumn =>
      numberColumn(Float64Array.from({ length: n }, (_, i) => offset + (scale * i) / n))
    const day = 86_400_000
    const times = (days: number): FrameColumn =>
      timestampColumn(Float64Array.from({ length: n }, (_, i) => Date.UTC(2025, 0, 1) + (days * day * i) / n))
    const columns = [near(0), near(1e6 * scale), times(2), times(40), times(200), times(4000)]
    const candidates = input.evaluation.candidates.map((candidate, k) => {
      const value = 0.94 + 1e-5 * k * Math.min(1, scale)
      const metric = { value, lower: value - 2e-5, upper: value + 2e-5, folds: [value] }
      return {
        ...candidate,
        cross_validation: { ...candidate.cross_validation, metrics: { roc_auc: metric } },
      }
    })
    const costs = { currency: 'USD', false_negative: 10 * scale, false_positive: scale, manual_review: scale }
    const result = await renderReport({
      ...input,
      blueprint: { ...input.blueprint, costs },
      evaluation: { ...input.evaluation, candidates },
      dependence: columns.map((column, k) => dependence({ feature: `f${String(k)}`, column, contributions })),
    })
    const axes = [...result.matchAll(/role-axis-label"[^>]*>(.*?)<\/g>/g)].map((match) =>
      [...match[1]!.matchAll(/<text([^>]*)>([^<]*)<\/text>/g)]
        .filter(([, attributes]) => !attributes!.includes('opacity="0"'))
        .map(([, , label]) => label!),
    )
    expect(axes.length).toBeGreaterThan(20)
    for (const labels of axes) expect(labels).toEqual([...new Set(labels)])
  })

  test('says that there is nothing to learn from noise', async () => {
    const noise = sampleReport({ signal: 0 })
    expect(noise.evaluation.learned).toBe(false)
    const result = await renderReport(noise)
    expect(result).toContain('Do not use')
    expect(result).toContain('There is nothing to learn here')
  })
})

describe('renderModelCard', () => {
  test('holds every part, from the evaluation’s own numbers, the same twice', () => {
    const input = sampleReport()
    const card = renderModelCard(input)
    for (const title of [
      'Intended use',
      'Data',
      'How it was chosen',
      'Performance',
      'Costs',
      'Drivers',
      'Leakage',
      'Fairness',
      'Limits',
    ]) {
      expect(card).toContain(`\n## ${title}\n`)
    }
    const { value, lower, upper } = input.evaluation.test.metrics.roc_auc
    expect(card).toContain(`${value.toFixed(3)} (${lower.toFixed(3)} to ${upper.toFixed(3)})`)
    expect(card).toContain('Sensitive columns, never a model input: `insured_sex`')
    expect(card).not.toMatch(/NaN|undefined|\[object/)
    expect(renderModelCard(sampleReport())).toBe(card)
  })

  test('escapes what comes from data', () => {
    const card = renderModelCard(sampleReport({ severityColumn: '<script>|x' }))
    expect(card).not.toContain('<script>')
    expect(card).toContain(String.raw`&lt;script>\|x`)
  })
})

/** The words of a page, as a reader sees them. */
function plain(page: string): string {
  return page
    .replace(/<style>[\s\S]*?<\/style>/, '')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll('&gt;', '>')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/ ([.,;:])/g, '$1')
}

/** Tags that are closed in the wrong order or never, by a stack over the whole document. */
function unclosed(document: string): string[] {
  const empty = new Set(['meta', 'br', 'hr', 'img', 'link', 'input'])
  const wrong: string[] = []
  const open: string[] = []
  const body = document.replace('<!doctype html>', '').replace(/<style>[\s\S]*?<\/style>/, '')
  for (const [, closing, name, attributes] of body.matchAll(/<(\/?)([a-zA-Z][\w-]*)((?:"[^"]*"|[^">])*)>/g)) {
    if (closing === '/') {
      if (open.at(-1) === name) open.pop()
      else wrong.push(`</${name!}> inside <${open.at(-1) ?? 'nothing'}>`)
    } else if (!empty.has(name!) && attributes?.endsWith('/') !== true) open.push(name!)
  }
  return [...wrong, ...open]
}
