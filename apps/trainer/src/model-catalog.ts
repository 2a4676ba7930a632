import { classifierDefinitions, type ModelCatalog } from '@claims/models'
import type { Config } from './config.ts'

/** The kinds of model that commands train and score with. */
export function modelCatalog({ xgboostLibrary }: Pick<Config, 'xgboostLibrary'>): ModelCatalog {
  return classifierDefinitions({ xgboostLibrary })
}
