import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { claims } from '@claims/blueprints'
import { parseBlueprint, type Blueprint } from '@claims/contracts'
import { prepareTrainingData, readChecked, type TrainingData } from '../src/data/read-training-data.ts'
import { splitData, type DataSplit } from '../src/folds/split-data.ts'
import { openBundle } from '@claims/registry'
import { loadScorer } from '@claims/scoring'
import { evaluateFile, train } from '../src/index.ts'
import { fileSampling, testSampling } from '../src/evaluation/test-sampling.ts'
import { temporaryFolder, writeGeneratedClaims, type Folder } from './small-data.ts'

let folder: Folder
let data: string
beforeAll(async () => {
  folder = await temporaryFolder()
  data = await writeGeneratedClaims(folder.at('claims.csv'), { rows: 900, seed: 3 })
})
afterAll(() => folder.remove())

function withSplit(kind: Blueprint['split']['kind']): Blueprint {
  return parseBlueprint({ ...claims, split: { ...claims.split, kind, folds: 3 } })
}

async function splitOf(kind: Blueprint['split']['kind']): Promise<{ data: TrainingData; split: DataSplit }> {
  const blueprint = withSplit(kind)
  const prepared = prepareTrainingData(
    await readChecked(data, { blueprint }, { now: new Date('2026-06-01'), purpose: 'training' }),
  )
  return { data: prepared, split: splitData(prepared, blueprint.split, 42) }
}

const distinct = (values: Int32Array, rows: Uint32Array): Set<number> =>
  new Set(Array.from(rows, (row) => values[row] ?? -1))

const disjoint = (a: ReadonlySet<number>, b: ReadonlySet<number>): boolean =>
  [...a].every((value) => !b.has(value))

describe('splits', () => {
  test.each(['stratified', 'grouped', 'time'] as const)(
    '%s: every row is a training or a test row, and folds hold training rows only',
    async (kind) => {
      const { data: prepared, split } = await splitOf(kind)
      expect([...split.train, ...split.test].sort((a, b) => a - b)).toEqual(
        Array.from({ length: prepared.frame.rows }, (_, row) => row),
      )
      const training = new Set(split.train)
      const tested = new Set<number>()
      for (const fold of split.folds) {
        const learnt = new Set(fold.train)
        for (const row of fold.test) {
          expect(training.has(row)).toBe(true)
          expect(learnt.has(row)).toBe(false)
          expect(tested.has(row)).toBe(false)
          tested.add(row)
        }
      }
      if (kind !== 'time') expect(tested.size).toBe(split.train.length)
    },
  )

  test('grouped: a customer stands on one side only', async () => {
    const { data: prepared, split } = await splitOf('grouped')
    const groups = prepared.groups ?? new Int32Array()
    expect(distinct(groups, split.train).size).toBeLessThan(split.train.length)
    expect(disjoint(distinct(groups, split.train), distinct(groups, split.test))).toBe(true)
    for (const fold of split.folds)
      expect(disjoint(distinct(groups, fold.train), distinct(groups, fold.test))).toBe(true)
    const random = await splitOf('stratified')
    expect(disjoint(distinct(groups, random.split.train), distinct(groups, random.split.test))).toBe(false)
  })

  test('time: what is tested is later than what is learnt from', async () => {
    const { data: prepared, split } = await splitOf('time')
    const times = prepared.times ?? new Float64Array()
    const range = (rows: Uint32Array): { from: number; to: number } => ({
      from: rows.reduce((least, row) => Math.min(least, times[row] ?? NaN), Infinity),
      to: rows.reduce((most, row) => Math.max(most, times[row] ?? NaN), -Infinity),
    })
    expect(range(split.train).to).toBeLessThan(range(split.test).from)
    expect(split.cutoff).toBe(range(split.test).from)
    for (const fold of split.folds) expect(range(fold.train).to).toBeLessThan(range(fold.test).from)
  })

  test('time: training says so, with its cutoff, and why there is no second out-of-time test', async () => {
    const { evaluation } = await train({
      data,
      by: { blueprint: withSplit('time') },
      out: folder.at('time'),
      seed: 42,
      threads: 1,
      models: ['logistic_regression'],
    })
    expect(evaluation.split.kind).toBe('time')
    expect(evaluation.split.cutoff).toMatch(/^\d{4}-\d{2}-\d{2}$/)
    expect(evaluation.out_of_time).toBeNull()
    expect(evaluation.out_of_time_reason).toBe('the test rows are the latest rows already')
  })

  test('an evaluated file is drawn anew by its customers, its share of positives not fixed, whatever the split', async () => {
    const { data: prepared } = await splitOf('stratified')
    expect(fileSampling(prepared)).toEqual({ groups: prepared.groups, classesFixed: false })
    expect(testSampling(prepared, Uint32Array.of(0, 1), 'stratified')).toEqual({
      groups: undefined,
      classesFixed: true,
      shareKeptOf: prepared.target.length,
    })
    // Two rows of a group are no dealing that keeps a share; 300 lone customers are.
    expect(testSampling(prepared, Uint32Array.of(0, 1), 'grouped').shareKeptOf).toBeUndefined()
    const many = Uint32Array.from({ length: 300 }, (_, row) => row)
    expect(testSampling(prepared, many, 'grouped').shareKeptOf).toBe(prepared.target.length)
    expect(testSampling(prepared, many, 'time').shareKeptOf).toBeUndefined()
  })

  test('a test file adds an external test that nothing was fitted on', async () => {
    const external = await writeGeneratedClaims(folder.at('external.csv'), { rows: 400, seed: 77 })
    const base = {
      data,
      by: { blueprint: withSplit('grouped') },
      seed: 42,
      threads: 1,
      models: ['logistic_regression'],
    }
    const without = await train({ ...base, out: folder.at('without') })
    const { evaluation } = await train({ ...base, out: folder.at('with'), test: external })
    expect(without.evaluation.external_test).toBeNull()
    expect(evaluation.external_test?.rows).toBe(400)
    expect(evaluation.external_test?.metrics.roc_auc.value).toBeGreaterThan(0.75)
    expect(evaluation.test).toEqual(without.evaluation.test)
    expect(evaluation.threshold).toEqual(without.evaluation.threshold)

    const bundle = await openBundle(folder.at('without'))
    const scorer = await loadScorer(bundle, { threads: 1 })
    const later = await evaluateFile(scorer, { data: external, bundle, seed: 42, now: new Date() })
    scorer.dispose()
    expect(later.evaluation.test.metrics).toEqual(evaluation.external_test?.metrics)
    expect(later.evaluation.test.intervals.method).toMatch(/bootstrap of \d+ groups/)
  })
})
