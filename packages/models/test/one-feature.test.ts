import { describe, expect, test } from '@jest/globals'
import { createRandom, type Matrix } from '@claims/frame'
import { gradientBoosting, logisticRegression, type ClassifierDefinition } from '@claims/models'

const rows = 400
const random = createRandom(3)
const values = Float32Array.from({ length: rows }, () => random.normal())
const y = Uint8Array.from(values, (value) => (random.next() < 1 / (1 + Math.exp(-2 * value)) ? 1 : 0))
const definitions: [string, ClassifierDefinition, object][] = [
  ['logistic regression', logisticRegression, {}],
  ['gradient boosting', gradientBoosting(), { rounds: 30, max_depth: 2 }],
]

describe.each(definitions)('%s of one feature', (_, definition, parameters) => {
  const matrix = (columns: number): Matrix => ({
    values: columns === 0 ? new Float32Array(0) : values,
    rows,
    columns,
    names: columns === 0 ? [] : ['amount'],
  })
  const fit = (x: Matrix) => definition.create(parameters).fit(x, y, { seed: 1, threads: 1 })

  test('is fitted, and follows the feature', async () => {
    const model = await fit(matrix(1))
    const ends: Matrix = { values: Float32Array.of(-2, 0, 2), rows: 3, columns: 1, names: ['amount'] }
    const [low, middle, high] = model.predictProba(ends)
    expect(low).toBeLessThan(0.2)
    expect(middle).toBeGreaterThan(low!)
    expect(high).toBeGreaterThan(Math.max(middle!, 0.8))
    expect(model.featureNames).toEqual(['amount'])
    model.dispose()
  })

  test('none is no model', async () => {
    await expect(fit(matrix(0))).rejects.toMatchObject({ code: 'no_features' })
  })
})
