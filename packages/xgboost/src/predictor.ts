import { XGBoostError } from './errors.ts'
import type { XGBoostLibrary } from './library.ts'
import { requireCells } from './matrix-fields.ts'
import { arrayInterface, assertAttached } from './native/array-interface.ts'
import type { Pointer } from './native/native-api.ts'
import { NativeHandle } from './native/native-handle.ts'
import { addressOf, cString, readFloat, readFloats, readUint64s } from './native/native-memory.ts'

/** The shape of the rows to predict and what to answer. */
export interface PredictOptions {
  readonly rows: number
  /** Must be the model's number of features. */
  readonly columns: number
  /** The value that means missing, beside NaN. Default NaN. */
  readonly missing?: number
}

/** {@link PredictOptions} of a value prediction. */
export interface PredictValueOptions extends PredictOptions {
  /** Answer the margin (log-odds for logistic objectives) and not the transformed value. Default false. */
  readonly outputMargin?: boolean
}

/** Up to this many rows, building a matrix on several threads costs more than it saves. */
const SINGLE_THREAD_ROWS = 4096

const predictConfig = (type: number, missing: number): Uint8Array =>
  cString(
    `{"type":${type},"training":false,"iteration_begin":0,"iteration_end":0,"strict_shape":false,"cache_id":0,"missing":${missing}}`,
  )

/**
 * The prediction calls of one booster, with all memory they need laid out beforehand: a proxy matrix, the constant
 * configurations, a row with its array interface, and the places for results. Not re-entrant, as JavaScript is not.
 */
export class Predictor {
  readonly #library: XGBoostLibrary
  readonly #features: number
  readonly #proxy: NativeHandle
  readonly #row: Float32Array
  readonly #rowInterface: Uint8Array
  readonly #out: BigUint64Array = new BigUint64Array(new ArrayBuffer(32))
  readonly #shapeAt: Pointer
  readonly #dimensionsAt: Pointer
  readonly #resultAt: Pointer
  readonly #configs: Readonly<Record<'value' | 'margin' | 'contributions', Uint8Array>>
  readonly #outputsPerRow: Record<'value' | 'margin', number> = { value: 0, margin: 0 }

  constructor(library: XGBoostLibrary, features: number) {
    this.#library = library
    this.#features = features
    library.check(library.native.proxyMatrixCreate(this.#out), 'native')
    this.#proxy = new NativeHandle(
      'proxy matrix',
      this.#out[0] ?? 0n,
      (pointer) => void library.native.matrixFree(pointer),
    )
    this.#row = new Float32Array(new ArrayBuffer(features * 4))
    this.#rowInterface = cString(arrayInterface(this.#row, [1, features]))
    this.#shapeAt = addressOf(this.#out)
    this.#dimensionsAt = this.#shapeAt + 8n
    this.#resultAt = this.#shapeAt + 16n
    this.#configs = {
      value: predictConfig(0, Number.NaN),
      margin: predictConfig(1, Number.NaN),
      contributions: predictConfig(2, Number.NaN),
    }
  }

  predict(booster: Pointer, x: Float32Array, options: PredictValueOptions): Float32Array {
    const { rows, missing, outputMargin = false } = options
    this.#requireShape(x, options)
    const kind = outputMargin ? 'margin' : 'value'
    const config = this.#config(kind, missing)
    const data = this.#stage(x, rows)
    const bytes = x.byteLength
    const { native } = this.#library
    const status = native.boosterPredictFromDense(
      booster,
      data,
      config,
      this.#proxy.pointer,
      this.#shapeAt,
      this.#dimensionsAt,
      this.#resultAt,
    )
    this.#library.check(status, 'native')
    assertAttached([x], bytes)
    return this.#result(rows, kind)
  }

  contributions(booster: Pointer, x: Float32Array, options: PredictOptions): Float32Array {
    const { rows, missing = Number.NaN } = options
    this.#requireShape(x, options)
    const data = this.#stage(x, rows)
    const bytes = x.byteLength
    const { native } = this.#library
    const threads = rows <= SINGLE_THREAD_ROWS ? 1 : 0
    this.#library.check(
      native.matrixFromDense(data, `{"missing":${missing},"nthread":${threads}}`, this.#out),
      'invalid_data',
    )
    assertAttached([x], bytes)
    const matrix = this.#out[0] ?? 0n
    try {
      const { contributions } = this.#configs
      const status = native.boosterPredictFromMatrix(
        booster,
        matrix,
        contributions,
        this.#shapeAt,
        this.#dimensionsAt,
        this.#resultAt,
      )
      this.#library.check(status, 'native')
      return readFloats(this.#out[2] ?? 0n, this.#resultLength())
    } finally {
      native.matrixFree(matrix)
    }
  }

  /** Forgets what a change of parameters may have changed. */
  reset(): void {
    this.#outputsPerRow.value = 0
    this.#outputsPerRow.margin = 0
  }

  dispose(): void {
    this.#proxy.dispose()
  }

  #requireShape(x: Float32Array, { rows, columns }: PredictOptions): void {
    if (columns !== this.#features)
      throw new XGBoostError(
        'feature_mismatch',
        `the model has ${this.#features} features; the data has ${columns} columns`,
      )
    requireCells(x, rows, columns)
  }

  #config(kind: 'value' | 'margin', missing: number | undefined): Uint8Array {
    if (missing === undefined || Number.isNaN(missing)) return this.#configs[kind]
    return predictConfig(kind === 'value' ? 0 : 1, missing)
  }

  /** The array interface of the rows: the constant one for a single row, which is copied to its place. */
  #stage(x: Float32Array, rows: number): Uint8Array {
    if (rows !== 1) return cString(arrayInterface(x, [rows, this.#features]))
    this.#row.set(x)
    return this.#rowInterface
  }

  #result(rows: number, kind: 'value' | 'margin'): Float32Array {
    if (this.#outputsPerRow[kind] === 0) this.#outputsPerRow[kind] = this.#resultLength() / rows
    const pointer = this.#out[2] ?? 0n
    const length = rows * this.#outputsPerRow[kind]
    return length === 1 ? Float32Array.of(readFloat(pointer)) : readFloats(pointer, length)
  }

  #resultLength(): number {
    const shape = readUint64s(this.#out[0] ?? 0n, Number(this.#out[1]))
    return shape.reduce((product, size) => product * size, 1)
  }
}
