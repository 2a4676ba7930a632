import { readFileSync } from 'node:fs'
import { takeMatrixRows } from '@claims/frame'
import { gradientBoosting } from '@claims/models'
import { logisticProblem } from '@claims/models/testing'
import {
  Booster,
  DMatrix,
  library,
  loadLibrary,
  readTrees,
  train,
  type Tree,
  type TreeEnsemble,
  type XGBoostLibrary,
} from '@claims/xgboost'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { z } from 'zod'
import { createTreeContributions, type TreeContributions } from '../src/boosting/tree-contributions.ts'
import { reference } from './reference.ts'

/** A leaf's value, or a split. */
type Shape =
  number | { feature: number; threshold: number; defaultLeft: boolean; share: number; sides: [Shape, Shape] }

function treeOf(shape: Shape, rootCover = 1000): Tree {
  const nodes: { shape: Shape; cover: number; children: [number, number] }[] = []
  const visit = (own: Shape, cover: number): number => {
    const at = nodes.push({ shape: own, cover, children: [-1, -1] }) - 1
    if (typeof own === 'number') return at
    const left = Math.fround(cover * own.share)
    nodes[at]!.children = [visit(own.sides[0], left), visit(own.sides[1], Math.fround(cover - left))]
    return at
  }
  visit(shape, Math.fround(rootCover))
  const split = (own: Shape): Exclude<Shape, number> | undefined =>
    typeof own === 'number' ? undefined : own
  return {
    feature: Int32Array.from(nodes, (node) => split(node.shape)?.feature ?? 0),
    threshold: Float32Array.from(nodes, (node) => split(node.shape)?.threshold ?? 0),
    defaultLeft: Uint8Array.from(nodes, (node) => (split(node.shape)?.defaultLeft === true ? 1 : 0)),
    left: Int32Array.from(nodes, ({ children }) => children[0]),
    right: Int32Array.from(nodes, ({ children }) => children[1]),
    cover: Float32Array.from(nodes, ({ cover }) => cover),
    value: Float32Array.from(nodes, (node) => (typeof node.shape === 'number' ? node.shape : 0)),
    gain: new Float32Array(nodes.length),
    output: 0,
  }
}

/** Expected leaf value when the features of `known` are known: Lundberg et al. 2018, algorithm 1. */
function expected(tree: Tree, row: Float32Array, known: number, node = 0): number {
  const [left, right] = [tree.left[node]!, tree.right[node]!]
  if (left === -1) return tree.value[node]!
  const feature = tree.feature[node]!
  if ((known >> feature) & 1) {
    const value = row[feature]!
    const goesLeft = Number.isNaN(value) ? tree.defaultLeft[node] === 1 : value < tree.threshold[node]!
    return expected(tree, row, known, goesLeft ? left : right)
  }
  const share = (child: number): number => tree.cover[child]! / tree.cover[node]!
  return share(left) * expected(tree, row, known, left) + share(right) * expected(tree, row, known, right)
}

/** Shapley values by their definition, over all subsets of the features. */
function byDefinition({ trees, features, baseMargins }: TreeEnsemble, row: Float32Array): number[] {
  const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1))
  const worth = Array.from({ length: 1 << features }, (_, known) =>
    trees.reduce((sum, tree) => sum + expected(tree, row, known), baseMargins[0]!),
  )
  const values = Array.from({ length: features }, (_, feature) =>
    worth.reduce((sum, value, known) => {
      if ((known >> feature) & 1) return sum
      const size = known.toString(2).replaceAll('0', '').length
      const weight = (factorial(size) * factorial(features - size - 1)) / factorial(features)
      return sum + weight * (worth[known | (1 << feature)]! - value)
    }, 0),
  )
  return [...values, worth[0]!]
}

const features = 5
const cell = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: -4, max: 4 }).map((value) => value / 4) },
  { weight: 1, arbitrary: fc.constant(Number.NaN) },
)
const shapes = fc.letrec<{ tree: Shape }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 6, depthSize: 'medium' },
    fc.integer({ min: -8, max: 8 }).map((value) => value / 8),
    fc.record({
      feature: fc.nat({ max: features - 1 }),
      // Thresholds fall on values of cells, so that "less" and "less or equal" differ.
      threshold: fc.integer({ min: -4, max: 4 }).map((value) => value / 4),
      defaultLeft: fc.boolean(),
      share: fc.double({ min: 0.05, max: 0.95, noNaN: true }),
      sides: fc.tuple(tie('tree'), tie('tree')),
    }),
  ),
})).tree

