import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { DMatrix, train } from '@claims/xgboost'
import type {
  BoosterParameters,
  DataMatrix,
  FeatureType,
  NumericArray,
  SparseData,
  XGBoostErrorCode,
} from '@claims/xgboost'
import { COLUMNS, generate, libraries, NAMES, ROWS } from './libraries.ts'

const { x, label, weight } = generate()
const params: BoosterParameters = {
  objective: 'binary:logistic',
  treeMethod: 'hist',
  maxDepth: 3,
  nthread: 1,
}
const failure = (code: XGBoostErrorCode, message: RegExp) =>
  expect.objectContaining({ name: 'XGBoostError', code, message: expect.stringMatching(message) })
const floats = (...values: number[]): Float32Array => Float32Array.from(values)

const columnsOf = (): Float32Array[] =>
  Array.from({ length: COLUMNS }, (_, column) =>
    Float32Array.from({ length: ROWS }, (__, row) => x[row * COLUMNS + column] ?? Number.NaN),
  )

/** The values that are not missing, by row or by column. */
const sparse = (layout: 'csr' | 'csc'): SparseData => {
  const [indptr, indices, values] = [[0], [] as number[], [] as number[]]
  const [outer, inner] = layout === 'csr' ? [ROWS, COLUMNS] : [COLUMNS, ROWS]
  for (let i = 0; i < outer; i += 1) {
    for (let j = 0; j < inner; j += 1) {
      const value = x[layout === 'csr' ? i * COLUMNS + j : j * COLUMNS + i] ?? Number.NaN
      if (Number.isNaN(value)) continue
      indices.push(j)
      values.push(value)
    }
    indptr.push(values.length)
  }
  return {
    indptr: Uint32Array.from(indptr),
    indices: Int32Array.from(indices),
    values: Float32Array.from(values),
  }
}

/** Zeros in a buffer that may be resized, which TypeScript's ES2023 does not know. */
const resizable = (bytes: number): Float32Array =>
  new Float32Array(
    Reflect.construct(ArrayBuffer, [bytes, { maxByteLength: bytes * 2 }]) as ArrayBuffer,
    0,
    bytes / 4,
  )

/** The learner of a JSON model, in which 1.7 writes NaN for the conditions of categories. */
const learnerOf = (model: string): { readonly feature_types: readonly string[] } => {
  const { learner } = JSON.parse(model.replaceAll('NaN', 'null')) as {
    learner: { feature_types: readonly string[] }
  }
  return learner
}

const modelOf = async (data: DataMatrix, more: BoosterParameters = {}): Promise<string> => {
  const { booster } = await train({ params: { ...params, ...more }, data, rounds: 4 })
  const model = Buffer.from(booster.saveBuffer('json')).toString()
  booster.dispose()
  return model
}

