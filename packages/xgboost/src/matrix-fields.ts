import { XGBoostError } from './errors.ts'
import type { NumericArray } from './native/array-interface.ts'

/** The least and the greatest label of a matrix. */
export interface LabelRange {
  readonly least: number
  readonly greatest: number
}

/** Requires a whole number of at least one. */
export function requireCount(name: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 1)
    throw new XGBoostError('invalid_shape', `${name} must be a whole number of at least 1; got ${value}`)
}

/** Requires `values` to hold `rows` x `columns` numbers. */
export function requireCells(values: { readonly length: number }, rows: number, columns: number): void {
  requireCount('rows', rows)
  requireCount('columns', columns)
  if (values.length !== rows * columns)
    throw new XGBoostError(
      'invalid_shape',
      `values must hold rows x columns = ${rows} x ${columns} = ${rows * columns} numbers; got ${values.length}`,
    )
}

/** Requires one finite label for each row. */
export function requireLabel(label: NumericArray, rows: number): LabelRange {
  requireLength('label', label, rows)
  let [least, greatest] = [Infinity, -Infinity]
  for (let row = 0; row < rows; row += 1) {
    const value = label[row] ?? Number.NaN
    if (!Number.isFinite(value))
      throw new XGBoostError('invalid_label', `label[${row}] must be finite; got ${value}`)
    if (value < least) least = value
    if (value > greatest) greatest = value
  }
  return { least, greatest }
}

/** Requires one finite weight of at least zero for each row. */
export function requireWeight(weight: NumericArray, rows: number): void {
  requireLength('weight', weight, rows)
  for (let row = 0; row < rows; row += 1) {
    const value = weight[row] ?? Number.NaN
    if (!(value >= 0 && value < Infinity))
      throw new XGBoostError('invalid_weight', `weight[${row}] must be finite and at least 0; got ${value}`)
  }
}

/** Requires one distinct name for each column, without the characters that the library reserves. */
export function requireFeatureNames(names: readonly string[], columns: number): void {
  if (names.length !== columns)
    throw new XGBoostError(
      'invalid_shape',
      `featureNames must hold one name for each of the ${columns} columns; got ${names.length}`,
    )
  const seen = new Set<string>()
  for (const name of names) {
    if (name === '' || /[[\]<\0]/.test(name))
      throw new XGBoostError(
        'invalid_parameter',
        `feature name ${JSON.stringify(name)} must not be empty and must not hold [, ] or <`,
      )
    if (seen.has(name))
      throw new XGBoostError('invalid_parameter', `feature name ${JSON.stringify(name)} stands twice`)
    seen.add(name)
  }
}

const requireLength = (name: string, values: NumericArray, rows: number): void => {
  if (values.length !== rows)
    throw new XGBoostError(
      'invalid_shape',
      `${name} must hold one number for each of the ${rows} rows; got ${values.length}`,
    )
}
