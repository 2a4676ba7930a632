import { createRandom, takeMatrixRows, type Matrix } from '@claims/frame'
import { gradientBoosting } from '@claims/models'
import { logisticProblem } from '@claims/models/testing'
import {
  createTreeMargins,
  DMatrix,
  library,
  loadLibrary,
  train,
  verifyTreeMargins,
  type Booster,
  type BoosterParameters,
  type Margins,
  type Tree,
  type TreeEnsemble,
  type XGBoostLibrary,
} from '@claims/xgboost'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { FittedGradientBoosting } from '../src/boosting/fitted-gradient-boosting.ts'
import { savedModel } from './saved-model.ts'

/** The carried library and, when XGBOOST_LIBRARY names one, that one. */
const libraries: [string, XGBoostLibrary][] = [library()]
  .concat(process.env['XGBOOST_LIBRARY'] ? [loadLibrary({ path: process.env['XGBOOST_LIBRARY'] })] : [])
  .map((loaded) => [loaded.version, loaded])

const columns = 6
const learn = logisticProblem({ rows: 600, columns, seed: 41 })
const held = logisticProblem({ rows: 3000, columns, seed: 42 })
const names = learn.x.names

/** Cells on a grid, so that rows meet thresholds, with a share of missing ones. */
function roughen(values: Float32Array, { steps, missing }: { steps: number; missing: number }): Float32Array {
  const random = createRandom(steps)
  return values.map((value) => (random.next() < missing ? Number.NaN : Math.round(value * steps) / steps))
}

async function boosterOf(
  own: XGBoostLibrary,
  params: BoosterParameters,
  { rounds = 20, x = learn.x.values, label = Float32Array.from(learn.y) } = {},
): Promise<Booster> {
  using data = DMatrix.fromDense(x, { rows: label.length, columns, label, nthread: 1, library: own })
  const common: BoosterParameters = { objective: 'binary:logistic', nthread: 1, baseScore: 0.37 }
  return (await train({ params: { ...common, ...params }, data, rounds })).booster
}

const marginsOf =
  (booster: Booster): Margins =>
  (x, rows) =>
    booster.predict(x, { rows, columns, outputMargin: true })

/** The bits of 32-bit numbers. */
const bitsOf = (values: Float32Array): Int32Array =>
  new Int32Array(values.buffer, values.byteOffset, values.length)

const matrixOf = (values: Float32Array, rows: number): Matrix => ({ values, rows, columns, names })

