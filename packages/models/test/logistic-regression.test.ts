import type { Matrix } from '@claims/frame'
import { logisticRegression } from '@claims/models'
import { describeClassifier, logisticProblem } from '@claims/models/testing'
import { describe, expect, test } from '@jest/globals'
import { z } from 'zod'
import { FittedLogisticRegression } from '../src/logistic/fitted-logistic-regression.ts'
import { reference } from './reference.ts'
import { savedModel } from './saved-model.ts'

describeClassifier('logistic regression', () => logisticRegression)
describeClassifier('logistic regression, lasso', () => logisticRegression, {
  parameters: { l1_ratio: 1, c: 0.5 },
})

const values = reference(
  'models-logistic',
  z.object({
    x: z.array(z.array(z.number())),
    y: z.array(z.number()),
    weights: z.array(z.number()),
    cases: z.array(
      z.object({
        name: z.string(),
        parameters: z.record(z.string(), z.unknown()),
        weighted: z.boolean(),
        scale: z.number(),
        shift: z.number(),
        coefficients: z.array(z.number()),
        intercept: z.number(),
      }),
    ),
  }),
)

async function fit(
  parameters: unknown,
  data: { x: Matrix; y: Uint8Array; weights?: Float64Array | undefined },
): Promise<FittedLogisticRegression> {
  const { x, y, weights } = data
  const model = await logisticRegression
    .create(parameters)
    .fit(x, y, { seed: 1, threads: 1, ...(weights && { weights }) })
  if (model instanceof FittedLogisticRegression) return model
  throw new TypeError('not a logistic regression')
}

describe('coefficients equal those of scikit-learn within 1e-6 of a standard deviation', () => {
  for (const { name, parameters, weighted, scale, shift, coefficients, intercept } of values.cases) {
    test(name, async () => {
      const cells = values.x.map((row) => row.with(2, Math.fround(row[2]! * scale) + shift))
      const x: Matrix = {
        values: Float32Array.from(cells.flat()),
        rows: cells.length,
        columns: 5,
        names: ['a', 'b', 'c', 'd', 'e'],
      }
      const weights = weighted ? Float64Array.from(values.weights) : undefined
      const model = await fit(parameters, { x, y: Uint8Array.from(values.y), weights })
      expect(model.converged).toBe(true)
      model.coefficients.forEach((coefficient, j) => {
        const unit = j === 2 ? scale : 1
        expect(Math.abs(coefficient - coefficients[j]!) * unit).toBeLessThan(1e-6)
      })
      expect(Math.abs(model.intercept - intercept)).toBeLessThan(1e-6 * Math.max(1, shift))
      coefficients.forEach((coefficient, j) => {
        if (coefficient === 0) expect(model.coefficients[j]).toBe(0)
      })
    })
  }
})

describe('many rows, where the search begins on a subset', () => {
  const { x, y } = logisticProblem({ rows: 210_000, columns: 6, seed: 4, offset: -3 })
  for (const l1_ratio of [0, 0.5, 1]) {
    test(`the slope of the objective vanishes at the minimum, l1_ratio ${l1_ratio}`, async () => {
      const c = 0.001
      const weights = Float64Array.from({ length: x.rows }, (_, i) => 0.5 + (i % 4))
      const model = await fit({ c, l1_ratio }, { x, y, weights })
      const probabilities = model.predictProba(x)
      const slopes = new Float64Array(7)
      let scale = 0
      probabilities.forEach((probability, i) => {
        const residual = c * weights[i]! * (probability - y[i]!)
        scale += c * weights[i]!
        for (let j = 0; j < 6; j++) slopes[j] = slopes[j]! + residual * x.values[i * 6 + j]!
        slopes[6] = slopes[6]! + residual
      })
      expect(Math.abs(slopes[6]!) / scale).toBeLessThan(1e-9)
      model.coefficients.forEach((coefficient, j) => {
        const smooth = slopes[j]! + (1 - l1_ratio) * coefficient
        const off =
          coefficient === 0
            ? Math.max(0, Math.abs(smooth) - l1_ratio)
            : Math.abs(smooth + l1_ratio * Math.sign(coefficient))
        expect(off / scale).toBeLessThan(1e-9)
      })
      if (l1_ratio === 1) expect(model.coefficients[5]).toBe(0)
    })
  }
})

describe('awkward columns', () => {
  const { x, y } = logisticProblem({ rows: 500, columns: 4, seed: 9 })
  const widened = (extra: (row: number) => number): Matrix => ({
    values: Float32Array.from({ length: 500 * 5 }, (_, at) => {
      const row = Math.floor(at / 5)
      return at % 5 === 4 ? extra(row) : x.values[row * 4 + (at % 5)]!
    }),
    rows: 500,
    columns: 5,
    names: [...x.names, 'extra'],
  })

  test('a constant column gets the coefficient 0 and changes nothing', async () => {
    const plain = await fit({}, { x, y })
    const model = await fit({}, { x: widened(() => 0.1), y })
    expect(model.coefficients[4]).toBe(0)
    expect(model.importance().get('extra')).toBe(0)
    plain.coefficients.forEach((coefficient, j) => expect(model.coefficients[j]).toBeCloseTo(coefficient, 9))
  })

  test('two equal columns share a ridge coefficient', async () => {
    const model = await fit({}, { x: widened((row) => x.values[row * 4]!), y })
    expect(model.coefficients[4]).toBeCloseTo(model.coefficients[0]!, 7)
  })

  test('a lasso over two equal columns converges', async () => {
    const model = await fit({ l1_ratio: 1 }, { x: widened((row) => x.values[row * 4]!), y })
    expect(model.converged).toBe(true)
  })

  test('a column that separates the classes gets a finite coefficient', async () => {
    const model = await fit({ c: 1e4 }, { x: widened((row) => y[row]! * 2 - 1), y })
    expect(model.converged).toBe(true)
    expect(model.coefficients[4]).toBeGreaterThan(5)
    expect(model.coefficients[4]).toBeLessThan(50)
  })

  test('epoch milliseconds beside a unit column', async () => {
    const model = await fit({}, { x: widened((row) => 1.6e12 + row * 8.64e7), y })
    const plain = await fit({}, { x, y })
    expect(model.converged).toBe(true)
    expect(Math.abs(model.coefficients[0]! - plain.coefficients[0]!)).toBeLessThan(0.1)
  })
})

test('stops at maximum_iterations and says that it did', async () => {
  const { x, y } = logisticProblem({ rows: 500, columns: 4, seed: 9 })
  const model = await fit({ maximum_iterations: 2 }, { x, y })
  expect([model.rounds, model.converged]).toEqual([2, false])
})

test('names the parameter that is out of range', () => {
  expect(() => logisticRegression.create({ c: 0 })).toThrow(/logistic_regression: c:/)
  expect(() => logisticRegression.create({ l1_ratio: 1.1 })).toThrow(/l1_ratio/)
})

test('refuses a file whose lists differ in length', async () => {
  const { x, y } = logisticProblem({ rows: 200, columns: 4, seed: 9 })
  const [[file, bytes] = ['', new Uint8Array()]] = await (await fit({}, { x, y })).save()
  const content: unknown = JSON.parse(new TextDecoder().decode(bytes))
  const damaged = new TextEncoder().encode(JSON.stringify({ ...Object(content), means: [1] }))
  const source = savedModel(new Map([[file, damaged]]))
  await expect(logisticRegression.load(source)).rejects.toHaveProperty('code', 'damaged_bundle')
})
