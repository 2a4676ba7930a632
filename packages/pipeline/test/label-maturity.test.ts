import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { parseBlueprint, type Blueprint, type BlueprintInput } from '@claims/contracts'
import { createRandom } from '@claims/frame'
import { checkFile, train, type TrainOptions } from '../src/index.ts'
import { prepareTrainingData, readChecked, type TrainingData } from '../src/data/read-training-data.ts'
import { temporaryFolder, writeRows, type Folder } from './small-data.ts'

const dayLength = 86_400_000
const first = Date.UTC(2025, 0, 1)
const days = 400
const lastDay = '2026-02-04'
const now = new Date('2026-06-01T12:00:00Z')

function blueprint(more: Partial<BlueprintInput> = {}): Blueprint {
  return parseBlueprint({
    format_version: 1,
    name: 'young-labels',
    columns: [
      { name: 'day', role: 'event_time', type: 'timestamp' },
      { name: 'x', role: 'numeric', type: 'number' },
      { name: 'y', role: 'label', type: 'category' },
    ],
    label: { column: 'y', positive: 'yes', negative: 'no', maturity_days: 90 },
    split: { kind: 'stratified', folds: 3 },
    quality: { minimum_score: 0, maximum_null_share: 1, maximum_duplicate_share: 1 },
    candidates: [{ name: 'line', kind: 'logistic_regression' }],
    ...more,
  })
}

/** Two rows a day; from a day on no outcome is known yet, and each says no. */
function rows(knownUpTo: number): (string | number)[][] {
  const random = createRandom(5)
  return Array.from({ length: 2 * days }, (_, row) => {
    const at = Math.floor(row / 2)
    const x = random.normal()
    const positive = random.next() < 1 / (1 + Math.exp(-x)) && at < knownUpTo
    const day = new Date(first + at * dayLength).toISOString().slice(0, 10)
    return [`${day}T15:30:00Z`, x.toFixed(4), positive ? 'yes' : 'no']
  })
}

let folder: Folder
let young: string
let old: string
beforeAll(async () => {
  folder = await temporaryFolder()
  young = await writeRows(folder.at('young.csv'), ['day', 'x', 'y'], rows(days - 90))
  old = await writeRows(folder.at('old.csv'), ['day', 'x', 'y'], rows(days))
})
afterAll(() => folder.remove())

const options = (out: string, more: Partial<TrainOptions> = {}): TrainOptions => ({
  data: young,
  by: { blueprint: blueprint() },
  out: folder.at(out),
  seed: 1,
  threads: 1,
  clock: () => now.getTime(),
  ...more,
})

async function prepared(data: string, asOf?: string): Promise<TrainingData> {
  return prepareTrainingData(
    await readChecked(
      data,
      { blueprint: blueprint() },
      { now, asOf: asOf === undefined ? undefined : new Date(asOf), purpose: 'training' },
    ),
  )
}