/** A full tree of splits on the given features by depth, the last ones repeated. */
const full = (order: readonly number[], depth: number, leaf = 1): Shape =>
  depth === 0
    ? ((leaf % 2 === 0 ? 1 : -1) * (leaf % 11)) / 8
    : {
        feature: order[depth % order.length]!,
        threshold: (leaf % 7) / 7 - 0.5,
        defaultLeft: leaf % 2 === 0,
        share: 0.2 + (leaf % 5) / 10,
        sides: [full(order, depth - 1, 2 * leaf), full(order, depth - 1, 2 * leaf + 1)],
      }

const prepared = (ensemble: TreeEnsemble): TreeContributions => {
  const contributions = createTreeContributions(ensemble)
  if (contributions === undefined) throw new Error('no tables for this model')
  return contributions
}
const ensembleOf = (own: readonly Shape[], margin = 0.25): TreeEnsemble => ({
  features,
  trees: own.map((shape) => treeOf(shape)),
  baseMargins: Float64Array.of(margin),
})

describe('tables of agreement', () => {
  const holds = (own: readonly Shape[], rows: readonly (readonly number[])[]): void => {
    const ensemble = ensembleOf(own)
    const actual = prepared(ensemble).values(Float32Array.from(rows.flat()), rows.length)
    const most = Math.max(1, ...ensemble.trees.flatMap((tree) => [...tree.value].map(Math.abs))) * own.length
    rows.forEach((cells, row) => {
      const wanted = byDefinition(ensemble, Float32Array.from(cells))
      wanted.forEach((value, j) => {
        // Tables hold 32-bit numbers.
        expect(Math.abs(actual[row * (features + 1) + j]! - value)).toBeLessThan(1e-6 * most)
      })
    })
  }

  test('give the Shapley values of the definition, for any trees and rows', () => {
    const row = fc.array(cell, { minLength: features, maxLength: features })
    fc.assert(
      fc.property(
        fc.array(shapes, { minLength: 1, maxLength: 4 }),
        fc.array(row, { minLength: 1, maxLength: 3 }),
        holds,
      ),
      { numRuns: 300, seed: 1 },
    )
  })

  test.each([
    [[0, 1, 2, 3, 4], 1],
    [[0, 1, 2, 3, 4], 2],
    [[0, 1, 2, 3, 4], 5],
    [[0, 1, 2, 3, 4], 7],
    [[0, 1], 6],
    [[2], 5],
  ])('hold for full trees that ask features %j in turn, depth %i', (order, depth) => {
    const rows = Array.from({ length: 12 }, (_, i) =>
      Array.from({ length: features }, (__, j) =>
        (i * 7 + j * 3) % 11 === 0 ? NaN : ((i * 5 + j) % 9) / 9 - 0.5,
      ),
    )
    holds([full(order, depth), full([...order].reverse(), depth)], rows)
  })

  test('single leaves and leaves of value 0 add to the base value alone', () => {
    const zero: Shape = { feature: 1, threshold: 0, defaultLeft: true, share: 0.5, sides: [0, 0] }
    const contributions = prepared(ensembleOf([0.5, zero, -0.125]))
    expect(contributions.tableBytes).toBe(0)
    expect([...contributions.values(new Float32Array(5), 1)]).toEqual([0, 0, 0, 0, 0, 0.625])
  })

  test('are not made for what they cannot hold', () => {
    const trees = (shape: Shape, count: number): TreeEnsemble => {
      const tree = treeOf(shape, 2 ** 20)
      return { features: 20, trees: new Array<Tree>(count).fill(tree), baseMargins: Float64Array.of(0) }
    }
    const order = Array.from({ length: 20 }, (_, j) => j)
    expect(createTreeContributions(trees(full(order, 8), 10))).toBeDefined()
    expect(createTreeContributions(trees(full(order, 8), 100))).toBeUndefined()
    expect(createTreeContributions(trees(full(order, 14), 1))).toBeUndefined()
    const chain = (length: number): TreeEnsemble =>
      trees(
        order.slice(0, length).reduce<Shape>(
          (below, feature) => ({
            feature,
            threshold: 0,
            defaultLeft: true,
            share: 0.5,
            sides: [0.25, below],
          }),
          1,
        ),
        1,
      )
    const usable = order.map((length) => createTreeContributions(chain(length)) !== undefined)
    expect(usable).toEqual(order.map((length) => length <= 14))
    const split: Shape = { feature: 0, threshold: 0, defaultLeft: false, share: 0.5, sides: [1, -1] }
    const ensemble = ensembleOf([split])
    const [tree] = ensemble.trees
    expect(createTreeContributions(ensemble)).toBeDefined()
    for (const wrong of [
      { ...tree!, cover: new Float32Array(3) },
      { ...tree!, threshold: Float32Array.of(-Infinity, 0, 0) },
      ...[
        [0, 0, 0],
        [Infinity, 1, 1],
        [NaN, 1, 1],
        [2, -1, 3],
        [2, 3, -1],
        [2, NaN, 1],
        [2, 1, NaN],
      ].map((cover) => ({ ...tree!, cover: Float32Array.from(cover) })),
    ])
      expect(createTreeContributions({ ...ensemble, trees: [wrong] })).toBeUndefined()
    for (const cover of [Float32Array.of(2, 0, 2), Float32Array.of(2, 2, 0)])
      expect(createTreeContributions({ ...ensemble, trees: [{ ...tree!, cover }] })).toBeDefined()
    expect(createTreeContributions({ ...ensemble, baseMargins: Float64Array.of(0, 0) })).toBeUndefined()
    expect(createTreeContributions({ ...ensemble, baseMargins: Float64Array.of(-Infinity) })).toBeUndefined()
  })
})

