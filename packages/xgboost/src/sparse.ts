import { XGBoostError } from './errors.ts'
import { requireCount } from './matrix-fields.ts'

/** Compressed sparse rows or columns; what is not stored is missing. */
export interface SparseData {
  /** Where each row (CSR) or column (CSC) begins in `indices` and `values`: one more than there are. */
  readonly indptr: Uint32Array | Int32Array
  /** The column (CSR) or row (CSC) of each value. */
  readonly indices: Uint32Array | Int32Array
  readonly values: Float32Array | Float64Array
}

/**
 * Checks sparse arrays, which the library trusts.
 *
 * @param data the arrays
 * @param indices how many columns (CSR) or rows (CSC) there are
 * @returns how many rows (CSR) or columns (CSC) there are
 * @throws XGBoostError `invalid_shape`
 */
export function requireSparse({ indptr, indices, values }: SparseData, limit: number): number {
  if (![indptr, indices, values].every((array) => ArrayBuffer.isView(array)))
    throw new XGBoostError('invalid_data', 'indptr, indices and values must be typed arrays')
  const length = indptr.length - 1
  requireCount('the number of offsets less one', length)
  if (indices.length !== values.length)
    throw new XGBoostError(
      'invalid_shape',
      `indices and values must be of equal length; got ${indices.length} and ${values.length}`,
    )
  let last = 0
  for (let at = 0; at <= length; at += 1) {
    const offset = indptr[at] ?? -1
    if (offset < last || (at === 0 && offset !== 0))
      throw new XGBoostError('invalid_shape', `indptr[${at}] is ${offset}; offsets begin at 0 and never fall`)
    last = offset
  }
  if (last !== values.length)
    throw new XGBoostError('invalid_shape', `indptr ends at ${last}; there are ${values.length} values`)
  for (let at = 0; at < indices.length; at += 1) {
    const index = indices[at] ?? -1
    if (index < 0 || index >= limit)
      throw new XGBoostError('invalid_shape', `indices[${at}] must be 0 to ${limit - 1}; got ${index}`)
  }
  return length
}
