import type { XGBoostErrorCode } from './errors.ts'
import { requireFeatureNames, requireLabel, requireWeight } from './matrix-fields.ts'
import type { LabelRange } from './matrix-fields.ts'
import { arrayInterface } from './native/array-interface.ts'
import type { NumericArray } from './native/array-interface.ts'
import type { NativeField, NativeInfo } from './native/matrix-batch.ts'

/** What a matrix carries beside its values. The library copies every array. */
export interface MatrixInfoOptions {
  /** The label, length rows, finite. */
  readonly label?: NumericArray
  /** The row weights, length rows, each at least 0. */
  readonly weight?: NumericArray
  /** One distinct name for each column. */
  readonly featureNames?: readonly string[]
}

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
  const { label, weight, featureNames } = options
  const fields: NativeField[] = []
  const arrays: NumericArray[] = []
  const add = (name: string, values: NumericArray, code: XGBoostErrorCode): void => {
    fields.push({ name, data: arrayInterface(values, [values.length]), code })
    arrays.push(values)
  }
  const labelRange = label && requireLabel(label, rows)
  if (label) add('label', label, 'invalid_label')
  if (weight) {
    requireWeight(weight, rows)
    add('weight', weight, 'invalid_weight')
  }
  if (featureNames) requireFeatureNames(featureNames, columns)
  return {
    fields,
    featureNames: featureNames && Object.freeze([...featureNames]),
    featureTypes: undefined,
    rows,
    columns,
    labelRange,
    arrays,
  }
}