describe.each(libraries)('matrices, library %s', (_version, library) => {
  const options = { nthread: 1, library }
  const shape = { ...options, rows: ROWS, columns: COLUMNS }
  const dense = (): DMatrix => DMatrix.fromDense(x, { ...shape, label, weight })

  test('every layout of the same values trains the same model', async () => {
    using expected = dense()
    const model = await modelOf(expected)
    const validity = new Uint8Array(ROWS / 8).map((_, byte) => {
      let bits = 0
      for (let bit = 0; bit < 8; bit += 1)
        if (!Number.isNaN(x[(byte * 8 + bit) * COLUMNS + 3] ?? NaN)) bits |= 1 << bit
      return bits
    })
    const masked = columnsOf().map((values, column) =>
      column === 3
        ? { values: values.map((value) => (Number.isNaN(value) ? 0.5 : value)), validity }
        : values,
    )
    const info = { ...options, label, weight }
    const layouts: Record<string, () => DMatrix> = {
      float64: () => DMatrix.fromDense(Float64Array.from(x), { ...shape, label, weight }),
      columns: () => DMatrix.fromColumns(columnsOf(), info),
      masked: () => DMatrix.fromColumns(masked, info),
      wideMask: () =>
        DMatrix.fromColumns(
          masked.map((column) =>
            'validity' in column
              ? {
                  ...column,
                  validity: new BigUint64Array(
                    Uint8Array.from({ length: 56 }, (_, at) => validity[at] ?? 0).buffer,
                  ),
                }
              : column,
          ),
          info,
        ),
      csr: () => DMatrix.fromCsr(sparse('csr'), { ...info, columns: COLUMNS }),
      csc: () => DMatrix.fromCsc(sparse('csc'), { ...info, rows: ROWS }),
      missing: () =>
        DMatrix.fromDense(
          x.map((value) => (Number.isNaN(value) ? -999 : value)),
          { ...shape, label, weight, missing: -999 },
        ),
      batches: () =>
        DMatrix.fromBatches(
          [0, 100, 350].map((begin, index) => {
            const end = [100, 350, ROWS][index] ?? ROWS
            return {
              columns: columnsOf().map((column) => column.subarray(begin, end)),
              label: label.subarray(begin, end),
              weight: weight.subarray(begin, end),
            }
          }),
          options,
        ),
    }
    for (const [name, make] of Object.entries(layouts)) {
      using matrix = make()
      expect([name, matrix.rows, matrix.columns, matrix.numNonMissing]).toEqual([
        name,
        ROWS,
        COLUMNS,
        expected.numNonMissing,
      ])
      expect([name, await modelOf(matrix)]).toEqual([name, model])
    }
  })

  test('gives its values back', () => {
    const given = sparse('csr')
    using matrix = dense()
    expect(matrix.getData()).toEqual({ ...given, indices: Uint32Array.from(given.indices) })
  })

  test('chunks of every integer type, with and without validity', () => {
    const types = [Int8Array, Int16Array, Int32Array, BigInt64Array] as const
    const unsigned = library.atLeast('2.1.0')
      ? ([Uint8Array, Uint16Array, Uint32Array, BigUint64Array] as const)
      : []
    for (const type of [...types, ...unsigned]) {
      const values = new type(10)
      using chunks = DMatrix.fromBatches(
        [
          { columns: [{ values, validity: Uint8Array.of(0b1011_0111, 0b01) }] },
          { columns: [{ values, validity: null }] },
        ],
        options,
      )
      expect([type.name, chunks.rows, chunks.numNonMissing]).toEqual([type.name, 20, 17])
    }
  })

  test('keeps what belongs to rows and columns', () => {
    const rows = { ...shape, rows: 4, columns: 2 }
    const featureTypes: FeatureType[] = ['c', 'int']
    using matrix = DMatrix.fromDense(new Float64Array(8), {
      ...rows,
      label: Uint8Array.of(0, 1, 2, 1),
      baseMargin: floats(1, 2, 3, 4, 5, 6, 7, 8),
      group: Uint32Array.of(1, 3),
      weight: floats(0.5, 2),
      featureWeights: floats(1, 3),
      featureNames: ['a', 'b'],
      featureTypes,
    })
    expect(matrix.getLabel()).toEqual(floats(0, 1, 2, 1))
    expect(matrix.getBaseMargin()).toEqual(floats(1, 2, 3, 4, 5, 6, 7, 8))
    expect(matrix.getGroup()).toEqual(Uint32Array.of(1, 3))
    expect(matrix.getWeight()).toEqual(floats(0.5, 2))
    expect(matrix.getFloatInfo('feature_weights')).toEqual(floats(1, 3))
    expect([matrix.featureNames, matrix.featureTypes]).toEqual([['a', 'b'], featureTypes])
    using bounds = DMatrix.fromDense(new Float64Array(8), {
      ...rows,
      qid: Int32Array.of(3, 3, 3, 9),
      labelLowerBound: floats(1, 2, 3, 4),
      labelUpperBound: floats(1, 2, Infinity, 9),
    })
    expect(bounds.getGroup()).toEqual(Uint32Array.of(3, 1))
    expect(bounds.getFloatInfo('label_lower_bound')).toEqual(floats(1, 2, 3, 4))
    expect(bounds.getFloatInfo('label_upper_bound')).toEqual(floats(1, 2, Infinity, 9))
    expect(bounds.getLabel()).toHaveLength(0)
  })

  test('trains on categories, and the model knows them', async () => {
    const codes = Int32Array.from({ length: ROWS }, (_, row) => (row * 7) % 4)
    const wanted = codes.map((code) => (code === 2 ? 1 : 0))
    using plain = DMatrix.fromColumns([codes, columnsOf()[0]!], {
      ...options,
      label: wanted,
      featureTypes: ['c', 'q'],
    })
    const model = await modelOf(plain)
    expect(learnerOf(model).feature_types).toEqual(['c', 'q'])
    expect(model).toMatch(/"categories":\[\d/)
    const categories = ['fire', 'theft', 'größe', 'water']
    using named = DMatrix.fromColumns([{ values: codes, categories }, columnsOf()[0]!], {
      ...options,
      label: wanted,
    })
    const withNames = await modelOf(named)
    expect(learnerOf(withNames).feature_types).toEqual(['c', 'float'])
    const letters = [...Buffer.from(categories.join(''))].map((byte) => (byte << 24) >> 24)
    expect(withNames.includes(`"values":[${letters.join(',')}]`)).toBe(library.atLeast('3.1.0'))
    expect(() =>
      DMatrix.fromColumns([{ values: codes, categories: ['one', 'two'] }], { ...options, label: wanted }),
    ).toThrow(failure('invalid_data', /column 0, row \d+: [23] is no code of the 2/))
  })

  test('a model cut short keeps the names of the categories', async () => {
    const codes = Int32Array.from({ length: ROWS }, (_, row) => (row * 7) % 4)
    using data = DMatrix.fromColumns([{ values: codes, categories: ['a', 'b', 'c', 'd'] }, columnsOf()[1]!], {
      ...options,
      label,
    })
    const { booster } = await train({ params, data, rounds: 6 })
    const cut = booster.slice(0, 2)
    const [whole, part] = [booster, cut].map((model) => Buffer.from(model.saveBuffer('json')).toString())
    expect(part).not.toEqual(whole)
    for (const model of [whole, part])
      expect(model?.includes('"values":[97,98,99,100]')).toBe(library.atLeast('3.1.0'))
    const rows = Float32Array.of(2, 0.5, 3, 0.1)
    using short = (await train({ params, data, rounds: 2 })).booster
    expect(cut.predict(rows, { rows: 2, columns: 2 })).toEqual(short.predict(rows, { rows: 2, columns: 2 }))
    booster.dispose()
    cut.dispose()
  })

  test('slices carry what belongs to the rows', async () => {
    using whole = DMatrix.fromDense(x, { ...shape, label, weight, featureNames: NAMES })
    const rows = Int32Array.from({ length: 200 }, (_, at) => (at * 3) % ROWS)
    using slice = whole.slice(rows)
    const picked = Float32Array.from(rows, (row) => label[row] ?? NaN)
    expect(slice.getLabel()).toEqual(picked)
    expect(slice.getWeight()).toEqual(Float32Array.from(rows, (row) => weight[row] ?? NaN))
    expect([slice.rows, slice.columns, slice.featureNames]).toEqual([200, COLUMNS, NAMES])
    const values = Float32Array.from(
      { length: 200 * COLUMNS },
      (_, at) => x[(rows[Math.floor(at / COLUMNS)] ?? 0) * COLUMNS + (at % COLUMNS)] ?? NaN,
    )
    using copied = DMatrix.fromDense(values, {
      ...shape,
      rows: 200,
      label: picked,
      weight: slice.getWeight(),
      featureNames: NAMES,
    })
    expect(await modelOf(slice)).toEqual(await modelOf(copied))
    using zeros = whole.slice([...rows].filter((row) => label[row] === 0))
    expect(zeros.labelRange).toEqual({ least: 0, greatest: 0 })
    for (const wrong of [[-1], [ROWS], [0.5], [NaN]])
      expect(() => whole.slice(wrong)).toThrow(failure('invalid_shape', /rows\[0\] must be 0 to 399/))
    expect(() => whole.slice([])).toThrow(failure('invalid_shape', /at least one/))
    using grouped = DMatrix.fromDense(x, { ...shape, group: Uint32Array.of(ROWS) })
    expect(() => grouped.slice([0])).toThrow(failure('native', /group/i))
    using loose = grouped.slice([0], { allowGroups: true })
    expect(loose.rows).toBe(1)
  })

  test('saves and loads the binary format', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'xgboost-test-'))
    try {
      const path = join(directory, 'data.buffer')
      using saved = DMatrix.fromDense(x, { ...shape, label, weight, featureNames: NAMES })
      await saved.saveBinary(path)
      using loaded = await DMatrix.load(path, { library })
      expect([loaded.rows, loaded.columns, loaded.featureNames]).toEqual([ROWS, COLUMNS, NAMES])
      expect(loaded.labelRange).toEqual({ least: 0, greatest: 1 })
      expect(await modelOf(loaded)).toEqual(await modelOf(saved))
      const bytes = await readFile(path)
      await writeFile(path, bytes.subarray(0, 100))
      await expect(DMatrix.load(path, { library })).rejects.toThrow(failure('invalid_data', /./))
      await writeFile(path, '1 0:1\n')
      await expect(DMatrix.load(path, { library })).rejects.toThrow(failure('invalid_data', /no matrix/))
      await expect(DMatrix.load(join(directory, 'none'), { library })).rejects.toThrow(/ENOENT/)
      await expect(saved.saveBinary(join(directory, 'no', 'file'))).rejects.toThrow(failure('native', /./))
      await expect(saved.saveBinary('a#b')).rejects.toThrow(failure('invalid_parameter', /#/))
    } finally {
      await rm(directory, { recursive: true })
    }
  })

  const two = { ...options, rows: 2, columns: 2 }
  const field = (more: Record<string, NumericArray | readonly string[]>) => () =>
    DMatrix.fromDense(floats(1, 2, 3, 4), { ...two, ...more })
  const csr = (indptr: number[], indices: number[], values: number[]) => () =>
    DMatrix.fromCsr(
      {
        indptr: Int32Array.from(indptr),
        indices: Int32Array.from(indices),
        values: Float32Array.from(values),
      },
      { ...options, columns: 2 },
    )

  test.each<[string, () => DMatrix, XGBoostErrorCode, RegExp]>([
    ['labels for one row and a half', field({ label: floats(1, 2, 3) }), 'invalid_shape', /label must hold/],
    ['margin NaN', field({ baseMargin: floats(1, NaN) }), 'invalid_data', /baseMargin\[1\]/],
    ['groups of 3 rows', field({ group: Int32Array.of(1, 2) }), 'invalid_shape', /add up to 2 rows; got 3/],
    ['a group of -1', field({ group: Int32Array.of(-1, 3) }), 'invalid_data', /group\[0\]/],
    ['queries that fall', field({ qid: Int32Array.of(2, 1) }), 'invalid_data', /qid\[1\].* got 1 after 2/],
    [
      'group and qid',
      field({ qid: Int32Array.of(1, 1), group: Int32Array.of(2) }),
      'invalid_parameter',
      /both/,
    ],
    [
      'lower bound infinite',
      field({ labelLowerBound: floats(-Infinity, 1) }),
      'invalid_label',
      /Lower.*\[0\]/,
    ],
    [
      'bounds crossed',
      field({ labelLowerBound: floats(1, 2), labelUpperBound: floats(1, 1) }),
      'invalid_label',
      /labelUpperBound\[1\] must be at least 2/,
    ],
    ['short bounds', field({ labelUpperBound: floats(1) }), 'invalid_shape', /labelUpperBound must hold/],
    ['one feature weight', field({ featureWeights: floats(1) }), 'invalid_shape', /2 columns; got 1/],
    ['feature weight 0', field({ featureWeights: floats(1, 0) }), 'invalid_weight', /featureWeights\[1\]/],
    ['one feature type', field({ featureTypes: ['q'] }), 'invalid_shape', /featureTypes/],
    ['an unknown feature type', field({ featureTypes: ['q', 'x'] }), 'invalid_parameter', /"x"/],
    ['columns beyond', csr([0, 1], [2], [1]), 'invalid_shape', /indices\[0\] must be 0 to 1; got 2/],
    ['columns below 0', csr([0, 1], [-1], [1]), 'invalid_shape', /indices\[0\]/],
    ['offsets that fall', csr([0, 2, 1], [0, 1], [1, 1]), 'invalid_shape', /indptr\[2\] is 1/],
    ['offsets that end early', csr([0, 1], [0, 1], [1, 1]), 'invalid_shape', /indptr ends at 1/],
    ['fewer indices than values', csr([0, 1], [], [1]), 'invalid_shape', /equal length/],
    ['no offsets', csr([0], [], []), 'invalid_shape', /at least 1; got 0/],
    [
      'short validity',
      () => DMatrix.fromColumns([{ values: new Float32Array(9), validity: new Uint8Array(1) }], options),
      'invalid_shape',
      /9 rows; got 8/,
    ],
    [
      'batches of other types',
      () => DMatrix.fromBatches([{ columns: [floats(1)] }, { columns: [Int8Array.of(1)] }], options),
      'invalid_data',
      /column 0 must be of the same array type/,
    ],
    ['a resizable buffer', () => DMatrix.fromDense(resizable(16), two), 'invalid_data', /resizable/],
  ])('refuses %s', (_name, make, code, message) => {
    expect(make).toThrow(failure(code, message))
  })

  test('what the library lacks names the version that has it', () => {
    const columns = () => DMatrix.fromColumns([floats(1, 2)], { ...options, missing: 1 })
    const csc = () => DMatrix.fromCsc(sparse('csc'), { ...options, rows: ROWS, missing: 1 })
    if (library.atLeast('2.1.0')) {
      for (const make of [columns, csc]) make().dispose()
      return
    }
    expect(columns).toThrow(failure('library_unsupported', /needs XGBoost 2\.1; this library is 1\.7/))
    expect(csc).toThrow(failure('library_unsupported', /needs XGBoost 2\.0/))
  })

  test('a disposed matrix says so', async () => {
    const matrix = dense()
    matrix.dispose()
    for (const use of [() => matrix.getLabel(), () => matrix.slice([0]), () => matrix.numNonMissing])
      expect(use).toThrow(failure('disposed', /DMatrix was disposed/))
    await expect(matrix.saveBinary('x')).rejects.toThrow(failure('disposed', /DMatrix was disposed/))
  })
})
