import { createHash } from 'node:crypto'
import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { claims } from '@claims/blueprints'
import { manifestSchema, testPredictionsLayout, type Blueprint } from '@claims/contracts'
import { evaluateProbabilities } from '@claims/evaluation'
import { openBundle } from '@claims/registry'
import { loadScorer, type Scorer } from '@claims/scoring'
import { compareBundles, train, type BundleComparison, type ComparedBundle } from '../src/index.ts'
import { encodeTestPredictions, readTestPredictions } from '../src/bundle/test-predictions-file.ts'
import { differencesOf, listDifference } from '../src/comparison/bundle-facts.ts'
import { pairRows } from '../src/comparison/pair-rows.ts'
import type { ScoredRows } from '../src/comparison/scored-rows.ts'
import { temporaryFolder, writeGeneratedClaims, type Folder } from './small-data.ts'

let folder: Folder
let data = ''
let other = ''
const frozen = join(import.meta.dirname, 'bundles')

async function trained(
  name: string,
  options: { blueprint?: Blueprint; seed?: number; data?: string },
): Promise<string> {
  const out = folder.at(name)
  await train({
    data: options.data ?? data,
    by: { blueprint: options.blueprint ?? claims },
    models: ['logistic_regression'],
    ...{ out, seed: options.seed ?? 1, threads: 1 },
  })
  return out
}

const opened = async (path: string, name = path.split('/').at(-1) ?? ''): Promise<ComparedBundle> => ({
  name,
  bundle: await openBundle(path),
})

/** Compares two bundles on a file. */
async function onFile(
  first: ComparedBundle,
  second: ComparedBundle,
  file: string,
): Promise<BundleComparison> {
  const scorers: Scorer[] = []
  for (const { bundle } of [first, second]) scorers.push(await loadScorer(bundle, { threads: 1 }))
  const [a, b] = scorers
  if (a === undefined || b === undefined) throw new Error('both are loaded')
  try {
    return await compareBundles({
      ...{ a: first, b: second, seed: 1 },
      file: { data: file, scorers: { a, b }, now: new Date('2026-06-01') },
    })
  } finally {
    for (const scorer of scorers) scorer.dispose()
  }
}

beforeAll(async () => {
  folder = await temporaryFolder()
  data = await writeGeneratedClaims(folder.at('claims.csv'), { rows: 900, seed: 5 })
  other = await writeGeneratedClaims(folder.at('later.csv'), { rows: 400, seed: 6 })
  await trained('one', {})
  await trained('reseeded', { seed: 2 })
  const columns = claims.columns.map((column) =>
    column.name === 'claim_description' ? { ...column, role: 'ignored' as const } : column,
  )
  const steps = claims.steps.filter((step) => !JSON.stringify(step).includes('claim_description'))
  await trained('without-text', { blueprint: { ...claims, columns, steps } })
  await trained('elsewhere', { data: other })
}, 120_000)
afterAll(() => folder.remove())

describe('two bundles of one file', () => {
  test('are compared on the test rows of both, whichever columns they read', async () => {
    const [a, b] = [await opened(folder.at('one')), await opened(folder.at('without-text'))]
    const compared = await compareBundles({ a, b, seed: 1 })
    const { paired, compared_on: on } = compared
    const kept = await readTestPredictions(a.bundle)
    if (kept === null || paired === null) throw new Error('both keep their test')
    expect(on).toMatchObject({ kind: 'test_rows', compared: kept.rows.length })
    expect(on).toMatchObject({ used: { a: { shared: kept.rows.length, other_was_fitted_on: 0 } } })
    expect(paired.metrics.brier.a.value).toBeCloseTo(compared.a.test.metrics.brier.value, 12)
    expect(paired.metrics.roc_auc.b.value).toBeCloseTo(compared.b.test.metrics.roc_auc.value, 12)
    expect(compared.inputs.only_a).toEqual(['claim_description'])
    expect(compared.features.only_a.length).toBeGreaterThan(0)
    expect(compared.steps.only_a.length).toBeGreaterThan(0)
    expect(compared.steps.only_b).toEqual([])
  })

  test('leave out, and count, test rows that the other was fitted on', async () => {
    const [a, b] = [await opened(folder.at('one')), await opened(folder.at('reseeded'))]
    const compared = await compareBundles({ a, b, seed: 1 })
    const [ofA, ofB] = [await readTestPredictions(a.bundle), await readTestPredictions(b.bundle)]
    if (ofA === null || ofB === null || compared.paired === null) throw new Error('both keep their test')
    const shared = ofA.rows.filter((row) => ofB.rows.includes(row))
    expect(shared.length).toBeGreaterThan(10)
    expect(compared.paired.rows).toBe(shared.length)
    expect(compared.compared_on).toMatchObject({
      used: {
        a: {
          test_rows: ofA.rows.length,
          shared: shared.length,
          other_was_fitted_on: ofA.rows.length - shared.length,
        },
        b: { test_rows: ofB.rows.length, other_left_out: 0 },
      },
    })
    const of = (predictions: typeof ofA): { target: Uint8Array; probability: Float64Array } => ({
      target: Uint8Array.from(shared, (row) => predictions.target[predictions.rows.indexOf(row)]!),
      probability: Float64Array.from(
        shared,
        (row) => predictions.probability[predictions.rows.indexOf(row)]!,
      ),
    })
    const again = evaluateProbabilities({ ...of(ofB), threshold: compared.b.threshold.value, seed: 1 })
    expect(compared.paired.metrics.log_loss.b.value).toBeCloseTo(again.metrics.log_loss.value, 12)
    expect(compared.paired.metrics.recall.b.value).toBeCloseTo(again.metrics.recall.value, 12)
    expect(compared.differences.map(({ field }) => field)).toContain('seed')
  })

  test('a bundle differs from itself by exactly 0', async () => {
    const one = await opened(folder.at('one'))
    for (const compared of [
      await compareBundles({ a: one, b: { ...one, name: 'again' }, seed: 1 }),
      await onFile(one, { ...one, name: 'again' }, other),
    ]) {
      expect(compared.differences).toEqual([])
      for (const metric of Object.values(compared.paired?.metrics ?? {}))
        expect(metric).toMatchObject({ difference: 0, interval: { lower: 0, upper: 0 }, p_value: 1 })
      expect(compared.paired?.verdict).toContain('say the same of every row')
    }
  })
})

