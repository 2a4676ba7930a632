import { setImmediate } from 'node:timers/promises'
import { describe, expect, test } from '@jest/globals'
import { QuantileDMatrix, train } from '@claims/xgboost'
import type { BoosterParameters, XGBoostErrorCode } from '@claims/xgboost'
import { COLUMNS, generate, libraries, matrixOf, NAMES, ROWS } from './libraries.ts'

const data = generate()
const params: BoosterParameters = {
  objective: 'binary:logistic',
  treeMethod: 'hist',
  evalMetric: 'logloss',
  maxDepth: 3,
  nthread: 1,
}
const failure = (code: XGBoostErrorCode, message: RegExp) =>
  expect.objectContaining({ name: 'XGBoostError', code, message: expect.stringMatching(message) })

describe.each(libraries)('quantile matrices, library %s', (_version, library) => {
  const shape = { rows: ROWS, columns: COLUMNS, nthread: 1, library }
  const { x, label, weight } = data

  test('train the same model as a dense matrix', async () => {
    using dense = matrixOf(data, { begin: 0, end: ROWS, weighted: true, library })
    using quantile = await QuantileDMatrix.fromDense(x, { ...shape, label, weight, featureNames: NAMES })
    expect([quantile.rows, quantile.columns, quantile.featureNames]).toEqual([ROWS, COLUMNS, NAMES])
    const [first, second] = [
      await train({ params, data: dense, rounds: 5 }),
      await train({ params, data: quantile, rounds: 5 }),
    ]
    expect(second.booster.saveBuffer('json')).toEqual(first.booster.saveBuffer('json'))
    first.booster.dispose()
    second.booster.dispose()
  })

  test('an evaluation set takes the bins of its reference', async () => {
    const half = ROWS / 2
    const part = (begin: number) => ({
      ...shape,
      rows: half,
      label: label.subarray(begin, begin + half),
      x: x.subarray(begin * COLUMNS, (begin + half) * COLUMNS),
    })
    const [head, tail] = [part(0), part(half)]
    using data_ = await QuantileDMatrix.fromDense(head.x, head)
    using valid = await QuantileDMatrix.fromDense(tail.x, { ...tail, ref: data_ })
    using dense = matrixOf(data, { begin: half, end: ROWS, weighted: false, library })
    const { booster, history } = await train({ params, data: data_, rounds: 5, evals: { valid, dense } })
    expect(history['valid']?.['logloss']).toHaveLength(5)
    for (const [round, value] of (history['dense']?.['logloss'] ?? []).entries())
      expect(history['valid']?.['logloss']?.[round]).toBeCloseTo(value, 6)
    booster.dispose()
  })

  test('a reference may be disposed while a matrix takes its bins', async () => {
    const ref = await QuantileDMatrix.fromDense(x, { ...shape, label })
    const building = QuantileDMatrix.fromDense(x, { ...shape, label, ref })
    ref.dispose()
    using matrix = await building
    expect(matrix.numNonMissing).toBe(x.filter((value) => !Number.isNaN(value)).length)
  })

  test('the event loop turns while a matrix is built', async () => {
    const rows = 100_000
    const values = Float32Array.from({ length: rows * 10 }, (_, at) => Math.sin(at))
    let [turns, built] = [0, false]
    const building = QuantileDMatrix.fromDense(values, { ...shape, rows, columns: 10 })
    void building.finally(() => {
      built = true
    })
    while (!built) {
      await setImmediate()
      turns += 1
    }
    using matrix = await building
    expect([matrix.rows, turns > 20]).toEqual([rows, true])
  })

  test('columns, where the library reads them, and sparse rows make the same bins', async () => {
    const columns = Array.from({ length: COLUMNS }, (_, column) =>
      Float64Array.from({ length: ROWS }, (__, row) => x[row * COLUMNS + column] ?? NaN),
    )
    using dense = await QuantileDMatrix.fromDense(x, { ...shape, label })
    const expected = dense.getData()
    const { indptr, indices } = expected
    const stored = x.filter((value) => !Number.isNaN(value))
    using rows = await QuantileDMatrix.fromCsr({ indptr, indices, values: stored }, { ...shape, label })
    expect(rows.getData()).toEqual(expected)
    if (!library.atLeast('2.1.0')) return
    using matrix = await QuantileDMatrix.fromColumns(columns, { nthread: 1, library, label })
    expect(matrix.getData()).toEqual(expected)
  })

  test('many are built at once', async () => {
    const matrices = await Promise.all(
      Array.from({ length: 4 }, () => QuantileDMatrix.fromDense(x, { ...shape, label })),
    )
    for (const matrix of matrices) {
      expect(matrix.labelRange).toEqual({ least: 0, greatest: 1 })
      matrix.dispose()
    }
  })

  test('errors', async () => {
    const infinite = x.with(3, Infinity)
    for (const values of [infinite, Float64Array.from(infinite)])
      await expect(QuantileDMatrix.fromDense(values, { ...shape, label })).rejects.toThrow(
        failure('invalid_data', /inf/i),
      )
    await expect(QuantileDMatrix.fromDense(x, { ...shape, rows: 3 })).rejects.toThrow(
      failure('invalid_shape', /3 x 5/),
    )
    await expect(QuantileDMatrix.fromDense(x, { ...shape, maxBin: 1 })).rejects.toThrow(
      failure('invalid_parameter', /maxBin/),
    )
    using ref = await QuantileDMatrix.fromDense(x, shape)
    await expect(QuantileDMatrix.fromDense(x, { ...shape, rows: 500, columns: 4, ref })).rejects.toThrow(
      failure('feature_mismatch', /5 columns/),
    )
    ref.dispose()
    await expect(QuantileDMatrix.fromDense(x, { ...shape, ref })).rejects.toThrow(
      failure('disposed', /disposed/),
    )
  })
})
