import { XGBoostError } from './errors.ts'
import type { NumericArray } from './native/array-interface.ts'
import { requireText } from './require-text.ts'

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
  if (!ArrayBuffer.isView(values))
    throw new XGBoostError('invalid_data', 'values must be a Float32Array or a Float64Array')
  requireCount('rows', rows)
  requireCount('columns', columns)
  if (values.length !== rows * columns)
    throw new XGBoostError(
      'invalid_shape',
      `values must hold rows x columns = ${rows} x ${columns} = ${rows * columns} numbers; got ${values.length}`,
    )
}

/** Requires one finite label for each row, or several. */
export function requireLabel(label: NumericArray, rows: number): LabelRange {
  requireMultiple('label', label, rows)
  let [least, greatest] = [Infinity, -Infinity]
  for (let row = 0; row < label.length; row += 1) {
    const value = label[row] ?? Number.NaN
    if (!Number.isFinite(value))
      throw new XGBoostError('invalid_label', `label[${row}] must be finite; got ${value}`)
    if (value < least) least = value
    if (value > greatest) greatest = value
  }
  return { least, greatest }
}

/** Requires one finite weight of at least zero for each row, or for each group. */
export function requireWeight(weight: NumericArray, length: number): void {
  requireLength('weight', weight, length)
  for (let row = 0; row < length; row += 1) {
    const value = weight[row] ?? Number.NaN
    if (!(value >= 0 && value < Infinity))
      throw new XGBoostError('invalid_weight', `weight[${row}] must be finite and at least 0; got ${value}`)
  }
}

/** Requires one finite margin for each row, or several. */
export function requireMargin(margin: NumericArray, rows: number): void {
  requireMultiple('baseMargin', margin, rows)
  for (let row = 0; row < margin.length; row += 1)
    if (!Number.isFinite(margin[row]))
      throw new XGBoostError('invalid_data', `baseMargin[${row}] must be finite; got ${margin[row]}`)
}

/** Requires whole group sizes that add up to the rows; answers how many groups there are. */
export function requireGroup(group: NumericArray, rows: number): number {
  let sum = 0
  for (let at = 0; at < group.length; at += 1) {
    const size = group[at] ?? Number.NaN
    if (!(Number.isInteger(size) && size >= 0))
      throw new XGBoostError('invalid_data', `group[${at}] must be a whole number of at least 0; got ${size}`)
    sum += size
  }
  if (sum !== rows)
    throw new XGBoostError('invalid_shape', `the sizes in group must add up to ${rows} rows; got ${sum}`)
  return group.length
}

/** Requires a whole query id for each row, never falling; answers how many queries there are. */
export function requireQueryIds(qid: NumericArray, rows: number): number {
  requireLength('qid', qid, rows)
  let [last, queries] = [-1, 0]
  for (let row = 0; row < rows; row += 1) {
    const id = qid[row] ?? Number.NaN
    if (!(Number.isInteger(id) && id >= last && id >= 0 && id < 2 ** 32))
      throw new XGBoostError(
        'invalid_data',
        `qid[${row}] must be a whole number from 0 that never falls; got ${id} after ${last}`,
      )
    if (id > last) queries += 1
    last = id
  }
  return queries
}

/** Requires label bounds that are numbers, the lower finite and not above the upper. */
export function requireBounds(
  lower: NumericArray | undefined,
  upper: NumericArray | undefined,
  rows: number,
): void {
  if (!lower && !upper) return
  if (lower) requireLength('labelLowerBound', lower, rows)
  if (upper) requireLength('labelUpperBound', upper, rows)
  for (let row = 0; row < rows; row += 1) {
    const [least, greatest] = [lower?.[row] ?? 0, upper?.[row] ?? Infinity]
    if (!Number.isFinite(least))
      throw new XGBoostError('invalid_label', `labelLowerBound[${row}] must be finite; got ${least}`)
    if (!(greatest >= least))
      throw new XGBoostError(
        'invalid_label',
        `labelUpperBound[${row}] must be at least ${least}, the lower bound; got ${greatest}`,
      )
  }
}

/** Requires one finite weight above zero for each column. */
export function requireFeatureWeights(weights: NumericArray, columns: number): void {
  if (weights.length !== columns)
    throw new XGBoostError(
      'invalid_shape',
      `featureWeights must hold one number for each of the ${columns} columns; got ${weights.length}`,
    )
  for (let column = 0; column < columns; column += 1) {
    const value = weights[column] ?? Number.NaN
    if (!(value > 0 && value < Infinity))
      throw new XGBoostError(
        'invalid_weight',
        `featureWeights[${column}] must be finite and above 0; got ${value}`,
      )
  }
}

/** Requires one known type for each column. */
export function requireFeatureTypes(types: readonly string[], columns: number): void {
  if (types.length !== columns)
    throw new XGBoostError(
      'invalid_shape',
      `featureTypes must hold one type for each of the ${columns} columns; got ${types.length}`,
    )
  const known = ['q', 'float', 'int', 'i', 'c']
  const unknown = types.find((type) => !known.includes(type))
  if (unknown !== undefined)
    throw new XGBoostError(
      'invalid_parameter',
      `a feature type is one of ${known.join(', ')}; got ${JSON.stringify(unknown)}`,
    )
}

/** Requires one distinct name for each column, without the characters that the library reserves. */
export function requireFeatureNames(names: readonly string[], columns: number): void {
  if (names.length !== columns)
    throw new XGBoostError(
      'invalid_shape',
      `featureNames must hold one name for each of the ${columns} columns; got ${names.length}`,
    )
  const seen = new Set<string>()
  for (const [column, name] of names.entries()) {
    requireText(`the feature name of column ${column}`, name)
    if (name === '' || /[[\]<]/.test(name))
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

const requireMultiple = (name: string, values: NumericArray, rows: number): void => {
  if (values.length === 0 || values.length % rows !== 0)
    throw new XGBoostError(
      'invalid_shape',
      `${name} must hold a number for each of the ${rows} rows, or equally many for each; got ${values.length}`,
    )
}