describe('where test rows cannot be paired it is said why, and the figures stand side by side', () => {
  test('of different data', async () => {
    const [a, b] = [await opened(folder.at('one')), await opened(folder.at('elsewhere'))]
    const compared = await compareBundles({ a, b, seed: 1 })
    expect(compared).toMatchObject({ paired: null, compared_on: { used: null, compared: 0 } })
    expect(compared.reason).toContain('different data')
    expect(compared.a.test.rows).toBeGreaterThan(0)
  })

  test('of bundles that keep none', async () => {
    const [a, b] = [await opened(join(frozen, '2-boosting/bundle'), 'old'), await opened(folder.at('one'))]
    const compared = await compareBundles({ a, b, seed: 1 })
    expect(compared).toMatchObject({
      paired: null,
      reason: 'old keeps no test predictions: older bundles have none',
    })
  })

  test.each([
    ['no row of both', (rows: number[]) => rows.slice(0, rows.length / 2), 'no row is a test row of both'],
    ['one row', (rows: number[]) => rows.slice(0, 1), 'all 1 rows that can be compared are'],
  ])('of %s', async (name, choose, reason) => {
    const a = await altered(`a ${name}`, (rows) => choose(rows))
    const b = await altered(`b ${name}`, (rows) =>
      name === 'one row' ? choose(rows) : rows.slice(rows.length / 2),
    )
    const compared = await compareBundles({ a, b, seed: 1 })
    expect(compared.paired).toBeNull()
    expect(compared.reason).toContain(reason)
  })

  test('with other labels of the same rows', async () => {
    const a = await opened(folder.at('one'))
    const b = await altered('flipped', (rows) => rows, true)
    expect((await compareBundles({ a, b, seed: 1 })).reason).toContain(
      'have other labels in the one than in the other',
    )
  })

  test('models of other labels are refused', async () => {
    const a = await opened(join(frozen, '0.1/bundle'))
    const b = await opened(folder.at('one'))
    await expect(compareBundles({ a, b, seed: 1 })).rejects.toMatchObject({ code: 'invalid_parameter' })
  })

  test('a file of test predictions that was altered is damaged', async () => {
    const a = await altered('broken', (rows) => rows)
    const path = folder.at('broken/test-predictions.bin')
    const bytes = await readFile(path)
    bytes.writeDoubleLE(7, bytes.length - 20)
    await writeFile(path, bytes)
    await expect(openBundle(folder.at('broken'))).rejects.toMatchObject({ code: 'damaged_bundle' })
    await rehash('broken', bytes.subarray(0, -1))
    const b = await opened(folder.at('broken'))
    await expect(compareBundles({ a, b, seed: 1 })).rejects.toMatchObject({ code: 'damaged_bundle' })
  })
})

