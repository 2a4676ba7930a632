import { takeMatrixRows, type Matrix } from '@claims/frame'
import {
  classifierDefinitions,
  gradientBoosting,
  type FitOptions,
  type FittedClassifier,
} from '@claims/models'
import { describeClassifier, logisticProblem } from '@claims/models/testing'
import { describe, expect, test } from '@jest/globals'

import { savedModel } from './saved-model.ts'

describeClassifier('gradient boosting', () => gradientBoosting(), { parameters: { rounds: 80 } })
describeClassifier('gradient boosting, sampled', () => gradientBoosting(), {
  parameters: { rounds: 60, subsample: 0.8, colsample_bytree: 0.8 },
  unsupported: { 'integer weights equal repeated rows': 'row sampling draws other rows when rows repeat' },
  // The last rounds' samples of 0.8 of 2,000 rows pull the base rate by 0.0013 (one standard deviation).
  shareTolerance: 0.006,
})

const learn = logisticProblem({ rows: 1500, columns: 5, seed: 21 })
const held = logisticProblem({ rows: 1500, columns: 5, seed: 22 })

async function fit(parameters: object, options: Partial<FitOptions> = {}): Promise<FittedClassifier> {
  return gradientBoosting()
    .create({ max_depth: 3, ...parameters })
    .fit(learn.x, learn.y, { seed: 1, threads: 1, ...options })
}

const logLoss = (probabilities: Float64Array, y: Uint8Array): number =>
  probabilities.reduce((sum, p, i) => sum - Math.log(y[i] === 1 ? p : 1 - p), 0) / y.length

describe('early stopping', () => {
  const parameters = { rounds: 400, eta: 0.3, early_stopping_rounds: 5 }

  test('keeps the rounds up to the best one on the validation rows', async () => {
    const model = await fit(parameters, { validation: held })
    expect(model.rounds).toBeGreaterThan(3)
    expect(model.rounds).toBeLessThan(100)
    const best = logLoss(model.predictProba(held.x), held.y)
    for (const rounds of [model.rounds - 3, model.rounds + 3]) {
      const other = await fit({ ...parameters, rounds, early_stopping_rounds: null })
      expect(logLoss(other.predictProba(held.x), held.y)).toBeGreaterThan(best)
      other.dispose()
    }
    model.dispose()
  })

  test('is the model that as many rounds without it make', async () => {
    const stopped = await fit(parameters, { validation: held })
    const fixed = await fit(parameters, { rounds: stopped.rounds })
    expect(fixed.rounds).toBe(stopped.rounds)
    expect(fixed.predictProba(held.x)).toEqual(stopped.predictProba(held.x))
    stopped.dispose()
    fixed.dispose()
  })

  test('is off without validation rows, when null, and when rounds are given', async () => {
    const few = { rounds: 40, eta: 0.5, early_stopping_rounds: 2 }
    const runs: [object, Partial<FitOptions>, number][] = [
      [few, {}, 40],
      [{ ...few, early_stopping_rounds: null }, { validation: held }, 40],
      [few, { validation: held, rounds: 33 }, 33],
    ]
    for (const [own, options, rounds] of runs) {
      const model = await fit(own, options)
      expect(model.rounds).toBe(rounds)
      model.dispose()
    }
    expect(gradientBoosting().create({}).usesValidation).toBe(true)
    expect(gradientBoosting().create({ early_stopping_rounds: null }).usesValidation).toBe(false)
  })

  test('can look at auc, which is better when greater', async () => {
    const model = await fit({ ...parameters, eval_metric: 'auc' }, { validation: held })
    expect(model.rounds).toBeGreaterThan(3)
    model.dispose()
  })

  test('refuses validation rows with other columns', async () => {
    const validation = { x: { ...held.x, names: [...held.x.names].reverse() }, y: held.y }
    await expect(fit(parameters, { validation })).rejects.toHaveProperty('code', 'missing_column')
  })
})

test('gives the same bits for any batch size and number of threads', async () => {
  const model = await fit({ rounds: 50, max_depth: 6 })
  const threaded = await gradientBoosting().load({ ...savedModel(await model.save()), threads: 2 })
  const many = logisticProblem({ rows: 5000, columns: 5, seed: 23 }).x
  const batch = threaded.predictProba(many)
  const parts = threaded.contributions!(many).values
  expect(model.predictProba(many)).toEqual(batch)
  expect(model.contributions!(many).values).toEqual(parts)
  for (const size of [1, 63, 64, 65, 1000]) {
    const rows = Uint32Array.from({ length: size }, (_, i) => 4999 - i)
    const some = takeMatrixRows(many, rows)
    expect(model.predictProba(some)).toEqual(Float64Array.from(rows, (row) => batch[row]!))
    const own = model.contributions!(some).values
    expect(own).toEqual(Float64Array.from(own, (_, at) => parts[rows[Math.floor(at / 6)]! * 6 + (at % 6)]!))
  }
  model.dispose()
  threaded.dispose()
})

