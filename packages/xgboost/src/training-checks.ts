import type { DataMatrix } from './data-matrix.ts'
import { XGBoostError } from './errors.ts'
import type { BoosterParameters } from './booster-parameters.ts'

/** Requires a number of rounds that the library can count. */
export const requireRounds = (name: string, value: number): void => {
  if (!Number.isSafeInteger(value) || value < 1 || value >= 2 ** 31)
    throw new XGBoostError('invalid_parameter', `${name} must be a whole number of at least 1; got ${value}`)
}

/** Requires the seed to be given once. */
export const requireOneSeed = (seed: number | undefined, ofParams: number | undefined): void => {
  if (seed !== undefined && ofParams !== undefined && ofParams !== seed)
    throw new XGBoostError('invalid_parameter', `seed is ${seed} but params.seed is ${ofParams}; give one`)
}

/** Requires labels that the objective allows. */
export const requireLabelFor = (
  objective: string | undefined,
  name: string,
  { labelRange }: DataMatrix,
): void => {
  if (objective?.startsWith('survival:aft')) return
  if (!labelRange) throw new XGBoostError('invalid_label', `${name} has no label`)
  const { least, greatest } = labelRange
  if (/^(binary:logi|reg:logistic)/.test(objective ?? '') && (least < 0 || greatest > 1))
    throw new XGBoostError(
      'invalid_label',
      `labels of ${name} must be in [0, 1] for ${objective}; they reach from ${least} to ${greatest}`,
    )
}

/** Requires a set to have the columns of the training data, by number and by name. */
export const requireSameFeatures = (name: string, matrix: DataMatrix, data: DataMatrix): void => {
  if (matrix.columns !== data.columns)
    throw new XGBoostError(
      'feature_mismatch',
      `${name} has ${matrix.columns} columns; the training data has ${data.columns}`,
    )
  const [own, others] = [matrix.featureNames, data.featureNames]
  if (own && others && own.some((feature, index) => feature !== others[index]))
    throw new XGBoostError('feature_mismatch', `${name} has other feature names than the training data`)
}

/**
 * Requires constraints of columns that there are: the library does not look in every version. What is no list at all
 * is refused with the other parameters.
 */
export const requireConstraints = (
  { monotoneConstraints, interactionConstraints }: BoosterParameters,
  { columns }: DataMatrix,
): void => {
  if (Array.isArray(monotoneConstraints) && monotoneConstraints.length > columns)
    throw new XGBoostError(
      'invalid_parameter',
      `monotoneConstraints holds ${monotoneConstraints.length} constraints for ${columns} columns`,
    )
  const groups: readonly unknown[] = Array.isArray(interactionConstraints) ? interactionConstraints : []
  const outside = groups.flat().find((column) => typeof column === 'number' && column >= columns)
  if (outside !== undefined)
    throw new XGBoostError(
      'invalid_parameter',
      `interactionConstraints names column ${JSON.stringify(outside)}; the columns are 0 to ${columns - 1}`,
    )
}
