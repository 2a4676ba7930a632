import { XGBoostError } from './errors.ts'
import type { XGBoostLibrary } from './library.ts'
import { arrayInterface, assertAttached } from './native/array-interface.ts'
import type { Pointer } from './native/native-api.ts'
import { rowMajor } from './prediction-data.ts'
import type { PredictionRows } from './prediction-data.ts'
import type { PredictValueOptions } from './prediction-options.ts'

/** What a temporary matrix is built for. */
export interface MatrixContext {
  readonly library: XGBoostLibrary
  readonly features: number
  readonly options: PredictValueOptions
}

/** Up to this many rows, building a matrix on several threads costs more than it saves. */
const SINGLE_THREAD_ROWS = 4096

/** Runs a prediction on the rows' matrix: their own, or one that is built for this call and freed after it. */
export function withMatrix<T>(context: MatrixContext, rows: PredictionRows, run: (matrix: Pointer) => T): T {
  if (rows.layout === 'matrix') {
    if (rows.matrix.library.path !== context.library.path)
      throw new XGBoostError(
        'invalid_parameter',
        `the matrix belongs to ${rows.matrix.library.path}, the booster to ${context.library.path}`,
      )
    return run(rows.matrix.handle.pointer)
  }
  const { library, options } = context
  const { native } = library
  const matrix = build(context, rows)
  try {
    if (options.baseMargin) {
      const { baseMargin } = options
      const data = arrayInterface(baseMargin, [rows.rows, baseMargin.length / rows.rows])
      library.check(native.matrixSetInfo(matrix, 'base_margin', data), 'invalid_data')
    }
    return run(matrix)
  } finally {
    native.matrixFree(matrix)
  }
}

const build = (
  { library, features, options: { missing = Number.NaN } }: MatrixContext,
  rows: Exclude<PredictionRows, { layout: 'matrix' }>,
): Pointer => {
  const { native } = library
  const config = `{"missing":${missing},"nthread":${rows.rows <= SINGLE_THREAD_ROWS ? 1 : 0}}`
  const out = new BigUint64Array(1)
  const create = (arrays: readonly ArrayBufferView[], call: () => number): Pointer => {
    const bytes = arrays.reduce((total, array) => total + array.byteLength, 0)
    library.check(call(), 'invalid_data')
    assertAttached(arrays, bytes)
    return out[0] ?? 0n
  }
  if (rows.layout === 'sparse') {
    const { indptr, indices, values } = rows.sparse
    const arrays = [indptr, indices, values] as const
    const [offsets, columns, data] = arrays.map((array) => arrayInterface(array, [array.length]))
    return create(arrays, () =>
      native.matrixFromCsr(offsets ?? '', columns ?? '', data ?? '', features, config, out),
    )
  }
  const { matrixFromColumnar } = native
  if (rows.layout === 'columns' && matrixFromColumnar) {
    const { columns } = rows
    const data = `[${columns.map((column) => arrayInterface(column, [rows.rows])).join(',')}]`
    return create(columns, () => matrixFromColumnar(data, config, out))
  }
  const values = rows.layout === 'dense' ? rows.values : rowMajor(rows.columns, rows.rows)
  return create([values], () =>
    native.matrixFromDense(arrayInterface(values, [rows.rows, features]), config, out),
  )
}
