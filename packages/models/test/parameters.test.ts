import { describe, expect, test } from '@jest/globals'
import { boostingParametersSchema } from '../src/boosting/boosting-parameters.ts'
import { logisticParametersSchema } from '../src/logistic/logistic-parameters.ts'

const kinds = {
  xgboost: {
    schema: boostingParametersSchema,
    defaults: {
      ...{ rounds: 300, max_depth: 4, eta: 0.1, subsample: 1, colsample_bytree: 1, min_child_weight: 1 },
      ...{ reg_lambda: 1, reg_alpha: 0, gamma: 0, scale_pos_weight: 1, max_bin: 256, tree_method: 'hist' },
      ...{ early_stopping_rounds: 30, eval_metric: 'logloss', monotone_constraints: {} },
    },
    allowed: {
      ...{ rounds: [1, 100_000], max_depth: [1, 30], eta: [1e-9, 1], subsample: [1e-9, 1] },
      ...{ colsample_bytree: [1e-9, 1], min_child_weight: [0, 1e6], reg_lambda: [0], reg_alpha: [0] },
      ...{ gamma: [0, 0.5], scale_pos_weight: [1e-9, 500, 'balanced'], max_bin: [2] },
      ...{ tree_method: ['hist', 'approx', 'exact'], early_stopping_rounds: [1, null] },
      ...{ eval_metric: ['logloss', 'auc'], monotone_constraints: [{}, { a: -1, b: 0, c: 1 }] },
    },
    refused: {
      ...{ rounds: [0, 100_001, 1.5], max_depth: [0, 31], eta: [0, 1.001], subsample: [0, 1.001] },
      ...{ colsample_bytree: [0, 1.001], min_child_weight: [-1e-9], reg_lambda: [-1e-9], reg_alpha: [-1e-9] },
      ...{ gamma: [-1e-9], scale_pos_weight: [0, 'auto'], max_bin: [1, 2.5], tree_method: ['gpu_hist'] },
      ...{ early_stopping_rounds: [0, 1.5], eval_metric: ['error'] },
      ...{ monotone_constraints: [{ a: -2 }, { a: 2 }, { a: 0.5 }, [1]] },
    },
  },
  logistic_regression: {
    schema: logisticParametersSchema,
    defaults: { c: 1, l1_ratio: 0, maximum_iterations: 1000, tolerance: 1e-8, class_weight: 'none' },
    allowed: {
      ...{ c: [1e-9, 1e9], l1_ratio: [0, 1], maximum_iterations: [1], tolerance: [1e-12] },
      class_weight: ['none', 'balanced'],
    },
    refused: {
      ...{ c: [0, -1], l1_ratio: [-1e-9, 1.001], maximum_iterations: [0, 1.5], tolerance: [0] },
      class_weight: ['equal'],
    },
  },
}

describe.each(Object.entries(kinds))('parameters of %s', (_, { schema, defaults, allowed, refused }) => {
  const names = Object.keys(defaults).sort()

  test('have the defaults that the documentation names', () => {
    expect(schema.parse({})).toEqual(defaults)
  })

  test('are allowed up to their ends', () => {
    expect(Object.keys(allowed).sort()).toEqual(names)
    for (const [name, values] of Object.entries(allowed))
      for (const value of values)
        expect(schema.parse({ [name]: value })).toEqual({ ...defaults, [name]: value })
  })

  test('are refused beyond', () => {
    expect(Object.keys(refused).sort()).toEqual(names)
    const kept = Object.entries(refused).flatMap(([name, values]) =>
      values.filter((value: unknown) => schema.safeParse({ [name]: value }).success).map((v) => [name, v]),
    )
    expect(kept).toEqual([])
  })
})
