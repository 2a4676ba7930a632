import { describe, expect, test } from '@jest/globals'
import { DMatrix, train } from '@claims/xgboost'
import type { Booster, BoosterParameters } from '@claims/xgboost'
import { COLUMNS, generate, libraries, ROWS } from './libraries.ts'

const shape = { columns: COLUMNS } as const
const bitsOf = (values: Float32Array): Int32Array => new Int32Array(values.slice().buffer)

/** Enough calls for the trees to be laid out. */
const warm = (booster: Booster): void => {
  for (let call = 0; call < 40; call += 1) {
    booster.predict(new Float32Array(COLUMNS), { rows: 1, ...shape })
    booster.predict(new Float32Array(COLUMNS), { rows: 1, ...shape, outputMargin: true })
  }
}

describe.each(libraries)('few rows, library %s', (_version, library) => {
  const { x, label } = generate()
  const trained = async (params: BoosterParameters): Promise<Booster> => {
    using data = DMatrix.fromDense(x, { rows: ROWS, ...shape, label, nthread: 1, library })
    const { booster } = await train({ params: { nthread: 1, maxDepth: 4, ...params }, data, rounds: 30 })
    return booster
  }
  const models: [string, BoosterParameters][] = [
    ['binary:logistic', {}],
    ['binary:logitraw', {}],
    ['reg:logistic', {}],
    ['reg:squarederror', {}],
    ['rank:pairwise', {}],
    ['count:poisson', {}],
    ['binary:hinge', {}],
    ['multi:softprob', { numClass: 2 }],
    ['binary:logistic', { booster: 'dart', rateDrop: 0.3 }],
    ['binary:logistic', { booster: 'gblinear' }],
    ['binary:logistic', { numParallelTree: 3, subsample: 0.5 }],
  ]

  test.each(models)('%s %j: the bits of a batch, whatever the number of rows', async (objective, params) => {
    using booster = await trained({ objective, ...params })
    warm(booster)
    for (const outputMargin of [false, true]) {
      const wanted = booster.predict(x, { rows: ROWS, ...shape, outputMargin })
      const outputs = wanted.length / ROWS
      for (const rows of [1, 2, 7, 64, 65])
        for (let row = 0; row + rows <= ROWS; row += rows === 1 ? 1 : 50) {
          const cells = x.subarray(row * COLUMNS, (row + rows) * COLUMNS)
          const expected = bitsOf(wanted.subarray(row * outputs, (row + rows) * outputs))
          expect(bitsOf(booster.predict(cells, { rows, ...shape, outputMargin }))).toEqual(expected)
          const doubles = Float64Array.from(cells)
          expect(bitsOf(booster.predict(doubles, { rows, ...shape, outputMargin }))).toEqual(expected)
        }
    }
  })

  test('a given buffer is filled, a strict shape is told, and what the trees cannot say is asked of the library', async () => {
    using booster = await trained({ objective: 'binary:logistic' })
    const row = x.subarray(0, COLUMNS)
    const strange = Float32Array.from(row, (cell, at) => (at === 0 ? Infinity : cell))
    const most = Float64Array.from(row, (cell, at) => (at === 1 ? -1e300 : cell))
    const one = { rows: 1, ...shape }
    const asked = (): unknown[] => [
      booster.predict(row, one)[0],
      booster.predict(strange, one)[0],
      booster.predict(most, one)[0],
      booster.predict(row, { ...one, iterationRange: [0, 3] })[0],
      booster.predict(row, { ...one, missing: row[2] ?? 0 })[0],
      booster.predict(row, { ...one, baseMargin: Float32Array.of(2) })[0],
      booster.predict(row, { ...one, strictShape: true }),
    ]
    const before = asked()
    warm(booster)
    expect(asked()).toEqual(before)
    const out = new Float32Array(3)
    const filled = booster.predict(row, { ...one, out })
    expect([filled.buffer === out.buffer, filled.length, out[0]]).toEqual([true, 1, before[0]])
    expect(() => booster.predict(row, { ...one, out: new Float32Array(0) })).toThrow(
      expect.objectContaining({ code: 'invalid_shape' }),
    )
  })

  test('a booster that is changed or trained on answers as it is then', async () => {
    using booster = await trained({ objective: 'binary:logistic' })
    const row = x.subarray(0, COLUMNS)
    warm(booster)
    const before = booster.predict(row, { rows: 1, ...shape })[0]
    using data = DMatrix.fromDense(x, { rows: ROWS, ...shape, label, nthread: 1, library })
    const { booster: longer } = await train({
      params: { objective: 'binary:logistic', nthread: 1, maxDepth: 4, eta: 0.5 },
      data,
      rounds: 5,
      xgbModel: booster,
    })
    warm(longer)
    const wanted = longer.predict(x, { rows: ROWS, ...shape })[0]
    expect(longer.predict(row, { rows: 1, ...shape })[0]).toBe(wanted)
    expect(wanted).not.toBe(before)
    longer.setParameters({ nthread: 2 })
    expect(longer.predict(row, { rows: 1, ...shape })[0]).toBe(wanted)
    longer.dispose()
  })
})
