import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { parseBlueprint, type Blueprint } from '@claims/contracts'
import { createRandom } from '@claims/frame'
import { logisticRegression, type ClassifierDefinition, type FittedClassifier } from '@claims/models'
import { openBundle, type Bundle } from '@claims/registry'
import { loadScorer, type Scorer } from '@claims/scoring'
import { evaluateFile, train, type TrainResult } from '../src/index.ts'
import { temporaryFolder, writeRows, type Folder } from './small-data.ts'

const capabilities = {
  ...logisticRegression.capabilities,
  explains: 'none',
  contributionScale: null,
} as const

/** Logistic regression under another name that explains nothing, as a kind of model of somebody else's. */
const silent: ClassifierDefinition = {
  ...logisticRegression,
  kind: 'silent',
  complexity: 40,
  capabilities,
  create: (parameters) => {
    const classifier = logisticRegression.create(parameters)
    return {
      kind: 'silent',
      capabilities,
      usesValidation: classifier.usesValidation,
      fit: async (x, y, options) => silenced(await classifier.fit(x, y, options)),
    }
  },
  load: async (source) => silenced(await logisticRegression.load(source)),
  libraries: async () => ({ silence: '4.3.3' }),
}

function silenced(model: FittedClassifier): FittedClassifier {
  return {
    kind: 'silent',
    capabilities,
    featureNames: model.featureNames,
    rounds: model.rounds,
    predictProba: (x) => model.predictProba(x),
    importance: () => model.importance(),
    save: () => model.save(),
    dispose: () => model.dispose(),
  }
}

const catalog = [logisticRegression, silent]

function blueprintOf(candidates: readonly { readonly name: string; readonly kind: string }[]): Blueprint {
  return parseBlueprint({
    format_version: 1,
    name: 'catalog',
    columns: [
      { name: 'id', role: 'id', type: 'text' },
      { name: 'amount', role: 'numeric', type: 'number' },
      { name: 'day', role: 'date', type: 'timestamp' },
      { name: 'y', role: 'label', type: 'category' },
    ],
    label: { column: 'y', positive: 'yes' },
    split: { kind: 'stratified', folds: 3 },
    steps: [{ kind: 'date_parts', parameters: { columns: ['day'] } }],
    candidates,
  })
}

let folder: Folder
let data: string
let trained: TrainResult
let bundle: Bundle
let scorer: Scorer

beforeAll(async () => {
  folder = await temporaryFolder()
  const random = createRandom(5)
  data = await writeRows(
    folder.at('train.csv'),
    ['id', 'amount', 'day', 'y'],
    Array.from({ length: 500 }, (_, i) => {
      const amount = Math.round(100 + 900 * random.next())
      const day = `2024-0${String(1 + Math.floor(9 * random.next()))}-15`
      return [`C-${String(i)}`, amount, day, random.next() < amount / 1200 ? 'yes' : 'no']
    }),
  )
  const blueprint = blueprintOf([{ name: 'quiet', kind: 'silent' }])
  trained = await train({ data, by: { blueprint }, out: folder.at('bundle'), catalog, seed: 3, threads: 1 })
  bundle = await openBundle(folder.at('bundle'))
  scorer = await loadScorer(bundle, { threads: 1, catalog })
})
afterAll(async () => {
  scorer.dispose()
  await folder.remove()
})

test('a kind of model of the caller’s own is trained, and the bundle names its libraries', async () => {
  expect(trained.manifest.model).toEqual({ kind: 'silent', candidate: 'quiet' })
  expect(trained.manifest.library_versions).toEqual({ node: process.versions.node, silence: '4.3.3' })
  expect(trained.portable).toBeNull()
  await expect(loadScorer(bundle, { threads: 1 })).rejects.toMatchObject({ code: 'damaged_bundle' })
})

test('a model that explains nothing has no reasons and no importance, and every page says so', async () => {
  const { scale, rows, global } = trained.evaluation.explanations
  expect([scale, rows, global]).toEqual(['none: models of kind silent explain no score', 0, []])
  for (const page of ['report.html', 'model-card.md'])
    expect(await readFile(folder.at(`bundle/${page}`), 'utf8')).toContain('explain no score')
  const [row] = scorer.scoreRecords([{ id: 'C-1', amount: 700, day: '2024-03-15' }], { reasons: 4 })
  expect(row).toMatchObject({ ok: true, factors: [] })
  const { evaluation } = await evaluateFile(scorer, { data, bundle, seed: 1, now: new Date() })
  expect(evaluation.explanations).toEqual({ scale, rows, global })
})

test('a fitted pipeline saves the files that the bundle holds', async () => {
  const files = await scorer.pipeline.save()
  expect([...files.keys()].sort()).toEqual([
    'model/calibrator.json',
    'model/logistic-regression.json',
    'pipeline.json',
  ])
  for (const [name, bytes] of files) expect(Buffer.from(bytes)).toEqual(Buffer.from(await bundle.read(name)))
})

test('a score counts dates from the moment that it is given, not from the wall clock', () => {
  const claim = { id: 'C-1', amount: 700, day: '2025-06-01' }
  const codes = (now: string): string[] => {
    const [row] = scorer.scoreRecords([claim], { reasons: 0, now: new Date(now) })
    return row?.ok === true ? row.warnings.map(({ field, code }) => `${field} ${code}`) : ['refused']
  }
  // Training ends in September 2024: in 2024 a day of 2025 is in the future, in 2026 it is not.
  expect(codes('2024-10-01')).toEqual(['day range_of_training'])
  expect(codes('2026-01-01')).toEqual([])
})

test('of candidates that score alike the kind that is simpler is selected, however they are listed', async () => {
  const blueprint = blueprintOf([
    { name: 'complex', kind: 'silent' },
    { name: 'plain', kind: 'logistic_regression' },
  ])
  const { manifest } = await train({
    ...{ data, by: { blueprint }, out: folder.at('two'), catalog },
    ...{ seed: 3, threads: 1 },
  })
  expect(manifest.model.candidate).toBe('plain')
})
