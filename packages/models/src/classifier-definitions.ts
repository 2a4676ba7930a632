import { gradientBoosting } from './boosting/gradient-boosting.ts'
import type { ClassifierDefinition, ModelCatalog } from './classifier.ts'
import { logisticRegression } from './logistic/logistic-regression.ts'

/** How the kinds of model find what they need. */
export interface ClassifierDefinitionsOptions {
  /** File of libxgboost; absent looks where `@claims/xgboost` looks. */
  readonly xgboostLibrary?: string | undefined
}

/**
 * A catalog of every kind of model here, for training and scoring to look candidates up in.
 *
 * @param options what the kinds need
 *
 * @example
 * const catalog = classifierDefinitions()
 * const classifier = findDefinition(catalog, candidate.kind)?.create(candidate.parameters)
 */
export function classifierDefinitions(options: ClassifierDefinitionsOptions = {}): ModelCatalog {
  return [logisticRegression, gradientBoosting({ libraryPath: options.xgboostLibrary })]
}

/** The kind of that name in a catalog. */
export function findDefinition(catalog: ModelCatalog, kind: string): ClassifierDefinition | undefined {
  return catalog.find((definition) => definition.kind === kind)
}