describe('against Python', () => {
  const rows = z.array(z.array(z.number()))
  const document = reference(
    'models-contributions',
    z.object({
      model: z.string(),
      rows: z.array(z.array(z.number().nullable())),
      shap: rows,
      xgboost: rows,
      margins: z.array(z.number()),
    }),
  )
  const contributions = prepared(readTrees(new TextEncoder().encode(document.model)))
  const x = Float32Array.from(document.rows.flat(), (value) => value ?? Number.NaN)
  const values = contributions.values(x, document.rows.length)

  test("a row has the values of shap's own algorithm and of XGBoost's, within 2e-6", () => {
    document.rows.forEach((_, row) => {
      const own = values.subarray(row * 6, row * 6 + 6)
      document.shap[row]!.forEach((value, j) => expect(Math.abs(own[j]! - value)).toBeLessThan(2e-6))
      document.xgboost[row]!.forEach((value, j) => expect(Math.abs(own[j]! - value)).toBeLessThan(2e-6))
      const sum = own.reduce((total, value) => total + value, 0)
      expect(Math.abs(sum - document.margins[row]!)).toBeLessThan(2e-6)
    })
  })

  test('models saved by 1.7.5 and by 3.2.0 have the contributions that each predicts, within 2e-6', () => {
    const core = JSON.parse(
      readFileSync(new URL('../../../tooling/reference/values/xgboost-core.json', import.meta.url), 'utf8'),
    ) as {
      versions: Record<string, { model: string; cases: Record<string, { contributions: number[] }> }>
    }
    const cells = new Float32Array(400 * 5)
    let state = 1
    for (let at = 0; at < cells.length; at++) {
      state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
      cells[at] = state / 0x80000000
    }
    for (let row = 0; row < 400; row += 7) cells[row * 5 + 3] = Number.NaN
    expect(Object.keys(core.versions)).toEqual(['1.7.5', '3.2.0'])
    for (const { model, cases } of Object.values(core.versions)) {
      const own = prepared(readTrees(new TextEncoder().encode(model)))
      const actual = own.values(cells.subarray(300 * 5, 320 * 5), 20)
      const wanted = cases['logistic']!.contributions
      expect(wanted).toHaveLength(actual.length)
      wanted.forEach((value, at) => expect(Math.abs(actual[at]! - value)).toBeLessThan(2e-6))
    }
  })
})

/** The carried library and, when XGBOOST_LIBRARY names one, that one. */
const libraries: [string, XGBoostLibrary][] = [library()]
  .concat(process.env['XGBOOST_LIBRARY'] ? [loadLibrary({ path: process.env['XGBOOST_LIBRARY'] })] : [])
  .map((loaded) => [loaded.version, loaded])

