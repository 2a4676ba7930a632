import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { parseBlueprint, type Evaluation } from '@claims/contracts'
import { createRandom } from '@claims/frame'
import { DirectoryModelRegistry, openBundle } from '@claims/registry'
import { evaluateFile, inferFromFile, train, type BlueprintHints } from '../src/index.ts'
import { loadScorer } from '@claims/scoring'
import { temporaryFolder, writeRows, type Folder } from './small-data.ts'

const hints: BlueprintHints = { label: 'label', positive: 'yes' }
const header = ['id', 'a', 'age', 'label']

/** Rows whose outcome follows `a`; 40 % have no age. */
function rows(count: number, seed: number): (string | number)[][] {
  const random = createRandom(seed)
  return Array.from({ length: count }, (_, i) => {
    const a = random.next()
    const age = random.next() < 0.4 ? '' : 18 + random.integer(60)
    return [`r${String(i)}`, a.toFixed(5), age, random.next() < 0.05 + 0.7 * a * a ? 'yes' : 'no']
  })
}

let folder: Folder
let data = ''
let evaluation: Evaluation

beforeAll(async () => {
  folder = await temporaryFolder()
  data = await writeRows(folder.at('rows.csv'), header, rows(1200, 1))
  const result = await train({ data, by: { hints }, out: folder.at('bundle'), folds: 2, seed: 1, threads: 1 })
  evaluation = result.evaluation
})
afterAll(() => folder.remove())

async function evaluate(file: string, out?: string): Promise<Evaluation> {
  const scorer = await loadScorer(await openBundle(folder.at('bundle')), { threads: 1 })
  try {
    const evaluated = await evaluateFile(scorer, {
      data: file,
      bundle: await openBundle(folder.at('bundle')),
      seed: 1,
      now: new Date(),
      ...(out === undefined ? {} : { out }),
    })
    return evaluated.evaluation
  } finally {
    scorer.dispose()
  }
}

describe('without costs', () => {
  test('nothing is in money, and as large a share is flagged as there are positives', async () => {
    const bundle = await openBundle(folder.at('bundle'))
    expect(bundle.manifest.blueprint.costs).toBeNull()
    expect(evaluation.cost).toBeNull()
    expect(await bundle.readJson('policy.json')).toMatchObject({ costs: null })
    expect(evaluation.threshold.rule).toBe('as large a share flagged as there are positives')
    const { confusion, positives, rows: tested } = evaluation.test
    expect(Math.abs(confusion.tp + confusion.fp - positives) / tested).toBeLessThan(0.1)
    expect(evaluation.selection).toMatchObject({ promotable: true, reasons: [] })
    for (const page of ['report.html', 'model-card.md'])
      expect(await readFile(join(folder.at('bundle'), page), 'utf8')).not.toMatch(/USD|[$€]\s?\d/)
  })

  test('given costs are the blueprint’s, and the threshold is chosen by them', async () => {
    const costs = { currency: 'EUR', false_negative: 1000, false_positive: 0, manual_review: 90 }
    const priced = await train({
      data,
      by: { hints: { ...hints, costs } },
      out: folder.at('priced'),
      folds: 2,
      seed: 1,
      threads: 1,
    })
    expect(priced.blueprint.costs).toEqual(costs)
    expect(priced.evaluation.threshold.rule).toBe('minimum expected cost')
    expect(priced.evaluation.cost).toMatchObject({ currency: 'EUR' })
  })
})

test('the registry names the true reason of a refusal', async () => {
  const noise = createRandom(3)
  const file = await writeRows(
    folder.at('noise.csv'),
    header,
    Array.from({ length: 600 }, (_, i) => [
      `r${String(i)}`,
      noise.next().toFixed(5),
      20 + noise.integer(50),
      noise.next() < 0.3 ? 'yes' : 'no',
    ]),
  )
  const trained = await train({
    data: file,
    by: { hints },
    out: folder.at('noise'),
    folds: 2,
    seed: 1,
    threads: 1,
  })
  const { reasons } = trained.evaluation.selection
  expect(reasons[0]).toMatch(/holds 0\.5/)
  expect(trained.manifest.headline.reasons).toEqual(reasons)
  const registry = new DirectoryModelRegistry(folder.at('models'))
  await registry.register('noise', folder.at('noise'))
  const refused = registry.promote('noise', '1', { actor: 'test', reason: 'x' })
  await expect(refused).rejects.toMatchObject({
    code: 'promotion_refused',
    problems: reasons.map((problem) => expect.objectContaining({ problem })),
  })
})

describe('the quality gate', () => {
  test('of an inferred blueprint passes its own data, by either way, and says what was moved', async () => {
    const inferred = await inferFromFile(data, hints, { seed: 42, now: new Date() })
    const moved = inferred.notes.find(({ column }) => column === 'quality.maximum_null_share')
    expect(moved?.reason).toMatch(/^age is \d\d\.\d % missing/)
    expect(evaluation.warnings.some((text) => text.includes('age is'))).toBe(true)
    const blueprint = parseBlueprint({ ...inferred.blueprint, origin: 'explicit' })
    const again = await train({
      data,
      by: { blueprint },
      out: folder.at('again'),
      folds: 2,
      seed: 1,
      threads: 1,
    })
    expect(again.evaluation.test.metrics).toEqual(evaluation.test.metrics)
    expect(again.evaluation.selection).toEqual(evaluation.selection)
  })

  test('of an explicit one stops, and names the setting', async () => {
    const { blueprint } = await inferFromFile(data, hints, { seed: 42, now: new Date() })
    const strict = parseBlueprint({ ...blueprint, origin: 'explicit', quality: {} })
    const attempt = train({ data, by: { blueprint: strict }, out: folder.at('strict'), seed: 1, threads: 1 })
    await expect(attempt).rejects.toMatchObject({
      code: 'quality_gate_failed',
      problems: [expect.objectContaining({ field: 'quality.maximum_null_share' })],
    })
  })
})

describe('evaluating a file', () => {
  test('the training’s own file, less a row, is known for what it is', async () => {
    const file = folder.at('less.csv')
    await writeFile(file, (await readFile(data, 'utf8')).trimEnd().split('\n').slice(0, -1).join('\n'))
    const known = await evaluate(file, folder.at('less'))
    expect(known.warnings[0]).toMatch(/^9\d\d of 1,199 rows \((79\.9|80\.\d) %\) were trained on/)
    expect(known.selection.promotable).toBe(false)
    const report = await readFile(join(folder.at('less'), 'report.html'), 'utf8')
    expect(report).not.toMatch(/nothing was fitted|Ready to promote/)
    expect((await evaluate(data)).warnings[0]).toMatch(/were trained on, as this is the file of the training/)
  })

  test('rows that are new to the model are no such thing', async () => {
    const file = await writeRows(folder.at('new.csv'), header, rows(900, 2))
    const fresh = await evaluate(file)
    // A few rows without an age share the five digits of another one.
    expect(fresh.measured_on).toMatchObject({ known_rows: { beyond_chance: false } })
    expect(fresh.selection).toMatchObject({ promotable: true, reasons: [] })
    expect(fresh.warnings.join(' ')).not.toMatch(/no test of the model/)
  })

  test('does not write into a bundle', async () => {
    await expect(evaluate(data, folder.at('bundle'))).rejects.toMatchObject({ code: 'output_refused' })
    await openBundle(folder.at('bundle'))
  })
})
