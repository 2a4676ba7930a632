import { readBaseMargins } from './base-margins.ts'
import { checkParsedModel } from './check-model.ts'
import type { XGBoostLibrary } from './library.ts'
import { parseModel } from './model-fields.ts'
import { treesOf } from './trees.ts'
import type { TreeEnsemble } from './trees.ts'

/** The trees of a saved model with the base margins of the library that saved it. Throws as {@link readTrees}. */
export function treesOfLibrary(bytes: Uint8Array, library: XGBoostLibrary): TreeEnsemble {
  const model = parseModel(bytes)
  checkParsedModel(model)
  return treesOf(model, (checked) => readBaseMargins(checked, library))
}
