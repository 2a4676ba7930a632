import { DataMatrix } from './data-matrix.ts'
import { XGBoostError } from './errors.ts'
import { prepareFewRows } from './few-rows/few-rows.ts'
import type { FewRows } from './few-rows/few-rows.ts'
import { valueOfMargin } from './few-rows/value-of-margin.ts'
import type { XGBoostLibrary } from './library.ts'
import { requireCells } from './matrix-fields.ts'
import { arrayInterface, assertAttached } from './native/array-interface.ts'
import type { Pointer } from './native/native-api.ts'
import { NativeHandle } from './native/native-handle.ts'
import { addressOf, cString, readUint64s, viewFloats } from './native/native-memory.ts'
import { checkedRows, rowMajor } from './prediction-data.ts'
import type { PredictionData, PredictionRows } from './prediction-data.ts'
import type { ThreadRows } from './predict-on-thread.ts'
import { predictionConfig, requireIterationRange } from './prediction-options.ts'
import type {
  PredictionKind,
  PredictOptions,
  PredictValueOptions,
  StrictShape,
} from './prediction-options.ts'
import { withMatrix } from './prediction-matrix.ts'
import type { TreeEnsemble } from './trees.ts'

/** Up to this many rows, calling the library takes longer than walking the trees here. */
const mostFewRows = 64
/** Predictions of few rows before the trees are laid out for them. */
const callsBeforeTrees = 16

/** What a predictor must know of its model. */
export interface PredictedModel {
  readonly library: XGBoostLibrary
  readonly features: number
  readonly featureNames: readonly string[] | undefined
  readonly rounds: number
  /** Whether the library predicts the model without a matrix: not for `gblinear`. */
  readonly inPlace: boolean
  /** Whether the booster is trained and freed on another thread. */
  readonly threaded: boolean
  readonly objective: string
  /** Reads the trees; undefined where there are none to walk. */
  readonly trees: () => TreeEnsemble | undefined
}

/** Which prediction is asked for. */
interface Kind {
  readonly kind: PredictionKind
}

/** Where a result lies and how long it is; the library's memory, which the next call changes. */
interface Result {
  readonly pointer: Pointer
  readonly length: number
}

/**
 * The prediction calls of one booster, with all memory they need laid out beforehand: a proxy matrix, the constant
 * configurations, a row with its array interface, and the places for results. Not re-entrant, as JavaScript is not.
 */
export class Predictor implements Disposable {
  readonly #model: PredictedModel
  readonly #proxy: NativeHandle
  readonly #row: Float32Array
  readonly #rowInterface: Uint8Array
  readonly #out: BigUint64Array = new BigUint64Array(new ArrayBuffer(32))
  readonly #shapeAt: Pointer
  readonly #dimensionsAt: Pointer
  readonly #resultAt: Pointer
  readonly #configs: Readonly<Record<'value' | 'margin', Uint8Array>>
  readonly #outputsPerRow: Record<'value' | 'margin', number> = { value: 0, margin: 0 }
  #single: { pointer: Pointer; view: Float32Array } | undefined
  #fewRowCalls = 0
  /** Null where the library answers few rows too. */
  #fewRows: FewRows | null | undefined

  constructor(model: PredictedModel) {
    this.#model = model
    this.#proxy = proxyMatrix(model.library, this.#out)
    this.#row = new Float32Array(new ArrayBuffer(model.features * 4))
    this.#rowInterface = cString(arrayInterface(this.#row, [1, model.features]))
    this.#shapeAt = addressOf(this.#out)
    this.#dimensionsAt = this.#shapeAt + 8n
    this.#resultAt = this.#shapeAt + 16n
    this.#configs = { value: predictionConfig('value'), margin: predictionConfig('margin') }
  }

  /** Values or margins; `shape` is the strict one. */
  value(
    booster: Pointer,
    x: PredictionData,
    options: PredictValueOptions & Partial<StrictShape>,
  ): Float32Array {
    const kind = options.outputMargin === true ? 'margin' : 'value'
    const rows = this.#checked(x, options)
    if (rows.layout === 'dense' && rows.rows <= mostFewRows && this.#model.inPlace && isPlain(options)) {
      const answers = options.strictShape === true ? undefined : this.#walked(booster, rows, kind)
      if (answers) return given(answers, options.out)
      if (rows.rows === 1) return this.#singleRow(booster, rows.values, options)
    }
    return this.#copied(this.#values(booster, rows, { ...options, kind }), options.out)
  }

  /** Contributions, interactions or leaves, which the library predicts of a matrix only. */
  ofMatrix(booster: Pointer, x: PredictionData, options: PredictOptions & Kind): Float32Array {
    const [begin] = options.iterationRange ?? [0]
    if (begin !== 0)
      throw new XGBoostError(
        'invalid_parameter',
        `iterationRange begins at 0 for everything but values and margins; got ${begin}; slice the booster instead`,
      )
    return this.#copied(this.#fromMatrix(booster, this.#checked(x, options), options), options.out)
  }

