import { XGBoostError } from './errors.ts'
import type { XGBoostErrorCode } from './errors.ts'
import {
  requireBounds,
  requireFeatureNames,
  requireFeatureTypes,
  requireFeatureWeights,
  requireGroup,
  requireLabel,
  requireMargin,
  requireQueryIds,
  requireWeight,
} from './matrix-fields.ts'
import type { LabelRange } from './matrix-fields.ts'
import { arrayInterface } from './native/array-interface.ts'
import type { NumericArray } from './native/array-interface.ts'
import type { NativeField, NativeInfo } from './native/matrix-batch.ts'

/** What the rows of a matrix carry beside their values. The library copies every array. */
export interface RowInfoOptions {
  /** The label, length rows, finite; or row-major, length rows x outputs, for an objective with several outputs. */
  readonly label?: NumericArray
  /** The weights, each at least 0: one for each row or, in ranking, for each group. */
  readonly weight?: NumericArray
  /** The margin that boosting begins from: length rows, or row-major rows x outputs. */
  readonly baseMargin?: NumericArray
  /** The number of rows in each query group, in order; they add up to the rows. */
  readonly group?: NumericArray
  /** The query of each row, length rows, never falling; instead of `group`. */
  readonly qid?: NumericArray
  /** The least label of each row for `survival:aft`, length rows. */
  readonly labelLowerBound?: NumericArray
  /** The greatest label of each row for `survival:aft`, length rows; Infinity for a censored one. */
  readonly labelUpperBound?: NumericArray
}

/** What the columns of a matrix carry. */
export interface ColumnInfoOptions {
  /** One distinct name for each column. */
  readonly featureNames?: readonly string[]
  /** One type for each column: `q` or `float`, `int`, `i` (a 0/1 indicator) or `c` (codes of categories). */
  readonly featureTypes?: readonly FeatureType[]
  /** How likely each column is drawn by `colsampleBytree` and its like, length columns, each above 0. */
  readonly featureWeights?: NumericArray
}

/** The type of a feature. */
export type FeatureType = 'q' | 'float' | 'int' | 'i' | 'c'

/** What a matrix carries beside its values. */
export type MatrixInfoOptions = RowInfoOptions & ColumnInfoOptions

/** Checked fields, laid out for the library; `arrays` must stay reachable while it reads them. */
export interface MatrixInfo extends NativeInfo {
  readonly rows: number
  readonly columns: number
  readonly labelRange: LabelRange | undefined
  readonly arrays: readonly NumericArray[]
}

/**
 * Checks the fields of a matrix and lays them out.
 *
 * @param options the fields
 * @param rows the number of rows that they belong to
 * @param columns the number of columns that they belong to
 * @throws XGBoostError `invalid_shape`, `invalid_label`, `invalid_weight`, `invalid_parameter`
 */
export function checkInfo(options: MatrixInfoOptions, rows: number, columns: number): MatrixInfo {
  const { label, weight, baseMargin, group, qid, labelLowerBound, labelUpperBound } = options
  const { featureNames, featureTypes, featureWeights } = options
  const fields: NativeField[] = []
  const arrays: NumericArray[] = []
  const add = (name: string, values: NumericArray, code: XGBoostErrorCode): void => {
    const outputs = name === 'label' || name === 'base_margin' ? values.length / rows : 1
    const shape = outputs > 1 ? [rows, outputs] : [values.length]
    fields.push({ name, data: arrayInterface(values, shape), code })
    arrays.push(values)
  }
  if (group && qid) throw new XGBoostError('invalid_parameter', 'give group or qid, not both')
  const labelRange = label && requireLabel(label, rows)
  if (label) add('label', label, 'invalid_label')
  let groups: number | undefined
  if (group) {
    groups = requireGroup(group, rows)
    add('group', group, 'invalid_data')
  }
  if (qid) {
    groups = requireQueryIds(qid, rows)
    add('qid', qid, 'invalid_data')
  }
  if (weight) {
    requireWeight(weight, groups === weight.length ? groups : rows)
    add('weight', weight, 'invalid_weight')
  }
  if (baseMargin) {
    requireMargin(baseMargin, rows)
    add('base_margin', baseMargin, 'invalid_data')
  }
  requireBounds(labelLowerBound, labelUpperBound, rows)
  if (labelLowerBound) add('label_lower_bound', labelLowerBound, 'invalid_label')
  if (labelUpperBound) add('label_upper_bound', labelUpperBound, 'invalid_label')
  if (featureWeights) {
    requireFeatureWeights(featureWeights, columns)
    add('feature_weights', featureWeights, 'invalid_weight')
  }
  if (featureNames) requireFeatureNames(featureNames, columns)
  if (featureTypes) requireFeatureTypes(featureTypes, columns)
  return {
    fields,
    featureNames: featureNames && Object.freeze([...featureNames]),
    featureTypes: featureTypes && Object.freeze([...featureTypes]),
    rows,
    columns,
    labelRange,
    arrays,
  }
}
