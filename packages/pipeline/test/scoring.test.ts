import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { parseBlueprint, seenValuesSchema, type DataWarning } from '@claims/contracts'
import { createRandom, frameFromRows, type Frame } from '@claims/frame'
import { evaluateFile, scoreFile, train } from '../src/index.ts'
import { loadScorer, type Scorer } from '@claims/scoring'
import { openBundle } from '@claims/registry'
import { temporaryFolder, writeRows, type Folder } from './small-data.ts'

const blueprint = parseBlueprint({
  format_version: 1,
  name: 'small',
  columns: [
    { name: 'id', role: 'id', type: 'category' },
    { name: 'amount', role: 'numeric', type: 'number' },
    { name: 'factor', role: 'numeric', type: 'number' },
    { name: 'age', role: 'numeric', type: 'number' },
    { name: 'city', role: 'categorical', type: 'category' },
    { name: 'day', role: 'date', type: 'timestamp' },
    { name: 'gender', role: 'sensitive', type: 'category' },
    { name: 'y', role: 'label', type: 'category' },
  ],
  label: { column: 'y', positive: 'yes' },
  split: { kind: 'stratified', folds: 3 },
  steps: [
    { kind: 'product', parameters: { left: 'amount', right: 'factor', output: 'worth' } },
    { kind: 'date_parts', parameters: { columns: ['day'] } },
    { kind: 'one_hot', parameters: {} },
  ],
  candidates: [{ name: 'plain', kind: 'logistic_regression' }],
  costs: { false_negative: 10, false_positive: 1, manual_review: 1 },
})
const header = ['id', 'amount', 'factor', 'age', 'city', 'day', 'gender', 'y']
const cities = ['Québec', 'Bonn', 'Turin']

function rows(n: number, seed: number): (string | number)[][] {
  const random = createRandom(seed)
  return Array.from({ length: n }, (_, i) => {
    const amount = Math.round(100 + 900 * random.next())
    return [
      `C-${String(i)}`,
      amount,
      (1 + random.next()).toFixed(3),
      20 + Math.floor(60 * random.next()),
      cities[Math.floor(3 * random.next())]!,
      `2024-0${String(1 + Math.floor(9 * random.next()))}-15`,
      random.next() < 0.5 ? 'F' : 'M',
      random.next() < amount / 1200 ? 'yes' : 'no',
    ]
  })
}

function frame(): Frame {
  const types = {
    amount: 'number',
    factor: 'number',
    age: 'number',
    city: 'category',
    day: 'timestamp',
  } as const
  return frameFromRows([{ amount: 500, factor: 1.5, age: 40, city: 'Bonn', day: '2024-03-01' }], types)
}

let folder: Folder
let scorer: Scorer

beforeAll(async () => {
  folder = await temporaryFolder()
  const data = await writeRows(folder.at('train.csv'), header, rows(600, 1))
  await train({ data, by: { blueprint }, out: folder.at('bundle'), seed: 3, threads: 1 })
  scorer = await loadScorer(await openBundle(folder.at('bundle')), { threads: 1 })
})
afterAll(async () => {
  scorer.dispose()
  await folder.remove()
})

const claim = { id: 'C-1', amount: 500, factor: 1.5, age: 40, city: 'Bonn', day: '2024-03-01' }

async function lines(path: string): Promise<string[][]> {
  return (await readFile(path, 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','))
}

function warningOf(warnings: readonly DataWarning[], code: string, field: string): DataWarning | undefined {
  return warnings.find((warning) => warning.code === code && warning.field === field)
}

