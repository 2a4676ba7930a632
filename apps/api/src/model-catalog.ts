import { classifierDefinitions, type ModelCatalog } from '@claims/models'

/** Where native libraries are. */
export interface CatalogSettings {
  /** Path of libxgboost; found by itself where absent. */
  readonly xgboostLibrary?: string | undefined
}

/** Address of this module: the scoring thread makes its own catalog with it. */
export const catalogModule: string = import.meta.url

/** The kinds of model that the api serves. */
export function modelCatalog({ xgboostLibrary }: CatalogSettings): ModelCatalog {
  return classifierDefinitions({ xgboostLibrary })
}
