import { existsSync, readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { describe, expect, test } from '@jest/globals'
import { DMatrix, ExtMemQuantileDMatrix, QuantileDMatrix, train } from '@claims/xgboost'
import type { BoosterParameters, DataBatch, DataMatrix, XGBoostErrorCode } from '@claims/xgboost'
import { COLUMNS, generate, libraries, NAMES, ROWS } from './libraries.ts'

const { x, label, weight } = generate()
const params: BoosterParameters = {
  objective: 'binary:logistic',
  treeMethod: 'hist',
  maxDepth: 3,
  nthread: 1,
}
const failure = (code: XGBoostErrorCode, message: RegExp) =>
  expect.objectContaining({ name: 'XGBoostError', code, message: expect.stringMatching(message) })

const BATCH = 100

const denseBatch = (begin: number): DataBatch => ({
  values: x.slice(begin * COLUMNS, (begin + BATCH) * COLUMNS),
  rows: BATCH,
  columns: COLUMNS,
  label: label.slice(begin, begin + BATCH),
  weight: weight.slice(begin, begin + BATCH),
})

const columnBatch = (begin: number): DataBatch => ({
  columns: Array.from({ length: COLUMNS }, (_, column) =>
    Float32Array.from({ length: BATCH }, (__, row) => x[(begin + row) * COLUMNS + column] ?? NaN),
  ),
  label: label.slice(begin, begin + BATCH),
  weight: weight.slice(begin, begin + BATCH),
})

const sparseBatch = (begin: number): DataBatch => {
  const [indptr, indices, values] = [[0], [] as number[], [] as number[]]
  for (let row = begin; row < begin + BATCH; row += 1) {
    for (let column = 0; column < COLUMNS; column += 1) {
      const value = x[row * COLUMNS + column] ?? NaN
      if (Number.isNaN(value)) continue
      indices.push(column)
      values.push(value)
    }
    indptr.push(values.length)
  }
  return {
    csr: {
      indptr: Uint32Array.from(indptr),
      indices: Uint32Array.from(indices),
      values: Float32Array.from(values),
    },
    columns: COLUMNS,
    label: label.slice(begin, begin + BATCH),
    weight: weight.slice(begin, begin + BATCH),
  }
}

const all = (batchAt: (begin: number) => DataBatch) =>
  function* (): Generator<DataBatch> {
    for (let begin = 0; begin < ROWS; begin += BATCH) yield batchAt(begin)
  }

async function* awaited(): AsyncGenerator<DataBatch> {
  for (const batch of all(denseBatch)()) {
    await setImmediate()
    yield batch
  }
}

const modelOf = async (data: DataMatrix): Promise<string> => {
  const { booster } = await train({ params, data, rounds: 4 })
  const model = Buffer.from(booster.saveBuffer('json')).toString()
  booster.dispose()
  return model
}

describe.each(libraries)('batches, library %s', (_version, library) => {
  const options = { nthread: 1, library, featureNames: NAMES }
  const whole = () =>
    QuantileDMatrix.fromDense(x, { ...options, rows: ROWS, columns: COLUMNS, label, weight })
  const kinds = {
    QuantileDMatrix,
    DMatrix,
    ...(library.atLeast('3.0.0') && { ExtMemQuantileDMatrix }),
  }

  test.each(Object.entries(kinds))('%s of batches trains what the whole data trains', async (name, kind) => {
    using expected = await whole()
    const { booster } = await train({ params, data: expected, rounds: 4 })
    const predictions = booster.predict(x, { rows: ROWS, columns: COLUMNS })
    booster.dispose()
    const columnar = library.atLeast('2.1.0') ? [all(columnBatch)] : []
    const models: string[] = []
    for (const batches of [all(denseBatch), all(sparseBatch), awaited, ...columnar]) {
      using matrix = await kind.fromIterator(batches, options)
      expect([matrix.rows, matrix.columns, matrix.featureNames]).toEqual([ROWS, COLUMNS, NAMES])
      expect(matrix.labelRange).toEqual({ least: 0, greatest: 1 })
      expect([name, matrix.getLabel()]).toEqual([name, label])
      expect(matrix.getWeight()).toEqual(weight)
      const { booster: trained } = await train({ params, data: matrix, rounds: 4 })
      models.push(Buffer.from(trained.saveBuffer('json')).toString())
      // The cuts of several batches are merged summaries: other bins than those of one batch, the same trees nearly.
      const found = trained.predict(x, { rows: ROWS, columns: COLUMNS })
      const off = found.reduce((sum, value, row) => sum + Math.abs(value - (predictions[row] ?? 0)), 0)
      expect(off / ROWS).toBeLessThan(0.02)
      trained.dispose()
    }
    for (const model of models) expect(model).toEqual(models[0])
  })

  test('an evaluation set of batches takes the bins of its reference', async () => {
    using data = await QuantileDMatrix.fromIterator(all(denseBatch), options)
    using valid = await QuantileDMatrix.fromIterator(awaited, { ...options, ref: data })
    const { booster, history } = await train({ params, data, rounds: 3, evals: { data, valid } })
    expect(history['valid']).toEqual(history['data'])
    booster.dispose()
  })

  test.each([1, 3, 5, 9])('what a batch throws rejects the promise (batch %i)', async (at) => {
    for (const kind of Object.values(kinds)) {
      let count = 0
      let closed = 0
      const batches = function* (): Generator<DataBatch> {
        try {
          for (const batch of all(denseBatch)()) {
            count += 1
            if (count === at) throw new RangeError('the source is gone')
            yield batch
          }
        } finally {
          closed += 1
        }
      }
      const made = kind.fromIterator(batches, options)
      // A matrix on disk may need one pass only, and then comes to no ninth batch.
      const passes = await made.then(
        (matrix) => {
          matrix.dispose()
          return true
        },
        (error: unknown) => {
          expect(error).toEqual(new RangeError('the source is gone'))
          return false
        },
      )
      expect(passes).toBe(count < at)
      expect(closed).toBeGreaterThan(0)
    }
  })

  test.each<[string, () => Iterable<DataBatch>, XGBoostErrorCode, RegExp]>([
    ['no batch', () => [], 'invalid_shape', /at least one batch/],
    [
      'other columns',
      () => [denseBatch(0), { values: new Float32Array(4), rows: 1, columns: 4, label: label.slice(0, 1) }],
      'invalid_shape',
      /batch 1: .*4 columns; got 5/,
    ],
    [
      'a label in one batch only',
      () => [denseBatch(0), { values: new Float32Array(5), rows: 1, columns: 5 }],
      'invalid_label',
      /all batches/,
    ],
    [
      'a wrong label',
      () => [{ values: new Float32Array(5), rows: 1, columns: 5, label: Float32Array.of(NaN) }],
      'invalid_label',
      /label\[0\]/,
    ],
    [
      'an infinite value',
      () => [{ values: Float32Array.of(1, 2, Infinity, 4, 5), rows: 1, columns: 5 }],
      'invalid_data',
      /inf/i,
    ],
    ['a batch that is none', () => [JSON.parse('{}') as DataBatch], 'invalid_data', /a batch must hold/],
    ['null', () => [JSON.parse('null') as DataBatch], 'invalid_data', /a batch must be an object/],
  ])('refuses %s', async (_name, batches, code, message) => {
    for (const kind of Object.values(kinds))
      await expect(kind.fromIterator(batches, options)).rejects.toThrow(failure(code, message))
  })

  test('refuses passes that differ', async () => {
    for (const rows of [50, 200]) {
      let pass = 0
      const batches = (): DataBatch[] => {
        pass += 1
        const count = pass === 1 ? 100 : rows
        return [{ values: new Float32Array(count * 5), rows: count, columns: 5 }]
      }
      await expect(QuantileDMatrix.fromIterator(batches, options)).rejects.toThrow(
        failure('invalid_data', /batch 0 of pass 2 has (50|200) rows; in the first pass it had 100/),
      )
    }
    await expect(QuantileDMatrix.fromIterator([denseBatch(0)] as never, options)).rejects.toThrow(
      failure('invalid_data', /must be a function/),
    )
  })

  test('the pages lie where they are wanted and go with the matrix', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'xgboost-test-'))
    try {
      const matrix = await DMatrix.fromIterator(all(denseBatch), {
        ...options,
        cachePrefix: join(directory, 'pages'),
      })
      expect(readdirSync(directory).length).toBeGreaterThan(0)
      expect(await modelOf(matrix)).toContain('learner')
      matrix.dispose()
      expect(readdirSync(directory)).toEqual([])
      await expect(
        DMatrix.fromIterator(all(denseBatch), { ...options, cachePrefix: join(directory, 'none', 'pages') }),
      ).rejects.toThrow(failure('invalid_parameter', /directory that exists/))
      expect(existsSync(join(directory, 'none'))).toBe(false)
    } finally {
      await rm(directory, { recursive: true })
    }
    const mine = () => readdirSync(tmpdir()).filter((name) => name.startsWith('xgboost-cache-'))
    const before = mine()
    const matrix = await DMatrix.fromIterator(all(denseBatch), options)
    const made = mine().filter((name) => !before.includes(name))
    expect(made.length).toBeGreaterThan(0)
    matrix.dispose()
    expect(mine().filter((name) => made.includes(name))).toHaveLength(made.length - 1)
  })

  test('what the library lacks names the version that has it', async () => {
    if (library.atLeast('3.0.0')) return
    await expect(ExtMemQuantileDMatrix.fromIterator(all(denseBatch), options)).rejects.toThrow(
      failure('library_unsupported', /needs XGBoost 3\.0; this library is /),
    )
    await expect(QuantileDMatrix.fromIterator(all(columnBatch), options)).rejects.toThrow(
      failure('library_unsupported', /need XGBoost 2\.1; this library is /),
    )
  })
})
