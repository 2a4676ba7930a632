import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { Booster, DMatrix, train } from '@claims/xgboost'
import type { BoosterParameters, XGBoostLibrary } from '@claims/xgboost'
import { COLUMNS, generate, libraries, matrixOf, NAMES } from './libraries.ts'

const data = generate()
const shape = { rows: 400, columns: COLUMNS }
const params: BoosterParameters = {
  objective: 'binary:logistic',
  treeMethod: 'hist',
  maxDepth: 4,
  nthread: 1,
}

const trained = async (library: XGBoostLibrary): Promise<Booster> => {
  using matrix = matrixOf(data, { begin: 0, end: 400, weighted: true, library })
  return (await train({ params, data: matrix, rounds: 15 })).booster
}
const rowOf = (row: number): Float32Array => data.x.subarray(row * COLUMNS, (row + 1) * COLUMNS)

describe.each(libraries)('prediction, library %s', (_version, library) => {
  test('a row alone and the same row in a batch are equal bit for bit', async () => {
    using booster = await trained(library)
    const [batch, contributions] = [
      booster.predict(data.x, shape),
      booster.predictContributions(data.x, shape),
    ]
    for (let row = 0; row < 400; row += 1) {
      expect(booster.predict(rowOf(row), { rows: 1, columns: COLUMNS })[0]).toBe(batch[row])
      expect(booster.predictContributions(rowOf(row), { rows: 1, columns: COLUMNS })).toEqual(
        contributions.slice(row * (COLUMNS + 1), (row + 1) * (COLUMNS + 1)),
      )
    }
  })

  test('contributions sum to the margin, and the margin gives the probability', async () => {
    using booster = await trained(library)
    const margins = booster.predict(data.x, { ...shape, outputMargin: true })
    const probabilities = booster.predict(data.x, shape)
    const contributions = booster.predictContributions(data.x, shape)
    expect(contributions).toHaveLength(400 * (COLUMNS + 1))
    for (const [row, margin] of margins.entries()) {
      const parts = contributions.subarray(row * (COLUMNS + 1), (row + 1) * (COLUMNS + 1))
      expect(Math.abs(parts.reduce((sum, part) => sum + part, 0) - margin)).toBeLessThan(1e-4)
      expect(Math.abs(1 / (1 + Math.exp(-margin)) - (probabilities[row] ?? 0))).toBeLessThan(1e-6)
    }
  })

  test('a number can stand for missing', async () => {
    using booster = await trained(library)
    const marked = data.x.map((value) => (Number.isNaN(value) ? -9 : value))
    expect(booster.predict(marked, { ...shape, missing: -9 })).toEqual(booster.predict(data.x, shape))
    expect(booster.predict(marked, shape)).not.toEqual(booster.predict(data.x, shape))
    expect(booster.predictContributions(marked, { ...shape, missing: -9 })).toEqual(
      booster.predictContributions(data.x, shape),
    )
  })

  test('results are copies: a later call does not change them', async () => {
    using booster = await trained(library)
    const first = booster.predict(data.x, shape)
    const copy = first.slice()
    booster.predict(
      data.x.map((value) => 1 - value),
      shape,
    )
    expect(first).toEqual(copy)
  })

  test('several classes give one value per class and row', async () => {
    const label = Float32Array.from({ length: 400 }, (_, row) => row % 3)
    using matrix = DMatrix.fromDense(data.x, { ...shape, label, nthread: 1, library })
    const multi: BoosterParameters = { ...params, objective: 'multi:softprob', numClass: 3 }
    using booster = (await train({ params: multi, data: matrix, rounds: 3 })).booster
    const probabilities = booster.predict(data.x, shape)
    expect(probabilities).toHaveLength(1200)
    for (let row = 0; row < 400; row += 1)
      expect(probabilities.subarray(row * 3, row * 3 + 3).reduce((sum, value) => sum + value, 0)).toBeCloseTo(
        1,
        5,
      )
    expect(booster.predictContributions(rowOf(0), { rows: 1, columns: COLUMNS })).toHaveLength(
      3 * (COLUMNS + 1),
    )
  })

  test('a model goes to a file and back with names, attributes and bits', async () => {
    using booster = await trained(library)
    booster.setAttribute('purpose', 'claims')
    const directory = await mkdtemp(join(tmpdir(), 'xgboost-'))
    for (const name of ['model.ubj', 'model.json']) {
      await booster.save(join(directory, name))
      using loaded = await Booster.load(join(directory, name), { library, params: { nthread: 1 } })
      expect(loaded.predict(data.x, shape)).toEqual(booster.predict(data.x, shape))
      expect([loaded.numFeatures, loaded.boostedRounds, loaded.featureNames]).toEqual([COLUMNS, 15, NAMES])
      expect(loaded.attributes()).toEqual({ purpose: 'claims' })
      loaded.setAttribute('purpose', undefined)
      expect(loaded.getAttribute('purpose')).toBeUndefined()
    }
    await expect(booster.save(join(directory, 'model.bin'))).rejects.toMatchObject({
      code: 'invalid_parameter',
    })
    expect((await readdir(directory)).sort()).toEqual(['model.json', 'model.ubj'])
    await rm(directory, { recursive: true })
  })

  test('a slice holds the rounds it was asked for', async () => {
    using booster = await trained(library)
    using first = booster.slice(0, 5)
    expect(first.boostedRounds).toBe(5)
    expect(() => booster.slice(5, 16)).toThrow(expect.objectContaining({ code: 'invalid_parameter' }))
  })
})