  /** Checks rows that another thread will predict in place. */
  threadRows(x: Float32Array | Float64Array, options: PredictOptions): ThreadRows {
    const { rows, layout } = this.#checked(x, options)
    if (layout !== 'dense') throw new XGBoostError('invalid_data', 'predictAsync takes a row-major array')
    if (!this.#model.inPlace)
      throw new XGBoostError('model_unsupported', 'gblinear does not predict in place; use predict')
    return { values: x, rows, columns: this.#model.features }
  }

  /** The shape of the last result. */
  shape(): number[] {
    return readUint64s(this.#out[0] ?? 0n, Number(this.#out[1]))
  }

  dispose(): void {
    this.#proxy.dispose()
  }

  [Symbol.dispose](): void {
    this.dispose()
  }

  #checked(x: PredictionData, options: PredictOptions): PredictionRows {
    const { features, featureNames, rounds, inPlace } = this.#model
    const names = x instanceof DataMatrix ? x.featureNames : options.featureNames
    const wrong = featureNames && names?.findIndex((name, index) => name !== featureNames[index])
    if (wrong !== undefined && wrong !== -1)
      throw new XGBoostError(
        'feature_mismatch',
        `column ${wrong} is named ${JSON.stringify(names?.[wrong])}; the model has ${JSON.stringify(featureNames?.[wrong])} there`,
      )
    if (names && names.length !== features)
      throw new XGBoostError(
        'feature_mismatch',
        `the model has ${features} features; featureNames has ${names.length}`,
      )
    if (options.iterationRange) {
      if (!inPlace)
        throw new XGBoostError('invalid_parameter', 'iterationRange is not for gblinear, which has no trees')
      requireIterationRange(options.iterationRange, rounds)
    }
    return checkedRows(x, options, features)
  }

  /** What the trees say, with the bits of the library; undefined where the library must be asked. */
  #walked(
    booster: Pointer,
    { rows, values }: { readonly rows: number; readonly values: Float32Array | Float64Array },
    kind: 'value' | 'margin',
  ): Float32Array | undefined {
    if (this.#fewRows === undefined) {
      this.#fewRowCalls += 1
      if (this.#fewRowCalls <= callsBeforeTrees) return undefined
      this.#fewRows = this.#prepared(booster) ?? null
    }
    const walk = this.#fewRows?.[kind]
    if (!walk) return undefined
    const cells = isFloat32(values) ? values : Float32Array.from(values)
    return hasInfinite(cells) ? undefined : walk(cells, rows)
  }

  #prepared(booster: Pointer): FewRows | undefined {
    const { features, objective, trees } = this.#model
    return prepareFewRows(trees, valueOfMargin(objective), {
      margins: (values, rows) =>
        this.#copied(this.#values(booster, { layout: 'dense', rows, values }, { kind: 'margin' }), undefined),
      fromBase: (kind, baseMargin) => {
        const rows = baseMargin.length
        const values = new Float32Array(rows * features).fill(Number.NaN)
        return this.#copied(
          this.#values(booster, { layout: 'dense', rows, values }, { kind, baseMargin }),
          undefined,
        )
      },
    })
  }