describe('a bad row', () => {
  test.each([
    ['a number beyond 32-bit floats', { ...claim, amount: 1e39 }, 'amount'],
    ['a feature beyond 32-bit floats', { ...claim, amount: 1e30, factor: 1e30 }, 'worth'],
    ['a number that is infinite for its multiplication', { ...claim, amount: -3e38, factor: -3e38 }, 'worth'],
  ])('%s costs no other row its score', (_, bad, named) => {
    const alone = scorer.scoreRecords([claim], { reasons: 3 })[0]
    const [first, second, third] = scorer.scoreRecords([claim, bad, { ...claim, id: 'C-3' }], { reasons: 3 })
    expect(first).toEqual(alone)
    expect(third).toEqual({ ...alone, claimId: 'C-3' })
    expect(second?.ok).toBe(false)
    expect(JSON.stringify(second?.ok === false ? second.error.problems : [])).toContain(named)
  })

  test('it is one line of the scores file, and is counted', async () => {
    const data = await writeRows(folder.at('bad.csv'), header, [
      ...rows(3, 5),
      ['X', 1e30, 1e30, 30, 'Bonn', '2024-01-01', 'F', 'no'],
      ['Y', 1e39, 1, 30, 'Bonn', '2024-01-01', 'F', 'no'],
    ])
    const result = await scoreFile(scorer, { data, out: folder.at('bad-scores.csv'), reasons: 0 })
    expect(result).toMatchObject({ rows: 5, scored: 3, rejected: 2 })
    expect(warningOf(result.warnings, 'finite', 'amount')).toMatchObject({ rows: 2, severity: 'error' })
    expect((await lines(folder.at('bad-scores.csv'))).slice(-2).map(([id]) => id)).toEqual(['X', 'Y'])
  })

  test('in training it is rejected, counted and named', async () => {
    const data = await writeRows(folder.at('bad-train.csv'), header, [
      ...rows(300, 2),
      ['X', 1e30, 1e30, 30, 'Bonn', '2024-01-01', 'F', 'no'],
      ['Y', 1e39, 1, 30, 'Bonn', '2024-01-01', 'F', 'no'],
    ])
    const out = folder.at('bad-bundle')
    const result = await train({ data, by: { blueprint }, out, seed: 3, threads: 1 })
    expect(result.evaluation.rows).toBe(300)
    expect(result.manifest.data.rejected_rows).toBe(2)
    expect(result.warnings.filter(({ severity }) => severity === 'error').map(({ rows }) => rows)).toEqual([
      1, 1,
    ])
    const rejected = (await readFile(result.quarantine!, 'utf8')).trimEnd().split('\n')
    expect(rejected.map((line) => (JSON.parse(line) as { row: number }).row)).toEqual([300, 301])
    expect(result.evaluation.warnings.join('\n')).toContain('makes the feature worth')
    const bad = await loadScorer(await openBundle(out), { threads: 1 })
    const evaluated = await evaluateFile(bad, {
      data,
      bundle: await openBundle(out),
      seed: 1,
      now: new Date(),
    })
    bad.dispose()
    expect(evaluated.evaluation.rows).toBe(300)
    expect(evaluated.warnings.filter(({ code }) => code === 'finite')).toHaveLength(2)
  })

  test('the rejected rows are written also where training stops', async () => {
    const data = await writeRows(folder.at('dirty.csv'), header, [
      ...rows(20, 2),
      ...rows(80, 3).map((row) => row.with(1, 'oops')),
    ])
    const strict = { ...blueprint, quality: { ...blueprint.quality, minimum_score: 1 } }
    const out = folder.at('stopped')
    await expect(train({ data, by: { blueprint: strict }, out, seed: 3, threads: 1 })).rejects.toMatchObject({
      code: 'quality_gate_failed',
    })
    expect((await readFile(`${out}.rejected.jsonl`, 'utf8')).trimEnd().split('\n')).toHaveLength(80)
  })
})

describe('warnings of a scored row', () => {
  test('a level that training did not show is told, with the one that was probably meant', () => {
    const [known, other, bare] = scorer.scoreRecords(
      [claim, { ...claim, city: 'BONN' }, { ...claim, city: 'x'.repeat(5000) }],
      { reasons: 1 },
    )
    expect(known).toMatchObject({ ok: true, warnings: [] })
    expect(other).toMatchObject({
      warnings: [
        {
          field: 'city',
          code: 'unseen_level',
          problem: '"BONN" was not seen in training (did you mean "Bonn"?)',
        },
      ],
    })
    const text = JSON.stringify(bare)
    expect(text).toContain('unseen_level')
    expect(text.length).toBeLessThan(2000)
  })

  test('numbers and dates outside training are told; a later date is not, a far one is', () => {
    const codes = (record: object): unknown =>
      scorer
        .scoreRecords([{ ...claim, ...record }], { reasons: 0 })
        .map((row) =>
          row.ok ? row.warnings.map(({ field, code }) => `${field} ${code}`) : row.error.message,
        )[0]
    expect(codes({ amount: 99_999 })).toEqual(['amount range_of_training'])
    expect(codes({ age: -5 })).toEqual(['age range_of_training'])
    expect(codes({ day: new Date().toISOString().slice(0, 10) })).toEqual([])
    expect(codes({ day: '1999-01-01' })).toEqual(['day range_of_training'])
    expect(codes({ day: '2204-01-01' })).toEqual(['day range_of_training'])
    expect(codes({ age: null })).toEqual(['age absent_column'])
  })

  test('an unknown field is told, a near miss by its name, to its own claim alone', () => {
    const { city: _, ...without } = claim
    const [first, second] = scorer.scoreRecords([{ ...without, City_: 'Bonn', colour: 1 }, claim], {
      reasons: 0,
    })
    expect(first).toMatchObject({
      warnings: [
        { field: 'City_', code: 'near_miss_field' },
        { field: 'colour', code: 'unexpected' },
        { field: 'city', code: 'absent_column' },
      ],
    })
    expect(second).toMatchObject({ warnings: [] })
  })

  test('a claim without id has none', () => {
    const { id: _, ...nameless } = claim
    expect(scorer.scoreRecords([nameless], { reasons: 0 })[0]).toMatchObject({ ok: true, claimId: null })
  })

  test('one row is looked at in less than 20 microseconds', () => {
    const one = frame()
    let best = Infinity
    for (let repeat = 0; repeat < 10; repeat++) {
      const started = performance.now()
      for (let i = 0; i < 500; i++) scorer.novelty?.inspect(one, 0)
      best = Math.min(best, (performance.now() - started) * 2)
    }
    expect(best).toBeLessThan(20)
  })
})

