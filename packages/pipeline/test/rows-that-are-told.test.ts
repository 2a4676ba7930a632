import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { parseBlueprint, type Blueprint } from '@claims/contracts'
import { createRandom } from '@claims/frame'
import { openBundle } from '@claims/registry'
import { loadScorer } from '@claims/scoring'
import { checkFile, scoreFile, train } from '../src/index.ts'

const day = 86_400_000
const now = new Date('2025-10-01T00:00:00Z')
const blueprint = (maturity: number): Blueprint =>
  parseBlueprint({
    format_version: 1,
    name: 'told',
    columns: [
      { name: 'customer', role: 'entity', type: 'text' },
      { name: 'at', role: 'event_time', type: 'timestamp' },
      { name: 'amount', role: 'numeric', type: 'number', required: true },
      { name: 'fraud', role: 'label', type: 'boolean' },
    ],
    label: { column: 'fraud', positive: true, maturity_days: maturity },
    split: { kind: 'grouped', folds: 2 },
    candidates: [{ name: 'logistic', kind: 'logistic_regression' }],
  })

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'claims-told-'))
})
afterAll(() => rm(folder, { recursive: true }))

type Cells = readonly [customer: string, at: string, amount: string, fraud: string]

function made(seed: number, rows = 400): Cells[] {
  const random = createRandom(seed)
  return Array.from({ length: rows }, (_, i) => {
    const amount = random.normal()
    const at = new Date(Date.parse('2025-01-01') + (i % 200) * day).toISOString()
    return [`K${String(i % 150)}`, at, amount.toFixed(6), String(random.next() < 1 / (1 + Math.exp(-amount)))]
  })
}

async function written(name: string, rows: readonly Cells[]): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, ['customer,at,amount,fraud', ...rows.map((row) => row.join(','))].join('\n'))
  return path
}

async function codes(rows: readonly Cells[], maturity: number): Promise<[string, number | null][]> {
  const { warnings } = await checkFile(await written('check.csv', rows), blueprint(maturity), {
    seed: 1,
    now,
  })
  return warnings
    .filter(({ code }) => ['missing_entity', 'missing_event_time', 'future_event_time'].includes(code))
    .map(({ code, rows: count }) => [code, count])
}

test('rows without an entity or an event time, and rows of the future, are counted in a warning', async () => {
  const rows = made(1).map((cells, i): Cells => {
    const [customer, at, amount, fraud] = cells
    return [i < 40 ? '' : customer, i < 30 ? '' : i < 50 ? '2026-03-01' : at, amount, fraud]
  })
  expect(await codes(rows, 0)).toEqual([
    ['missing_entity', 40],
    ['missing_event_time', 30],
    ['future_event_time', 20],
  ])
  // A row of the future is immature and not used; one without a time is.
  expect(await codes(rows, 30)).toEqual([
    ['missing_entity', 30],
    ['missing_event_time', 30],
  ])
  expect(await codes(made(1), 0)).toEqual([])
})

test.each([
  ['one class', 'true', 'Every label in "fraud" is positive'],
  ['no label', '', 'Every one of 400 rows is rejected'],
])('where the rows have %s they are counted as well', async (_, fraud, reason) => {
  const rows = made(1).map(([customer, at, amount], i): Cells => {
    return [i < 40 ? '' : customer, i < 30 ? '' : at, amount, fraud]
  })
  const checked = await checkFile(await written('one.csv', rows), blueprint(0), { seed: 1, now })
  expect(checked.leakage_reason).toContain(reason)
  const told = checked.warnings.filter(({ code }) => code.startsWith('missing_'))
  const count = fraud === '' ? [] : [{ rows: 40 }, { rows: 30 }]
  expect(told).toMatchObject(count)
})

async function externalWarnings(name: string, rows: readonly Cells[]): Promise<string[]> {
  const { evaluation } = await train({
    data: await written('data.csv', made(1)),
    test: await written(name, rows),
    by: { blueprint: blueprint(0) },
    out: join(folder, `${name}-bundle`),
    seed: 1,
    threads: 1,
  })
  return evaluation.warnings.filter((text) => text.startsWith('External test'))
}

test('an external test on rows that the model was fitted on says so', async () => {
  const [known, ...others] = await externalWarnings('known.csv', made(1).slice(100))
  expect(known).toMatch(/^External test: 2\d\d of 300 rows that were tested of known\.csv equal/)
  expect(others).toEqual([])
})

test('rows that an external test leaves out are counted; a clean one says nothing', async () => {
  const rows = made(2).map(([customer, at, amount, fraud], i): Cells => [
    customer,
    at,
    i < 60 ? 'abc' : amount,
    i < 90 ? '' : fraud,
  ])
  expect(await externalWarnings('left-out.csv', rows)).toEqual([
    'External test: 90 of 400 rows of left-out.csv were left out: they broke a rule or have no label.',
  ])
  expect(await externalWarnings('clean.csv', made(3))).toEqual([])
})

test('a maturity beyond the calendar is refused with the blueprint', () => {
  expect(() => blueprint(1e12)).toThrow(expect.objectContaining({ code: 'invalid_blueprint' }))
})

test('the label in a file that is scored is told apart from a column that nobody declared', async () => {
  const out = join(folder, 'scored-bundle')
  const data = await written('scored.csv', made(1))
  await train({ data, by: { blueprint: blueprint(0) }, out, seed: 1, threads: 1 })
  const scorer = await loadScorer(await openBundle(out), { threads: 1 })
  const further = join(folder, 'further.csv')
  await writeFile(further, 'customer,at,amount,fraud,shoe_size\nK1,2025-02-01,1.5,true,44\n')
  const { warnings } = await scoreFile(scorer, { data: further, out: join(folder, 'scores.csv'), reasons: 0 })
  scorer.dispose()
  const said = warnings
    .filter(({ code }) => code === 'unexpected')
    .map(({ field, problem }) => [field, problem])
  expect(said).toEqual([
    ['fraud', 'has the role label, which scoring does not use'],
    ['shoe_size', 'is no column of the blueprint and is not used'],
  ])
})