describe('on a labelled file', () => {
  test('rows that either was fitted on are left out, told by their place in its own file', async () => {
    const [a, b] = [await opened(folder.at('one')), await opened(folder.at('reseeded'))]
    const compared = await onFile(a, b, data)
    const onTests = await compareBundles({ a, b, seed: 1 })
    expect(compared.compared_on).toMatchObject({
      ...{ kind: 'file', rows: 900, compared: onTests.paired?.rows },
      fitted: { a: compared.a.split.train_rows, b: compared.b.split.train_rows },
    })
    expect(compared.paired?.metrics.roc_auc).toEqual(onTests.paired?.metrics.roc_auc)
    expect(compared.warnings.join(' ')).toContain(
      `${String(compared.a.split.train_rows)} of 900 rows were left out: one was fitted on them.`,
    )
  })

  test('and by their features in another file', async () => {
    const lines = (await readFile(data, 'utf8')).trimEnd().split('\n')
    const part = folder.at('part.csv')
    await writeFile(part, `${lines.slice(0, 600).join('\n')}\n`)
    const [a, b] = [await opened(folder.at('one')), await opened(folder.at('elsewhere'))]
    const compared = await onFile(a, b, part)
    const kept = await readTestPredictions(a.bundle)
    const tested = kept?.rows.filter((row) => row < 599).length ?? 0
    expect(compared.compared_on).toMatchObject({ compared: tested, fitted: { a: 599 - tested, b: 0 } })
    expect(compared.paired?.rows).toBe(tested)
  })

  test('old bundles are scored; of one that does not know its rows it is said', async () => {
    const [a, b] = [
      await opened(join(frozen, '2-boosting/bundle'), 'format 2'),
      await opened(join(frozen, '3-decisions/bundle'), 'format 3'),
    ]
    const compared = await onFile(a, b, other)
    expect(compared.paired?.rows).toBeGreaterThan(300)
    const first = await opened(join(frozen, '0.1/bundle'), 'format 1')
    const own = join(frozen, '0.1/claims.csv')
    const itself = await onFile(first, first, own)
    expect(itself).toMatchObject({ paired: null, compared_on: { compared: 0 } })
    expect(itself.reason).toContain('which rows were fitted on cannot be told')
    expect(itself.warnings[0]).toContain('Which rows format 1 was fitted on cannot be told')
  })
})

test('rows pair by place: equal rows stay apart, the smaller number of groups counts', () => {
  const of = (rows: number[], more: Partial<ScoredRows> = {}): ScoredRows => ({
    ...{ dataSha256: '', dataRows: 10, rows: Uint32Array.from(rows), groups: undefined },
    ...{
      target: Uint8Array.from(rows, (row) => row % 2),
      probability: Float64Array.from(rows, (row) => row / 10),
    },
    ...{ fitted: new Uint8Array(rows.length), known: new Uint8Array(rows.length), ...more },
  })
  const a = of([1, 2, 4, 5, 8], {
    groups: Int32Array.of(0, 1, 2, 3, 4),
    fitted: Uint8Array.of(0, 1, 0, 0, 0),
  })
  const b = of([2, 4, 5, 7, 8], {
    groups: Int32Array.of(0, 0, 0, 0, -1),
    known: Uint8Array.of(1, 1, 0, 0, 0),
  })
  const paired = pairRows(a, b)
  expect(paired).toMatchObject({
    shared: 4,
    fitted: { a: 1, b: 0, either: 1 },
    known: { a: 0, b: 1 },
    labelsApart: 0,
  })
  expect([...paired.a]).toEqual([0.4, 0.5, 0.8])
  expect([...paired.b]).toEqual([0.4, 0.5, 0.8])
  expect([...(paired.groups ?? [])]).toEqual([0, 0, -1])
})

test('facts differ by path, lists as bags', () => {
  expect(differencesOf({ a: { b: 1, c: [1] }, d: 1 }, { a: { b: 2, c: [1] } })).toEqual([
    { field: 'a.b', a: 1, b: 2 },
    { field: 'd', a: 1, b: null },
  ])
  expect(listDifference([1, 1, 2], [1, 2, 3])).toEqual({ both: 2, only_a: [1], only_b: [3] })
})

/** A copy of a bundle that keeps some of its test rows. */
async function altered(
  name: string,
  choose: (rows: number[]) => number[],
  flip = false,
): Promise<ComparedBundle> {
  await cp(folder.at('one'), folder.at(name), { recursive: true })
  const bundle = await openBundle(folder.at(name))
  const kept = await readTestPredictions(bundle)
  if (kept === null) throw new Error('a training writes them')
  const places = choose(Array.from(kept.rows.keys()))
  const pick = <T>(values: ArrayLike<T>): T[] => places.map((place) => values[place]!)
  const target = Uint8Array.from(pick(kept.target), (label) => (flip ? 1 - label : label))
  const bytes = encodeTestPredictions({
    ...kept,
    ...{ rows: Uint32Array.from(pick(kept.rows)), target, known: Uint8Array.from(pick(kept.known)) },
    ...{
      probability: Float64Array.from(pick(kept.probability)),
      groups: kept.groups && Int32Array.from(pick(kept.groups)),
    },
  })
  expect(bytes.length).toBeGreaterThan(testPredictionsLayout.headerBytes)
  await rehash(name, bytes)
  return await opened(folder.at(name), name)
}

/** Writes the test predictions of a bundle and makes their hash right. */
async function rehash(name: string, bytes: Uint8Array): Promise<void> {
  const file = 'test-predictions.bin'
  await writeFile(join(folder.at(name), file), bytes)
  const path = join(folder.at(name), 'manifest.json')
  const manifest = manifestSchema.parse(JSON.parse(await readFile(path, 'utf8')))
  manifest.files[file] = { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }
  await writeFile(path, JSON.stringify(manifest))
}