describe.each(libraries)('library %s', (_version, own) => {
  test('any trained model has margins with the bits of the library, alone and in a batch', async () => {
    const parameters = fc.record({
      maxDepth: fc.integer({ min: 1, max: 9 }),
      eta: fc.constantFrom(0.05, 0.1, 0.7),
      subsample: fc.constantFrom(1, 0.6),
      colsampleBytree: fc.constantFrom(1, 0.5),
      minChildWeight: fc.constantFrom(0, 1, 20),
      gamma: fc.constantFrom(0, 3),
      treeMethod: fc.constantFrom('hist' as const, 'exact' as const, 'approx' as const),
      baseScore: fc.oneof(fc.constantFrom(0.5, 0.3, 0.77, 0.4987), fc.double({ min: 0.001, max: 0.999 })),
      seed: fc.nat({ max: 1000 }),
    })
    const data = fc.record({
      rounds: fc.integer({ min: 1, max: 60 }),
      missing: fc.constantFrom(0, 0.1, 0.5),
      steps: fc.constantFrom(2, 20, 1000),
    })
    const agrees = (booster: Booster, x: Float32Array): void => {
      const margins = verifyTreeMargins(booster.trees(), marginsOf(booster))
      const wanted = marginsOf(booster)(x, 3000)
      expect(margins).toBeDefined()
      expect(bitsOf(margins!(x, 3000))).toEqual(bitsOf(wanted))
      for (let row = 0; row < 50; row++) {
        const alone = margins!(x.subarray(row * columns, (row + 1) * columns), 1)
        expect(bitsOf(alone)).toEqual(bitsOf(wanted.subarray(row, row + 1)))
      }
    }
    await fc.assert(
      fc.asyncProperty(parameters, data, async (params, { rounds, missing, steps }) => {
        const x = roughen(learn.x.values, { steps, missing })
        using booster = await boosterOf(own, params, { rounds, x })
        const other = roughen(held.x.values, { steps, missing })
        agrees(booster, other)
        if (rounds === 1) return
        using part = booster.slice(Math.floor(rounds / 3), rounds - 1 || 1)
        agrees(part, other)
      }),
      { numRuns: 25, seed: 3 },
    )
  })

  test('a stopped model, deep trees and trees without a split', async () => {
    const noise = learn.y.map((label, i) => (i % 3 === 0 ? 1 - label : label))
    const validation = { x: held.x, y: held.y }
    for (const [parameters, labels] of [
      [{ rounds: 200, eta: 0.4, early_stopping_rounds: 4 }, learn.y],
      [{ rounds: 7, max_depth: 25, min_child_weight: 0, reg_lambda: 0 }, noise],
      [{ rounds: 3, gamma: 1e9 }, learn.y],
    ] as const) {
      const model = await gradientBoosting({ libraryPath: own.path })
        .create(parameters)
        .fit(learn.x, labels, { seed: 3, threads: 1, ...(labels === learn.y && { validation }) })
      expect(model).toHaveProperty('smallBatchPath', 'trees')
      const batch = model.predictProba(held.x)
      held.x.values.subarray(0, 200).forEach((_, row) => {
        const alone = takeMatrixRows(held.x, Uint32Array.of(row))
        expect(model.predictProba(alone)[0]).toBe(batch[row])
      })
      model.dispose()
    }
  })

  test("probabilities are the library's own within 1e-7, whatever the batch", async () => {
    const x = roughen(held.x.values, { steps: 50, missing: 0.2 })
    for (const params of [
      { maxDepth: 6, eta: 0.1 },
      { maxDepth: 3, eta: 1, regLambda: 0, minChildWeight: 0 },
    ]) {
      const booster = await boosterOf(own, params, { rounds: 100 })
      const wanted = booster.predict(x, { rows: 3000, columns })
      const model = new FittedGradientBoosting(booster, names, 1)
      const probabilities = model.predictProba(matrixOf(x, 3000))
      probabilities.forEach((p, row) => expect(Math.abs(p - wanted[row]!)).toBeLessThan(1e-7))
      for (const size of [1, 2, 63, 64, 65, 200]) {
        const some = model.predictProba(matrixOf(x.subarray(0, size * columns), size))
        expect(some).toEqual(probabilities.slice(0, size))
      }
      model.dispose()
    }
  })

  describe('trees that are not the library’s are noticed', () => {
    const nextUp = (value: number): number => {
      const cell = Float32Array.of(value)
      new Int32Array(cell.buffer)[0]! += 1
      return cell[0]!
    }
    const changes: [string, (tree: Tree) => void][] = [
      ['a leaf 1e-6 off', ({ left, value }) => void (value[left.indexOf(-1)]! += 1e-6)],
      ['a threshold one bit off', ({ threshold }) => void (threshold[0] = nextUp(threshold[0]!))],
      ['another default', ({ defaultLeft }) => void (defaultLeft[0] = 1 - defaultLeft[0]!)],
      ['another feature', ({ feature }) => void (feature[0] = (feature[0]! + 1) % columns)],
    ]
    const ensembleWith = (booster: Booster, change: (tree: Tree) => void): TreeEnsemble => {
      const ensemble = booster.trees()
      change(ensemble.trees[0]!)
      return ensemble
    }

    test.each(changes)('%s', async (_name, change) => {
      using booster = await boosterOf(own, { maxDepth: 3 }, { rounds: 5 })
      expect(verifyTreeMargins(booster.trees(), marginsOf(booster))).toBeDefined()
      expect(verifyTreeMargins(ensembleWith(booster, change), marginsOf(booster))).toBeUndefined()
    })

    test('trees in another order, and another base margin', async () => {
      using booster = await boosterOf(own, { maxDepth: 3 }, { rounds: 30 })
      const ensemble = booster.trees()
      for (const wrong of [
        { ...ensemble, trees: [...ensemble.trees].reverse() },
        { ...ensemble, baseMargins: Float64Array.of(ensemble.baseMargins[0]! + 1e-6) },
      ])
        expect(verifyTreeMargins(wrong, marginsOf(booster))).toBeUndefined()
    })

    test('the model then answers by the library, few rows and many', async () => {
      const booster = await boosterOf(own, { maxDepth: 4 })
      const right = new FittedGradientBoosting(booster, names, 1)
      const wanted = right.predictProba(held.x)
      expect(right.smallBatchPath).toBe('trees')
      const [, change] = changes[0]!
      const wrong = ensembleWith(booster, change)
      const model = new FittedGradientBoosting(Object.assign(booster, { trees: () => wrong }), names, 1)
      expect(model.smallBatchPath).toBe('library')
      expect(model.predictProba(held.x)).toEqual(wanted)
      for (const size of [1, 64]) {
        const some = takeMatrixRows(
          held.x,
          Uint32Array.from({ length: size }, (_, row) => row),
        )
        expect(model.predictProba(some)).toEqual(wanted.slice(0, size))
      }
      model.dispose()
    })
  })

  test('dart is left to the library', async () => {
    const booster = await boosterOf(own, { booster: 'dart' })
    const wanted = booster.predict(held.x.values, { rows: 3000, columns })
    const model = new FittedGradientBoosting(booster, names, 1)
    expect(model.smallBatchPath).toBe('library')
    const batch = model.predictProba(held.x)
    batch.forEach((p, row) => expect(Math.abs(p - wanted[row]!)).toBeLessThan(1e-7))
    expect(model.predictProba(takeMatrixRows(held.x, Uint32Array.of(5)))[0]).toBe(batch[5])
    const { values } = model.contributions(held.x)
    expect(values).toEqual(
      Float64Array.from(booster.predictContributions(held.x.values, { rows: 3000, columns })),
    )
    model.dispose()
  })

  test('a model of another objective, or without trees, is refused', async () => {
    for (const params of [
      { objective: 'binary:logitraw' },
      { objective: 'multi:softprob', numClass: 2, baseScore: 0.5 },
      { booster: 'gblinear' as const },
    ]) {
      using booster = await boosterOf(own, params, { rounds: 3 })
      const described = { format_version: 1, feature_names: names, rounds: 3 }
      const files = new Map([
        ['xgboost.ubj', booster.saveBuffer('ubj')],
        ['xgboost.json', new TextEncoder().encode(JSON.stringify(described))],
      ])
      const loading = gradientBoosting({ libraryPath: own.path }).load(savedModel(files))
      await expect(loading).rejects.toMatchObject({
        code: 'damaged_bundle',
        message: expect.stringContaining('binary:logistic'),
      })
    }
  })
})

test('trees with several outputs or a threshold that is not finite are not laid out', () => {
  const tree: Tree = {
    feature: Int32Array.of(1, 0, 0),
    threshold: Float32Array.of(0.5, 0, 0),
    left: Int32Array.of(1, -1, -1),
    right: Int32Array.of(2, -1, -1),
    defaultLeft: Uint8Array.of(1, 0, 0),
    cover: Float32Array.of(2, 1, 1),
    value: Float32Array.of(0, -1, 1),
    gain: Float32Array.of(1, 0, 0),
    output: 0,
  }
  const ensemble: TreeEnsemble = { features: 2, trees: [tree], baseMargins: Float64Array.of(0) }
  const x = Float32Array.of(9, 0.49, 9, 0.5, 9, Number.NaN)
  expect([...createTreeMargins(ensemble)!.margins(x, 3, 0.25)]).toEqual([-0.75, 1.25, -0.75])
  expect(createTreeMargins({ ...ensemble, baseMargins: Float64Array.of(0, 0) })).toBeUndefined()
  const infinite = { ...tree, threshold: Float32Array.of(Infinity, 0, 0) }
  expect(createTreeMargins({ ...ensemble, trees: [infinite] })).toBeUndefined()
})
