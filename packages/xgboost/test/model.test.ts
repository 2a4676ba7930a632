import { describe, expect, test } from '@jest/globals'
import { Booster, train } from '@claims/xgboost'
import type { BoosterParameters, XGBoostLibrary } from '@claims/xgboost'
import { COLUMNS, generate, libraries, matrixOf, NAMES } from './libraries.ts'
import { referenceOf } from './training-reference.ts'

const data = generate()
const params: BoosterParameters = {
  nthread: 1,
  treeMethod: 'hist',
  maxDepth: 3,
  eta: 0.3,
  baseScore: 0.5,
  seed: 7,
  objective: 'binary:logistic',
}
const shape = { rows: 400, columns: COLUMNS }

const trained = async (library: XGBoostLibrary): Promise<Booster> => {
  using matrix = matrixOf(data, { begin: 0, end: 300, weighted: true, library })
  return (await train({ params, data: matrix, rounds: 4 })).booster
}

describe.each(libraries)('model, library %s', (version, library) => {
  test('a dump is Python’s, as text, JSON and graph', async () => {
    using booster = await trained(library)
    const { text, json, dot } = referenceOf(version).dump
    expect(booster.dump({ withStats: true })).toEqual(text)
    expect(booster.dump({ format: 'json' })).toEqual(json)
    expect(booster.dump({ format: 'dot' })).toEqual(dot)
    using unnamed = Booster.fromBuffer(nameless(booster), { library })
    expect(unnamed.featureNames).toBeUndefined()
    expect(unnamed.dump()[0]).toMatch(/\[f\d</)
    expect(() => booster.dump({ format: 'xml' as 'text' })).toThrow(
      expect.objectContaining({ code: 'invalid_parameter' }),
    )
  })

  test('a configuration goes from one booster to another', async () => {
    using booster = await trained(library)
    const config = booster.saveConfig()
    expect(JSON.parse(config)).toMatchObject({ learner: { objective: { name: 'binary:logistic' } } })
    using other = Booster.fromBuffer(booster.saveBuffer('ubj'), { library })
    other.setParameters({ maxDepth: 9 })
    expect(other.saveConfig()).toContain('"max_depth":"9"')
    other.loadConfig(config)
    expect(other.saveConfig()).toContain('"max_depth":"3"')
    expect(other.predict(data.x, shape)).toEqual(booster.predict(data.x, shape))
    for (const wrong of [
      '',
      '{}',
      '[1]',
      '{"learner":',
      '{"learner":{},"version":[1,7,5]}',
      '{"learner":3,"version":0}',
    ])
      expect(() => {
        other.loadConfig(wrong)
      }).toThrow(expect.objectContaining({ name: 'XGBoostError', code: 'invalid_parameter' }))
  })

  test('every second round, and all five scores', async () => {
    using booster = await trained(library)
    using half = booster.slice(0, 4, 2)
    expect(half.boostedRounds).toBe(2)
    expect(half.dump()).toEqual([booster.dump()[0], booster.dump()[2]])
    expect(() => booster.slice(0, 4, 0)).toThrow(expect.objectContaining({ code: 'invalid_parameter' }))
    const scores = booster.featureScores('totalGain')
    expect(Object.keys(scores).every((name) => NAMES.includes(name))).toBe(true)
    const [counts, means] = [booster.featureScores('weight'), booster.featureScores('gain')]
    const [covers, total] = [booster.featureScores('cover'), booster.featureScores('totalCover')]
    for (const [name, count] of Object.entries(counts)) {
      expect((means[name] ?? 0) * count).toBeCloseTo(scores[name] ?? 0, 2)
      expect((covers[name] ?? 0) * count).toBeCloseTo(total[name] ?? 0, 2)
    }
    expect(() => booster.featureScores('gains' as 'gain')).toThrow(
      expect.objectContaining({ code: 'invalid_parameter', message: expect.stringMatching(/totalCover/) }),
    )
    expect(() => booster.linearWeights()).toThrow(expect.objectContaining({ code: 'model_unsupported' }))
    expect(() => booster.getAttribute('')).toThrow(expect.objectContaining({ code: 'invalid_parameter' }))
  })
})

/** The model without the names of its features. */
const nameless = (booster: Booster): Uint8Array => {
  const text = new TextDecoder().decode(booster.saveBuffer('json'))
  return new TextEncoder().encode(text.replace(/"feature_names":\[[^\]]*\]/, '"feature_names":[]'))
}
