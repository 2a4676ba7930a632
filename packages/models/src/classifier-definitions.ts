import { gradientBoosting } from './boosting/gradient-boosting.ts'
import type { GradientBoostingOptions } from './boosting/gradient-boosting.ts'
import type { ClassifierDefinition } from './classifier.ts'
import { logisticRegression } from './logistic/logistic-regression.ts'

/** How the kinds of model find what they need. */
export interface ClassifierDefinitionsOptions {
  /** File of libxgboost; absent looks where `@claims/xgboost` looks. */
  readonly xgboostLibrary?: string
  /** See {@link GradientBoostingOptions.predictionThreads}. */
  readonly predictionThreads?: number
}

/**
 * Every kind of model, the table that blueprints' candidates are looked up in.
 *
 * @param options what the kinds need
 *
 * @example
 * const definition = classifierDefinitions().find(({ kind }) => kind === candidate.kind)
 */
export function classifierDefinitions(
  options: ClassifierDefinitionsOptions = {},
): readonly ClassifierDefinition[] {
  const { xgboostLibrary, predictionThreads } = options
  const boosting: GradientBoostingOptions = {
    ...(xgboostLibrary !== undefined && { libraryPath: xgboostLibrary }),
    ...(predictionThreads !== undefined && { predictionThreads }),
  }
  return [logisticRegression, gradientBoosting(boosting)]
}
