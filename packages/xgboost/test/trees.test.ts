import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { Booster, DMatrix, readTrees, train } from '@claims/xgboost'
import type { BoosterParameters, Tree, TreeEnsemble } from '@claims/xgboost'
import { COLUMNS, generate, libraries, matrixOf, NAMES } from './libraries.ts'

interface Entry {
  cases: Record<string, { margins: number[] }>
  model: string
  scores: Record<'weight' | 'gain' | 'cover' | 'total_gain', Record<string, number>>
}
const reference = JSON.parse(
  readFileSync(new URL('../../../tooling/reference/values/xgboost-core.json', import.meta.url), 'utf8'),
) as { versions: Record<string, Entry> }

const data = generate()
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

const leafValue = (tree: Tree, row: Float32Array): number => {
  let node = 0
  while (tree.left[node] !== -1) {
    const value = row[tree.feature[node] ?? 0] ?? Number.NaN
    const left = Number.isNaN(value) ? tree.defaultLeft[node] === 1 : value < (tree.threshold[node] ?? 0)
    node = (left ? tree.left[node] : tree.right[node]) ?? 0
  }
  return tree.value[node] ?? 0
}

const margin = ({ trees, baseMargins }: TreeEnsemble, row: number, output = 0): number =>
  trees
    .filter((tree) => tree.output === output)
    .reduce(
      (sum, tree) => sum + leafValue(tree, data.x.subarray(row * COLUMNS, (row + 1) * COLUMNS)),
      baseMargins[output] ?? 0,
    )

const splitsOf = ({ trees }: TreeEnsemble): { feature: string; gain: number; cover: number }[] =>
  trees.flatMap((tree) =>
    Array.from(tree.left.keys())
      .filter((node) => tree.left[node] !== -1)
      .map((node) => ({
        feature: NAMES[tree.feature[node] ?? 0] ?? '',
        gain: tree.gain[node] ?? 0,
        cover: tree.cover[node] ?? 0,
      })),
  )

describe.each(Object.entries(reference.versions))(
  'trees of a model saved by Python %s',
  (_version, entry) => {
    const ensemble = readTrees(bytesOf(entry.model))

    test('have the splits, gains and covers that Python counts', () => {
      const splits = splitsOf(ensemble)
      for (const feature of Object.keys(entry.scores.weight)) {
        const own = splits.filter((split) => split.feature === feature)
        const sum = (key: 'gain' | 'cover'): number => own.reduce((total, split) => total + split[key], 0)
        expect(own).toHaveLength(entry.scores.weight[feature] ?? 0)
        for (const [actual, expected] of [
          [sum('gain'), entry.scores.total_gain[feature]],
          [sum('gain') / own.length, entry.scores.gain[feature]],
          [sum('cover') / own.length, entry.scores.cover[feature]],
        ])
          expect(Math.abs((actual ?? 0) / (expected ?? 0) - 1)).toBeLessThan(1e-6)
      }
      expect(new Set(splits.map(({ feature }) => feature))).toEqual(new Set(Object.keys(entry.scores.weight)))
    })

    test('give the margins that Python predicts, within 1e-6', () => {
      const margins = entry.cases['logistic']?.margins ?? []
      expect(margins).toHaveLength(20)
      margins.forEach((expected, row) => {
        expect(Math.abs(margin(ensemble, 300 + row) - expected)).toBeLessThan(1e-6)
      })
    })
  },
)

describe.each(libraries)('trees, library %s', (_version, library) => {
  const common: BoosterParameters = { treeMethod: 'hist', maxDepth: 4, nthread: 1, baseScore: 0.3 }

  test.each([
    'binary:logistic',
    'binary:logitraw',
    'reg:logistic',
    'reg:squarederror',
    'reg:pseudohubererror',
    'count:poisson',
    'reg:gamma',
    'reg:tweedie',
    'multi:softprob',
  ])(
    '%s: the leaves and the base margin add up to the margin that the library predicts',
    async (objective) => {
      const several = objective.startsWith('multi:')
      const label = data.label.map((value, row) => (several ? row % 3 : (value + 1) / 2))
      using matrix = DMatrix.fromDense(data.x, { rows: 400, columns: COLUMNS, label, nthread: 1, library })
      const params = { ...common, objective, ...(several && { numClass: 3 }) }
      using booster = (await train({ params, data: matrix, rounds: 6 })).booster
      const outputs = several ? 3 : 1
      const margins = booster.predict(data.x, { rows: 400, columns: COLUMNS, outputMargin: true })
      const ensemble = booster.trees()
      expect(ensemble.trees).toHaveLength(6 * outputs)
      expect(ensemble.features).toBe(COLUMNS)
      for (const [at, expected] of margins.entries())
        expect(Math.abs(margin(ensemble, Math.floor(at / outputs), at % outputs) - expected)).toBeLessThan(
          2e-6,
        )
      expect(readTrees(booster.saveBuffer('json'))).toEqual(ensemble)
    },
  )

  test('a slice and a single leaf', async () => {
    using matrix = matrixOf(data, { begin: 0, end: 400, weighted: false, library })
    const params: BoosterParameters = { ...common, objective: 'binary:logistic' }
    using booster = (await train({ params, data: matrix, rounds: 6 })).booster
    using slice = booster.slice(1, 3)
    expect(slice.trees().trees).toEqual(booster.trees().trees.slice(1, 3))
    using stump = (await train({ params: { ...params, gamma: 1e9 }, data: matrix, rounds: 1 })).booster
    const [leaf] = stump.trees().trees
    expect([leaf?.left, leaf?.threshold, leaf?.gain]).toEqual([
      Int32Array.of(-1),
      Float32Array.of(0),
      Float32Array.of(0),
    ])
    expect(leaf?.value[0]).not.toBe(0)
  })

  test.each(['dart', 'gblinear'] as const)('%s is refused', async (name) => {
    using matrix = matrixOf(data, { begin: 0, end: 400, weighted: false, library })
    const params: BoosterParameters = { objective: 'binary:logistic', booster: name, nthread: 1 }
    using booster = (await train({ params, data: matrix, rounds: 2 })).booster
    expect(() => booster.trees()).toThrow(
      expect.objectContaining({ code: 'model_unsupported', message: expect.stringContaining(name) }),
    )
  })
})

test('splits by category, unknown objectives and damaged bytes are refused', () => {
  const text = reference.versions['3.2.0']?.model ?? ''
  const categorical = text
    .replace('"categories":[]', '"categories":[1]')
    .replace('"categories_nodes":[]', '"categories_nodes":[0]')
    .replace('"categories_segments":[]', '"categories_segments":[0]')
    .replace('"categories_sizes":[]', '"categories_sizes":[1]')
    .replace('"split_type":[0', '"split_type":[1')
  const refused: [string, string, RegExp][] = [
    [categorical, 'model_unsupported', /node 0 of a tree splits by category/],
    [text.replace('"binary:logistic"', '"custom:own"'), 'model_unsupported', /custom:own/],
    [text.slice(0, -9), 'invalid_model', /./],
    [text.replace('"left_children":[1', '"left_children":[99'), 'invalid_model', /left_children/],
  ]
  for (const [model, code, message] of refused) {
    expect(model).not.toBe(text)
    expect(() => readTrees(bytesOf(model))).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    )
  }
})

test('the trees of what is loaded are those that were saved', () => {
  const bytes = bytesOf(reference.versions['1.7.5']?.model ?? '')
  using booster = Booster.fromBuffer(bytes)
  expect(booster.trees()).toEqual(readTrees(bytes))
})