describe('against the library', () => {
  const learn = logisticProblem({ rows: 600, columns: 6, seed: 31 })
  const label = Float32Array.from(learn.y)

  const agrees = (booster: Booster, x: Float32Array, rows: number, columns: number): void => {
    const contributions = prepared(booster.trees())
    const actual = contributions.values(x, rows)
    const wanted = booster.predictContributions(x, { rows, columns })
    const margins = booster.predict(x, { rows, columns, outputMargin: true })
    const scale = Math.max(1, ...margins.map(Math.abs))
    wanted.forEach((value, at) => expect(Math.abs(actual[at]! - value)).toBeLessThan(1e-4 * scale))
    margins.forEach((margin, row) => {
      const own = actual.subarray(row * (columns + 1), (row + 1) * (columns + 1))
      expect(Math.abs(own.reduce((sum, value) => sum + value, 0) - margin)).toBeLessThan(1e-5 * scale)
      const alone = contributions.values(x.subarray(row * columns, (row + 1) * columns), 1)
      expect(alone).toEqual(own)
    })
  }

  test.each(libraries)(
    'any trained model has its contributions within 1e-4, alone and in a batch, library %s',
    async (_version, library) => {
      const parameters = fc.record({
        maxDepth: fc.integer({ min: 1, max: 7 }),
        eta: fc.constantFrom(0.1, 0.5),
        subsample: fc.constantFrom(1, 0.6),
        colsampleBytree: fc.constantFrom(1, 0.5),
        minChildWeight: fc.constantFrom(0, 1, 20),
        gamma: fc.constantFrom(0, 3),
        treeMethod: fc.constantFrom('hist' as const, 'exact' as const, 'approx' as const),
        baseScore: fc.constantFrom(0.5, 0.04),
        seed: fc.nat({ max: 1000 }),
      })
      const data = fc.record({
        rounds: fc.integer({ min: 1, max: 40 }),
        missing: fc.constantFrom(0, 0.1, 0.5),
        steps: fc.constantFrom(2, 1000),
      })
      await fc.assert(
        fc.asyncProperty(parameters, data, async (params, { rounds, missing, steps }) => {
          const x = learn.x.values.map((value, at) =>
            (at * 7919) % 1000 < missing * 1000 ? Number.NaN : Math.round(value * steps) / steps,
          )
          using matrix = DMatrix.fromDense(x, { rows: 600, columns: 6, label, nthread: 1, library })
          const options = {
            params: { objective: 'binary:logistic', nthread: 1, ...params },
            data: matrix,
            rounds,
          }
          using booster = (await train(options)).booster
          agrees(booster, x.subarray(0, 150 * 6), 150, 6)
          if (rounds === 1) return
          using part = booster.slice(Math.floor(rounds / 3), rounds - 1 || 1)
          agrees(part, x.subarray(0, 20 * 6), 20, 6)
        }),
        { numRuns: 25, seed: 2 },
      )
    },
  )

  test('a stopped model, and one without a split', async () => {
    const held = logisticProblem({ rows: 400, columns: 6, seed: 32 })
    for (const parameters of [
      { rounds: 200, eta: 0.4, early_stopping_rounds: 4 },
      { rounds: 3, gamma: 1e9 },
    ]) {
      const validation = { x: held.x, y: held.y }
      const model = await gradientBoosting()
        .create({ max_depth: 5, ...parameters })
        .fit(learn.x, learn.y, { seed: 3, threads: 1, validation })
      const bytes = (await model.save()).get('xgboost.ubj')!
      using booster = Booster.fromBuffer(bytes, { params: { nthread: 1 } })
      expect(booster.boostedRounds).toBe(model.rounds)
      agrees(booster, held.x.values, 400, 6)
      expect(model.contributions!(held.x).values).toEqual(
        prepared(booster.trees()).values(held.x.values, 400),
      )
      model.dispose()
    }
  })

  test('a model too large for tables has the contributions of the library, alone and in a batch', async () => {
    const wide = logisticProblem({ rows: 3000, columns: 16, seed: 33 })
    const noise = wide.y.map((label_, i) => (i % 3 === 0 ? 1 - label_ : label_))
    const model = await gradientBoosting()
      .create({ max_depth: 20, rounds: 5, min_child_weight: 0, reg_lambda: 0 })
      .fit(wide.x, noise, { seed: 3, threads: 1 })
    const bytes = (await model.save()).get('xgboost.ubj')!
    using booster = Booster.fromBuffer(bytes, { params: { nthread: 1 } })
    expect(createTreeContributions(booster.trees())).toBeUndefined()
    const some = takeMatrixRows(wide.x, Uint32Array.of(5, 6, 7))
    const wanted = booster.predictContributions(some.values, { rows: 3, columns: 16 })
    expect(model.contributions!(some).values).toEqual(Float64Array.from(wanted))
    const alone = takeMatrixRows(wide.x, Uint32Array.of(6))
    expect(model.contributions!(alone).values).toEqual(Float64Array.from(wanted.subarray(17, 34)))
    model.dispose()
  })
})
