import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { Booster, train } from '@claims/xgboost'
import type { BoosterParameters } from '@claims/xgboost'
import { COLUMNS, generate, libraries, matrixOf } from './libraries.ts'

interface Case {
  predictions: number[]
  margins: number[]
  contributions: number[]
  history: Record<string, number[]>
}
interface Entry {
  cases: Record<string, Case>
  model: string
  scores: Record<'weight' | 'gain' | 'cover' | 'total_gain', Record<string, number>>
}
const reference = JSON.parse(
  readFileSync(new URL('../../../tooling/reference/values/xgboost-core.json', import.meta.url), 'utf8'),
) as { rounds: number; versions: Record<string, Entry> }

const common: BoosterParameters = {
  nthread: 1,
  treeMethod: 'hist',
  maxDepth: 3,
  eta: 0.3,
  baseScore: 0.5,
  seed: 7,
}
const parameters: Record<string, BoosterParameters> = {
  logistic: { objective: 'binary:logistic', evalMetric: ['auc', 'logloss'] },
  sampled: { objective: 'binary:logistic', evalMetric: 'logloss', subsample: 0.7, colsampleBytree: 0.6 },
  constrained: { objective: 'binary:logistic', evalMetric: 'logloss', monotoneConstraints: [1, 0, 0, 0, -1] },
  squared: { objective: 'reg:squarederror', evalMetric: 'rmse', lambda: 2.5, minChildWeight: 5 },
}
const data = generate()
const rows = 20
const x = data.x.subarray(300 * COLUMNS, (300 + rows) * COLUMNS)
const shape = { rows, columns: COLUMNS }

const largestDifference = (actual: ArrayLike<number>, expected: ArrayLike<number>): number => {
  expect(actual).toHaveLength(expected.length)
  return Math.max(...Array.from(actual, (value, index) => Math.abs(value - (expected[index] ?? Number.NaN))))
}

describe.each(libraries)('against Python, library %s', (version, library) => {
  const own = reference.versions[version]

  test.each(Object.keys(parameters))('%s: trains what Python trains', async (name) => {
    using matrix = matrixOf(data, { begin: 0, end: 300, weighted: true, library })
    using valid = matrixOf(data, { begin: 300, end: 400, weighted: false, library })
    const { booster, history } = await train({
      params: { ...common, ...parameters[name] },
      data: matrix,
      rounds: reference.rounds,
      evals: { valid },
    })
    using trained = booster
    // Another version of the library may round differently: predictions then agree to 1e-5 where nothing is drawn.
    const expected = (own ?? reference.versions['3.2.0'])?.cases[name]
    if (!expected) throw new Error(`no reference for ${name}`)
    if (!own && name === 'sampled') return
    const tolerance = own ? 0 : 1e-5
    expect(largestDifference(trained.predict(x, shape), expected.predictions)).toBeLessThanOrEqual(tolerance)
    expect(
      largestDifference(trained.predict(x, { ...shape, outputMargin: true }), expected.margins),
    ).toBeLessThanOrEqual(tolerance * 10)
    expect(
      largestDifference(trained.predictContributions(x, shape), expected.contributions),
    ).toBeLessThanOrEqual(1e-6)
    for (const [metric, values] of Object.entries(expected.history))
      expect(largestDifference(history['valid']?.[metric] ?? [], values)).toBeLessThanOrEqual(
        own ? 1e-12 : 1e-4,
      )
  })

  test.each(Object.keys(reference.versions))('reads the JSON model that Python %s saved', (writer) => {
    const entry = reference.versions[writer]
    if (!entry) throw new Error('no entry')
    // 1.7.5 would pass over the list form of base_score, which 3.1 introduced, and predict from 0.5.
    const bytes = new TextEncoder().encode(entry.model)
    if (version.startsWith('1.') && writer.startsWith('3.')) {
      expect(() => Booster.fromBuffer(bytes, { library })).toThrow(
        expect.objectContaining({ code: 'library_unsupported' }),
      )
      return
    }
    using booster = Booster.fromBuffer(bytes, { library, params: { nthread: 1 } })
    const expected = entry.cases['logistic']
    if (!expected) throw new Error('no case')
    expect(largestDifference(booster.predict(x, shape), expected.predictions)).toBeLessThanOrEqual(1e-6)
    expect(
      largestDifference(booster.predictContributions(x, shape), expected.contributions),
    ).toBeLessThanOrEqual(1e-5)
    for (const [kind, name] of [
      ['weight', 'weight'],
      ['gain', 'gain'],
      ['cover', 'cover'],
      ['totalGain', 'total_gain'],
    ] as const) {
      const scores = booster.featureScores(kind)
      expect(Object.keys(scores).sort()).toEqual(Object.keys(entry.scores[name]).sort())
      for (const [feature, score] of Object.entries(entry.scores[name]))
        expect(Math.abs((scores[feature] ?? 0) - score) / score).toBeLessThan(1e-6)
    }
  })
})