test('a sampled model is the same, whatever is fitted before it and beside it', async () => {
  const parameters = { rounds: 15, subsample: 0.6, colsample_bytree: 0.6 }
  const probabilities = async (seed: number, own: object = parameters): Promise<Float64Array> => {
    const model = await fit(own, { seed, validation: held })
    const answer = model.predictProba(held.x)
    model.dispose()
    return answer
  }
  const alone = [await probabilities(1), await probabilities(2)]
  await probabilities(5, { ...parameters, rounds: 7, tree_method: 'exact' })
  const beside = await Promise.all([1, 2, 1, 2].map((seed) => probabilities(seed)))
  expect(beside).toEqual([...alone, ...alone])
})

test('another seed gives another model where rows are sampled', async () => {
  const parameters = { rounds: 10, subsample: 0.5 }
  const [one, two] = [await fit(parameters, { seed: 1 }), await fit(parameters, { seed: 2 })]
  expect(one.predictProba(held.x)).not.toEqual(two.predictProba(held.x))
  one.dispose()
  two.dispose()
})

test('a monotone constraint holds along its feature', async () => {
  const noisy = learn.y.map((label, i) => (i % 3 === 0 ? 1 - label : label))
  const [first, second] = learn.x.names
  const model = await gradientBoosting()
    .create({ rounds: 60, max_depth: 5, monotone_constraints: { [first!]: 1, [second!]: -1 } })
    .fit(learn.x, noisy, { seed: 1, threads: 1 })
  for (const [column, sign] of [
    [0, 1],
    [1, -1],
  ] as const) {
    const steps = 200
    const x: Matrix = {
      ...held.x,
      rows: steps,
      values: Float32Array.from({ length: steps * 5 }, (_, at) =>
        at % 5 === column ? -3 + (6 * Math.floor(at / 5)) / steps : held.x.values[at % 5]!,
      ),
    }
    const probabilities = model.predictProba(x)
    probabilities.forEach((p, i) => {
      expect(sign * (p - (probabilities[i - 1] ?? p))).toBeGreaterThanOrEqual(0)
    })
  }
  model.dispose()
  await expect(fit({ monotone_constraints: { absent: 1 } })).rejects.toHaveProperty('code', 'unknown_column')
  const odd = Object.fromEntries([['__proto__', 1]])
  await expect(fit({ monotone_constraints: odd })).rejects.toHaveProperty('code', 'unknown_column')
})

test('scale_pos_weight "balanced" centres the probabilities at one half', async () => {
  const rare = logisticProblem({ rows: 4000, columns: 5, seed: 30, offset: -3 })
  const mean = async (scale_pos_weight: number | string): Promise<number> => {
    const model = await gradientBoosting()
      .create({ rounds: 1, eta: 0.01, scale_pos_weight })
      .fit(rare.x, rare.y, { seed: 1, threads: 1 })
    const probabilities = model.predictProba(rare.x)
    model.dispose()
    return probabilities.reduce((sum, p) => sum + p, 0) / probabilities.length
  }
  const share = rare.y.reduce((sum, label) => sum + label, 0) / 4000
  expect(await mean(1)).toBeCloseTo(share, 2)
  expect(await mean('balanced')).toBeCloseTo(0.5, 2)
})

test('a library that does not exist is unavailable; a damaged model is damaged', async () => {
  const [, broken] = classifierDefinitions({ xgboostLibrary: '/no/such/libxgboost.so' })
  const run = broken!.create({}).fit(learn.x, learn.y, { seed: 1, threads: 1 })
  await expect(run).rejects.toHaveProperty('code', 'library_unavailable')
  await expect(broken!.libraries()).rejects.toHaveProperty('code', 'library_unavailable')
  const model = await fit({ rounds: 3 })
  const files = new Map(await model.save())
  model.dispose()
  const names = { format_version: 1, feature_names: learn.x.names, rounds: 4 }
  files.set('xgboost.json', new TextEncoder().encode(JSON.stringify(names)))
  await expect(gradientBoosting().load(savedModel(files))).rejects.toHaveProperty('code', 'damaged_bundle')
})

test('names for other tools have no brackets, and each is another', async () => {
  const names = ['a[1]', 'a<1]', 'plain', 'a_1__2', 'b']
  const model = await gradientBoosting()
    .create({ rounds: 2 })
    .fit({ ...learn.x, names }, learn.y, { seed: 1, threads: 1 })
  expect(model.portable?.()).toMatchObject({ flavour: 'xgboost', file: 'xgboost.ubj', format: 'ubj' })
  expect(model.portable?.().inputs).toEqual(['a_1_', 'a_1__2', 'plain', 'a_1__2_2', 'b'])
  model.dispose()
})

test('the simplest kind is first', () => {
  const order = classifierDefinitions().map(({ complexity }) => complexity)
  expect(order).toEqual(order.toSorted((a, b) => a - b))
  expect(new Set(order).size).toBe(order.length)
})

test('every kind occurs once in the table', () => {
  expect(classifierDefinitions().map(({ kind }) => kind)).toEqual(['logistic_regression', 'xgboost'])
})