describe('warnings of a file', () => {
  test('columns that are new, absent or wholly unseen are told with counts, shares and examples', async () => {
    const data = await writeRows(
      folder.at('new.csv'),
      ['id', 'amount', 'factor', 'Age', 'city', 'day', 'extra'],
      rows(50, 9).map(([id, amount, factor, age, city, day], i) => [
        id!,
        amount!,
        factor!,
        age!,
        i < 40 ? String(city).normalize('NFD').toUpperCase() : 'Bonn',
        day!,
        1,
      ]),
    )
    const { warnings } = await scoreFile(scorer, { data, out: folder.at('new-scores.csv'), reasons: 0 })
    const unseen = warningOf(warnings, 'unseen_level', 'city')
    expect(unseen).toMatchObject({ rows: 40, share: 0.8, severity: 'warning' })
    expect(unseen?.problem).toContain('more often a fault of the export than news')
    expect(unseen?.examples.join()).toContain('did you mean')
    expect(warningOf(warnings, 'unexpected', 'extra')).toBeDefined()
    expect(warningOf(warnings, 'absent_column', 'age')?.problem).toMatch(
      /did you mean "Age".*100 % of the training/,
    )
  })

  test('rows are numbered by the file, and ids that are absent are empty', async () => {
    const all = rows(12_000, 4)
    const idless = await writeRows(
      folder.at('idless.csv'),
      header.slice(1),
      all.map((row) => row.slice(1)),
    )
    const result = await scoreFile(scorer, { data: idless, out: folder.at('idless-scores.csv'), reasons: 0 })
    expect(warningOf(result.warnings, 'absent_column', 'id')).toBeDefined()
    const ids = (await lines(folder.at('idless-scores.csv'))).slice(1).map(([id]) => id)
    expect(new Set(ids)).toEqual(new Set(['']))
    const gaps = await writeRows(
      folder.at('gaps.csv'),
      header,
      all.map((row, i) => (i === 6000 ? row.with(0, '') : row)),
    )
    await scoreFile(scorer, { data: gaps, out: folder.at('gaps-scores.csv'), reasons: 0 })
    const some = (await lines(folder.at('gaps-scores.csv'))).slice(1).map(([id]) => id)
    expect([some[5999], some[6000], some[6001]]).toEqual(['C-5999', '', 'C-6001'])
  })

  test('a bundle that does not tell what it was trained on says so', async () => {
    const { novelty: _, ...rest } = scorer
    const data = await writeRows(folder.at('plain.csv'), header, rows(5, 5))
    const { warnings } = await scoreFile(rest, { data, out: folder.at('plain-scores.csv'), reasons: 0 })
    expect(warningOf(warnings, 'seen_values_absent', '(model)')).toBeDefined()
  })
})

test('the bundle’s list of levels is a file of its own, without sensitive columns', async () => {
  const seen = seenValuesSchema.parse(
    JSON.parse(await readFile(folder.at('bundle/seen-values.json'), 'utf8')),
  )
  expect(seen.columns.map(({ name }) => name)).toEqual(['amount', 'factor', 'age', 'city', 'day'])
  expect(seen.columns[3]?.levels).toEqual({ kind: 'list', values: [...cities].sort() })
})
