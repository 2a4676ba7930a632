import { recordByName } from '@claims/contracts'
import { z } from 'zod'

/** Parameters of `xgboost`, named as XGBoost names them. */
export interface BoostingParameters {
  /** Greatest number of trees. Default 300. */
  readonly rounds: number
  /** Default 4. */
  readonly max_depth: number
  /** Learning rate, above 0, at most 1. Default 0.1. */
  readonly eta: number
  /** Share of rows per tree. Default 1. */
  readonly subsample: number
  /** Share of columns per tree. Default 1. */
  readonly colsample_bytree: number
  /** Default 1. */
  readonly min_child_weight: number
  /** Default 1. */
  readonly reg_lambda: number
  /** Default 0. */
  readonly reg_alpha: number
  /** Default 0. */
  readonly gamma: number
  /** Factor on the weight of positive rows; `balanced` is the weight of the negative over that of the positive rows. Default 1. */
  readonly scale_pos_weight: number | 'balanced'
  /** Default 256. */
  readonly max_bin: number
  /** Default `hist`. */
  readonly tree_method: 'hist' | 'approx' | 'exact'
  /** Rounds without a better validation metric after which fitting stops; null fits all rounds. Default 30. */
  readonly early_stopping_rounds: number | null
  /** What early stopping looks at. Default `logloss`. */
  readonly eval_metric: 'logloss' | 'auc'
  /** By feature: 1 never lowers the probability as the feature grows, -1 never raises it. Default none. */
  readonly monotone_constraints: Readonly<Record<string, -1 | 0 | 1>>
}

const share = z.number().gt(0).max(1)

/** Schema of {@link BoostingParameters}. */
export const boostingParametersSchema: z.ZodType<BoostingParameters> = z.strictObject({
  rounds: z.int().min(1).max(100_000).default(300),
  max_depth: z.int().min(1).max(30).default(4),
  eta: share.default(0.1),
  subsample: share.default(1),
  colsample_bytree: share.default(1),
  min_child_weight: z.number().nonnegative().default(1),
  reg_lambda: z.number().nonnegative().default(1),
  reg_alpha: z.number().nonnegative().default(0),
  gamma: z.number().nonnegative().default(0),
  scale_pos_weight: z.union([z.number().positive(), z.literal('balanced')]).default(1),
  max_bin: z.int().min(2).default(256),
  tree_method: z.enum(['hist', 'approx', 'exact']).default('hist'),
  early_stopping_rounds: z.int().min(1).nullable().default(30),
  eval_metric: z.enum(['logloss', 'auc']).default('logloss'),
  monotone_constraints: recordByName(z.union([z.literal(-1), z.literal(0), z.literal(1)])).default({}),
})