  #singleRow(
    booster: Pointer,
    values: Float32Array | Float64Array,
    { outputMargin, out }: PredictValueOptions,
  ): Float32Array {
    const { library } = this.#model
    const kind = outputMargin === true ? 'margin' : 'value'
    this.#row.set(values)
    const status = library.native.boosterPredictFromDense(
      booster,
      this.#rowInterface,
      this.#configs[kind],
      this.#proxy.pointer,
      this.#shapeAt,
      this.#dimensionsAt,
      this.#resultAt,
    )
    if (status !== 0) library.check(status, 'native')
    if (this.#outputsPerRow[kind] === 0) this.#outputsPerRow[kind] = this.#length()
    const length = this.#outputsPerRow[kind]
    const pointer = this.#out[2] ?? 0n
    if (this.#single?.pointer !== pointer || this.#single.view.length !== length)
      this.#single = { pointer, view: viewFloats(pointer, length) }
    return out ? given(this.#single.view, out) : this.#single.view.slice()
  }

  #values(booster: Pointer, rows: PredictionRows, options: PredictValueOptions & Kind): Result {
    const { inPlace } = this.#model
    const { baseMargin } = options
    if (baseMargin && rows.layout === 'matrix')
      throw new XGBoostError('invalid_parameter', 'baseMargin is not for a matrix, which has its own')
    if (!inPlace || rows.layout === 'matrix') return this.#fromMatrix(booster, rows, options)
    if (!baseMargin) return this.#inPlace(booster, rows, { ...options, proxy: this.#proxy.pointer })
    const { library } = this.#model
    const proxy = proxyMatrix(library, this.#out)
    try {
      const shape = [rows.rows, baseMargin.length / rows.rows]
      requireCells(baseMargin, rows.rows, shape[1] ?? 0)
      const status = library.native.matrixSetInfo(
        proxy.pointer,
        'base_margin',
        arrayInterface(baseMargin, shape),
      )
      library.check(status, 'invalid_data')
      return this.#inPlace(booster, rows, { ...options, proxy: proxy.pointer })
    } finally {
      proxy.dispose()
    }
  }

  #inPlace(
    booster: Pointer,
    rows: Exclude<PredictionRows, { layout: 'matrix' }>,
    { proxy, ...options }: PredictOptions & Kind & { readonly proxy: Pointer },
  ): Result {
    const { library, features } = this.#model
    const { native } = library
    const config = predictionConfig(options.kind, options)
    const places = [this.#shapeAt, this.#dimensionsAt, this.#resultAt] as const
    if (rows.layout === 'sparse') {
      const { indptr, indices, values } = rows.sparse
      const arrays = [indptr, indices, values]
      const bytes = byteLength(arrays)
      const [offsetsText, indicesText, valuesText] = arrays.map((array) =>
        cString(arrayInterface(array, [array.length])),
      )
      const status = native.boosterPredictFromCsr(
        booster,
        offsetsText ?? null,
        indicesText ?? null,
        valuesText ?? null,
        features,
        config,
        proxy,
        ...places,
      )
      library.check(status, 'native')
      assertAttached(arrays, bytes)
    } else if (rows.layout === 'columns' && native.boosterPredictFromColumnar) {
      const { columns } = rows
      const bytes = byteLength(columns)
      const data = cString(`[${columns.map((column) => arrayInterface(column, [rows.rows])).join(',')}]`)
      library.check(native.boosterPredictFromColumnar(booster, data, config, proxy, ...places), 'native')
      assertAttached(columns, bytes)
    } else {
      const values = rows.layout === 'dense' ? rows.values : rowMajor(rows.columns, rows.rows)
      const bytes = values.byteLength
      const data = cString(arrayInterface(values, [rows.rows, features]))
      library.check(native.boosterPredictFromDense(booster, data, config, proxy, ...places), 'native')
      assertAttached([values], bytes)
    }
    return this.#result()
  }

  #fromMatrix(booster: Pointer, rows: PredictionRows, options: PredictValueOptions & Kind): Result {
    const { kind } = options
    const { library, features, threaded } = this.#model
    if (threaded && rows.layout === 'matrix' && (kind === 'value' || kind === 'margin'))
      throw new XGBoostError(
        'invalid_parameter',
        'a booster that is being trained predicts a matrix by predictTraining, where its cached predictions are',
      )
    return withMatrix({ library, features, options }, rows, (matrix) => {
      const status = library.native.boosterPredictFromMatrix(
        booster,
        matrix,
        predictionConfig(kind, options),
        this.#shapeAt,
        this.#dimensionsAt,
        this.#resultAt,
      )
      library.check(status, 'native')
      return this.#result()
    })
  }

  #result(): Result {
    return { pointer: this.#out[2] ?? 0n, length: this.#length() }
  }

  #length(): number {
    return this.shape().reduce((product, size) => product * size, 1)
  }

  #copied({ pointer, length }: Result, out: Float32Array | undefined): Float32Array {
    if (length === 0) return new Float32Array(0)
    const view = viewFloats(pointer, length)
    return out ? given(view, out) : view.slice()
  }
}

/** The answers, in the caller's buffer where there is one. */
const given = (answers: Float32Array, out: Float32Array | undefined): Float32Array => {
  if (!out) return answers
  const { length } = answers
  requireRoom(out, length)
  out.set(answers)
  return out.length === length ? out : out.subarray(0, length)
}

const isFloat32 = (values: Float32Array | Float64Array): values is Float32Array =>
  values.BYTES_PER_ELEMENT === 4

const hasInfinite = (cells: Float32Array): boolean => {
  for (let at = 0; at < cells.length; at += 1) {
    const cell = cells[at] ?? 0
    if (cell === Infinity || cell === -Infinity) return true
  }
  return false
}

/** Whether the constant configurations say all there is to say. */
const isPlain = ({ missing, iterationRange, baseMargin }: PredictValueOptions): boolean =>
  (missing === undefined || Number.isNaN(missing)) && iterationRange === undefined && baseMargin === undefined

const byteLength = (arrays: readonly ArrayBufferView[]): number =>
  arrays.reduce((total, array) => total + array.byteLength, 0)

const requireRoom = (out: Float32Array, length: number): void => {
  const tag: string = out[Symbol.toStringTag]
  if (tag !== 'Float32Array' || out.length < length)
    throw new XGBoostError(
      'invalid_shape',
      `out must be a Float32Array of at least ${length} numbers; got ${out.length}`,
    )
}

const proxyMatrix = (library: XGBoostLibrary, out: BigUint64Array): NativeHandle => {
  library.check(library.native.proxyMatrixCreate(out), 'native')
  return new NativeHandle('proxy matrix', out[0] ?? 0n, (pointer) => void library.native.matrixFree(pointer))
}
