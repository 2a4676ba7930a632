import { beforeAll, describe, expect, test } from '@jest/globals'
import { evaluationSchema } from '@claims/contracts'
import { renderModelCard, renderReport } from '../src/index.ts'
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
