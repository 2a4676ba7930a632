import { DMatrix, loadLibrary } from '@claims/xgboost'
import type { XGBoostLibrary } from '@claims/xgboost'

/** The library under test: the one that XGBOOST_LIBRARY names, else the carried one. */
const tested = (): XGBoostLibrary => {
  const path = process.env['XGBOOST_LIBRARY']
  return loadLibrary(path ? { path } : { placedDirectory: import.meta.dirname })
}

/** {@link tested} with its version, for `describe.each`. */
export const libraries: [string, XGBoostLibrary][] = [tested()].map((library) => [library.version, library])

export const ROWS = 400
export const COLUMNS = 5
export const NAMES: readonly string[] = ['amount', 'coverage', 'age', 'tenure', 'claims']

export interface Data {
  readonly x: Float32Array
  readonly label: Float32Array
  readonly weight: Float32Array
}

/** The data of tooling/reference/xgboost-core.py. */
export function generate(): Data {
  const x = new Float32Array(ROWS * COLUMNS)
  let state = 1
  for (let index = 0; index < x.length; index += 1) {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
    x[index] = state / 0x80000000
  }
  const at = (row: number, column: number): number => x[row * COLUMNS + column] ?? Number.NaN
  for (let row = 0; row < ROWS; row += 7) x[row * COLUMNS + 3] = Number.NaN
  const label = Float32Array.from({ length: ROWS }, (_, row) => {
    const value = at(row, 0) + at(row, 1) * at(row, 2) > 0.75 ? 1 : 0
    return row % 11 === 0 ? 1 - value : value
  })
  const weight = Float32Array.from({ length: ROWS }, (_, row) => (row % 3 === 0 ? 2 : 1))
  return { x, label, weight }
}

/** Rows `begin` to `end` of the data as a matrix. */
export function matrixOf(
  { x, label, weight }: Data,
  {
    begin,
    end,
    weighted,
    library,
  }: { begin: number; end: number; weighted: boolean; library: XGBoostLibrary },
): DMatrix {
  return DMatrix.fromDense(x.subarray(begin * COLUMNS, end * COLUMNS), {
    rows: end - begin,
    columns: COLUMNS,
    label: label.subarray(begin, end),
    ...(weighted && { weight: weight.subarray(begin, end) }),
    featureNames: NAMES,
    nthread: 1,
    library,
  })
}
