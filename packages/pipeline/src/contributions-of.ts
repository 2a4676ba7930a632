import type { Matrix } from '@claims/frame'
import type { Contributions, FittedClassifier } from '@claims/models'

/** What each feature adds to the scores of rows. @throws TypeError where the kind of model explains nothing */
export function contributionsOf(model: FittedClassifier, matrix: Matrix): Contributions {
  if (model.contributions === undefined)
    throw new TypeError(`A model of kind "${model.kind}" has no contributions`)
  return model.contributions(matrix)
}
