import { z } from 'zod'

/** The content of `model/logistic-regression.json`: log-odds are `base_value + sum(coefficient_j * (x_j - mean_j))`. */
export const logisticRegressionFileSchema = z.strictObject({
  format_version: z.literal(1),
  feature_names: z.array(z.string()).min(1),
  base_value: z.number(),
  coefficients: z.array(z.number()),
  means: z.array(z.number()),
  deviations: z.array(z.number().nonnegative()),
  iterations: z.int().nonnegative(),
  converged: z.boolean(),
})
/** The content of `model/logistic-regression.json`. */
export type LogisticRegressionFile = z.infer<typeof logisticRegressionFileSchema>

/** The content of `model/xgboost.json`, which stands beside `model/xgboost.ubj`, the library's own file. */
export const boostingFileSchema = z.strictObject({
  format_version: z.literal(1),
  feature_names: z.array(z.string()).min(1),
  rounds: z.int().min(1),
})
/** The content of `model/xgboost.json`. */
export type BoostingFile = z.infer<typeof boostingFileSchema>
