import { z } from 'zod'

/** Parameters of `logistic_regression`, named as a blueprint names them. */
export interface LogisticParameters {
  /** Inverse of the strength of regularisation, as scikit-learn's `C`. Default 1. */
  readonly c: number
  /** Share of the lasso in the penalty: 0 is ridge, 1 is lasso. Default 0. */
  readonly l1_ratio: number
  /** Default 1000. */
  readonly maximum_iterations: number
  /** Largest last step, in log-odds per standard deviation of a column. Default 1e-8. */
  readonly tolerance: number
  /** `balanced` gives both classes the same total weight. Default `none`. */
  readonly class_weight: 'none' | 'balanced'
}

/** Schema of {@link LogisticParameters}. */
export const logisticParametersSchema: z.ZodType<LogisticParameters> = z.strictObject({
  c: z.number().positive().default(1),
  l1_ratio: z.number().min(0).max(1).default(0),
  maximum_iterations: z.int().min(1).default(1000),
  tolerance: z.number().positive().default(1e-8),
  class_weight: z.enum(['none', 'balanced']).default('none'),
})
