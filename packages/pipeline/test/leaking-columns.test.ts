import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { parseBlueprint, type Blueprint, type BlueprintInput } from '@claims/contracts'
import { createRandom } from '@claims/frame'
import { excludeColumns } from '../src/leakage/exclude-columns.ts'
import { checkFile, train } from '../src/index.ts'
import { prepareTrainingData, readChecked } from '../src/data/read-training-data.ts'
import { temporaryFolder, writeRows, type Folder } from './small-data.ts'

const header = ['amount', 'docs', 'category', 'opened', 'closed', 'y']
let folder: Folder
let data: string

beforeAll(async () => {
  folder = await temporaryFolder()
  const random = createRandom(8)
  data = await writeRows(
    folder.at('docs.csv'),
    header,
    Array.from({ length: 400 }, (_, i) => {
      const positive = random.next() < 0.4
      const opened = Date.UTC(2024, 0, 1 + Math.floor(300 * random.next()))
      const days = positive ? 40 + Math.floor(10 * random.next()) : Math.floor(30 * random.next())
      return [
        Math.round(1000 * random.next()),
        // Every list is another text, so that only what is made of it tells the label.
        positive ? `police-${String(i)}.pdf;denial letter ${String(i)}.pdf` : `police-${String(i)}.pdf`,
        random.next() < 0.5 ? 'a' : 'b',
        new Date(opened).toISOString().slice(0, 10),
        new Date(opened + days * 86_400_000).toISOString().slice(0, 10),
        positive ? 'yes' : 'no',
      ]
    }),
  )
})
afterAll(() => folder.remove())

function blueprint(changes: Partial<BlueprintInput>): Blueprint {
  return parseBlueprint({
    format_version: 1,
    name: 'small',
    columns: [
      { name: 'amount', role: 'numeric', type: 'number' },
      { name: 'docs', role: 'document', type: 'text' },
      { name: 'category', role: 'categorical', type: 'category' },
      { name: 'opened', role: 'date', type: 'timestamp' },
      { name: 'closed', role: 'event_time', type: 'timestamp' },
      { name: 'y', role: 'label', type: 'category' },
    ],
    label: { column: 'y', positive: 'yes' },
    split: { kind: 'stratified', folds: 3 },
    candidates: [{ name: 'plain', kind: 'logistic_regression' }],
    costs: { false_negative: 10, false_positive: 1, manual_review: 1 },
    ...changes,
  })
}

const encoded = { kind: 'one_hot', parameters: { columns: 'category' } }

test('what a step makes of a document is judged, and stops a training', async () => {
  const made = blueprint({
    steps: [{ kind: 'item_count', parameters: { column: 'docs', output: 'papers' } }, encoded],
  })
  const { passed, leakage } = await checkFile(data, made, { seed: 1, now: new Date() })
  expect(passed).toBe(false)
  expect(leakage.filter(({ column }) => column === 'docs')).toMatchObject([
    { kind: 'suspicious_single_feature', severity: 'block', message: expect.stringContaining('papers') },
  ])
  await expect(
    train({ data, by: { blueprint: made }, out: folder.at('bundle'), seed: 1, threads: 1 }),
  ).rejects.toMatchObject({ code: 'suspected_leak' })
})

test('what a step makes of the event time is judged, through steps in between', async () => {
  const made = blueprint({
    steps: [
      { kind: 'days_between', parameters: { from: 'opened', to: 'closed', output: 'days' } },
      { kind: 'log1p', parameters: { column: 'days', output: 'log_days' } },
      encoded,
    ],
  })
  const { leakage } = await checkFile(data, made, { seed: 1, now: new Date() })
  const blocked = leakage.filter(({ column, severity }) => column === 'closed' && severity === 'block')
  expect(blocked.map(({ message }) => /days|log_days/.exec(message) !== null)).toEqual([true, true])
})

test('a column goes with the steps that read it or what they made of it, and with no other', async () => {
  const made = blueprint({
    origin: 'inferred',
    steps: [
      { kind: 'item_count', parameters: { column: 'docs', output: 'papers' } },
      { kind: 'product', parameters: { left: 'papers', right: 'amount', output: 'worth' } },
      { kind: 'log1p', parameters: { column: 'worth', output: 'log_worth' } },
      { kind: 'date_parts', parameters: { columns: ['opened'], parts: ['month'] } },
      { kind: 'flag', parameters: { column: 'opened_month', operator: '>', value: 6, output: 'late' } },
      { kind: 'log1p', parameters: { column: 'amount', output: 'docs_of_amount' } },
      encoded,
    ],
  })
  const rows = prepareTrainingData(
    await readChecked(data, { blueprint: made }, { now: new Date(), purpose: 'training' }),
  )
  const stepsWithout = (...names: string[]): string[] =>
    excludeColumns(rows, names).blueprint.steps.map(({ kind, parameters: { output } }) =>
      typeof output === 'string' ? `${kind} ${output}` : kind,
    )
  expect(stepsWithout('docs')).toEqual(['date_parts', 'flag late', 'log1p docs_of_amount', 'one_hot'])
  expect(stepsWithout('opened')).toEqual([
    'item_count papers',
    'product worth',
    'log1p log_worth',
    'log1p docs_of_amount',
    'one_hot',
  ])
  // The selector "category" is no column, though a column has that name.
  expect(stepsWithout('category')).toHaveLength(7)
  const timeless = excludeColumns(rows, ['closed']).blueprint.columns
  expect(timeless.find(({ name }) => name === 'closed')?.role).toBe('event_time')
})