describe('a label that nobody can know yet', () => {
  test('is left out when its event is younger than the maturity on the as-of day, to the day', async () => {
    const data = await prepared(young, lastDay)
    expect(data.maturity).toEqual({
      as_of: lastDay,
      maturity_days: 90,
      cutoff: '2025-11-06',
      immature_rows: 180,
    })
    expect(data.frame.rows).toBe(2 * days - 180)
    expect(data.rejectedRows).toBe(0)
    const latest = Math.max(...data.times!)
    expect(new Date(latest).toISOString().slice(0, 10)).toBe('2025-11-06')
    expect(data.warnings.filter(({ code }) => code === 'immature_labels')).toEqual([])
  })

  test('is suspected where the last window has fewer positives, and the warning names the day that helps', async () => {
    const data = await prepared(young)
    expect(data.maturity).toMatchObject({ as_of: '2026-06-01', immature_rows: 0 })
    const [warning] = data.warnings.filter(({ code }) => code === 'immature_labels')
    expect(warning).toMatchObject({ field: 'y', rows: 180, severity: 'warning' })
    expect(warning?.problem).toContain(`--as-of ${lastDay}`)
    expect(warning?.problem).toContain('0.0 % of the 180 rows of the last 90 days')
    const mature = await prepared(old)
    expect(mature.warnings.filter(({ code }) => code === 'immature_labels')).toEqual([])
  })

  test('is suspected also where single rows are dated years ahead', async () => {
    for (const [name, strays] of [
      ['past', ['2026-05-20']],
      ['future', ['2052-01-03', '2062-01-03', '2026-05-02']],
    ] as const) {
      const stray = await writeRows(
        folder.at(`${name}.csv`),
        ['day', 'x', 'y'],
        [...rows(days - 90), ...strays.map((date) => [`${date}T08:00:00Z`, 0, 'yes'])],
      )
      const { warnings } = await prepared(stray)
      const [warning] = warnings.filter(({ code }) => code === 'immature_labels')
      expect(warning).toMatchObject({ rows: 180 })
      expect(warning?.problem).toContain('0.0 % of the 180 rows of the last 90 days')
      expect(warning?.problem).toContain(
        `--as-of ${lastDay} leaves these rows out; ${String(strays.length)} stray row`,
      )
    }
  })

  test('takes no part in training, in the test, or in the out-of-time test, and every page says so', async () => {
    const { evaluation, manifest, testRows } = await train(options('left-out', { asOf: new Date(lastDay) }))
    expect(evaluation.rows).toBe(620)
    expect(evaluation.split.train_rows + evaluation.split.test_rows).toBe(620)
    expect(Math.max(...testRows)).toBeLessThan(620)
    expect(evaluation.out_of_time?.rows).toBeLessThan(200)
    expect(evaluation.out_of_time?.positives).toBeGreaterThan(20)
    expect(evaluation.label_maturity).toEqual({
      as_of: lastDay,
      maturity_days: 90,
      cutoff: '2025-11-06',
      immature_rows: 180,
    })
    expect(manifest.label_maturity).toEqual(evaluation.label_maturity)
    const report = await readFile(`${folder.at('left-out')}/report.html`, 'utf8')
    const screen = report.slice(0, report.indexOf('What drives it')).replaceAll(/\s+/g, ' ')
    expect(screen).toContain('180 claims are later than 2025-11-06 and left out')
    const card = await readFile(`${folder.at('left-out')}/model-card.md`, 'utf8')
    expect(card).toContain('180 rows later than 2025-11-06 left out')
  })

  test('is left out of a split by time and of a file that is tested beside', async () => {
    const { evaluation } = await train(
      options('by-time', {
        by: { blueprint: blueprint({ split: { kind: 'time', folds: 3 } }) },
        asOf: new Date(lastDay),
        test: old,
      }),
    )
    expect(evaluation.rows).toBe(620)
    expect(evaluation.test.positives).toBeGreaterThan(20)
    expect(evaluation.external_test?.rows).toBe(620)
  })

  test('warns in the evaluation where it was not left out', async () => {
    const { evaluation, warnings } = await train(options('taken'))
    expect(evaluation.rows).toBe(800)
    expect(warnings.some(({ code }) => code === 'immature_labels')).toBe(true)
    expect(evaluation.warnings.some((text) => text.includes(`--as-of ${lastDay}`))).toBe(true)
  })

  test('stops a training that has no other', async () => {
    await expect(train(options('none', { asOf: new Date('2025-01-15') }))).rejects.toMatchObject({
      code: 'immature_labels',
      problems: [{ field: 'day' }],
    })
    const checked = await checkFile(young, blueprint(), { seed: 1, now, asOf: new Date('2025-01-15') })
    expect(checked.leakage_reason).toContain('No outcome can be trusted yet')
  })

  test('is counted by a check', async () => {
    const checked = await checkFile(young, blueprint(), { seed: 1, now, asOf: new Date(lastDay) })
    expect(checked.label_maturity).toMatchObject({ cutoff: '2025-11-06', immature_rows: 180 })
  })
})

describe('the as-of day', () => {
  test('may not lie in the future, and needs an event time', async () => {
    await expect(train(options('future', { asOf: new Date('2026-06-02') }))).rejects.toMatchObject({
      code: 'invalid_parameter',
      problems: [{ field: 'as_of', problem: 'is 2026-06-02, which has not come' }],
    })
    await expect(
      train(options('no-time', { asOf: new Date(lastDay), by: { hints: { label: 'y', positive: 'yes' } } })),
    ).rejects.toMatchObject({
      code: 'invalid_parameter',
      problems: [{ problem: 'is given, but no column has the role event_time' }],
    })
  })

  test('leaves later rows out where no maturity is declared', async () => {
    const data = prepareTrainingData(
      await readChecked(
        young,
        { hints: { label: 'y', positive: 'yes', time: 'day' } },
        { now, asOf: new Date('2025-12-31'), purpose: 'training' },
      ),
    )
    expect(data.maturity).toMatchObject({ maturity_days: 0, cutoff: '2025-12-31', immature_rows: 70 })
  })

  test('a maturity without an event time is refused', () => {
    expect(() =>
      blueprint({
        columns: [
          { name: 'x', role: 'numeric', type: 'number' },
          { name: 'y', role: 'label', type: 'category' },
        ],
      }),
    ).toThrow('label.maturity_days is 90 but no column has the role event_time')
  })
})

test('a search space is refused as long as nothing searches it', () => {
  expect(() =>
    blueprint({
      candidates: [{ name: 'line', kind: 'logistic_regression', search_space: { l2: [0, 1] } }],
    }),
  ).toThrow('candidates.line.search_space is given, but nothing searches it')
})
