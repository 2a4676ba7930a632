import { describe, expect, test } from '@jest/globals'
import { Booster, DMatrix, train } from '@claims/xgboost'
import type { BoosterParameters, PredictionData, SparseRows, XGBoostLibrary } from '@claims/xgboost'
import { COLUMNS, generate, libraries, matrixOf, NAMES } from './libraries.ts'
import { referenceOf } from './training-reference.ts'

const data = generate()
const common: BoosterParameters = {
  nthread: 1,
  treeMethod: 'hist',
  maxDepth: 3,
  eta: 0.3,
  baseScore: 0.5,
  seed: 7,
}
const x = data.x.subarray(300 * COLUMNS, 320 * COLUMNS)
const shape = { rows: 20, columns: COLUMNS }
const few = data.x.subarray(300 * COLUMNS, 304 * COLUMNS)
const fewShape = { rows: 4, columns: COLUMNS }
const coded = (code: string, message: RegExp) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) })

const columnsOf = (values: Float32Array): (Float32Array | Float64Array)[] =>
  NAMES.map((_, column) => {
    const own = Float32Array.from(
      { length: values.length / COLUMNS },
      (_, row) => values[row * COLUMNS + column] ?? 0,
    )
    return column % 2 === 0 ? own : Float64Array.from(own)
  })

/** What is zero, missing or below 0.3 is not stored. */
const sparseOf = (values: Float32Array): SparseRows => {
  const [indptr, indices, kept] = [[0], [] as number[], [] as number[]]
  values.forEach((value, at) => {
    if (value >= Math.fround(0.3)) {
      indices.push(at % COLUMNS)
      kept.push(value)
    }
    if (at % COLUMNS === COLUMNS - 1) indptr.push(kept.length)
  })
  return {
    indptr: Uint32Array.from(indptr),
    indices: Uint32Array.from(indices),
    values: Float32Array.from(kept),
  }
}

const denseOf = ({ indptr, indices, values }: SparseRows): Float32Array => {
  const dense = new Float32Array((indptr.length - 1) * COLUMNS).fill(NaN)
  for (let row = 0; row + 1 < indptr.length; row += 1)
    for (let at = indptr[row] ?? 0; at < (indptr[row + 1] ?? 0); at += 1)
      dense[row * COLUMNS + (indices[at] ?? 0)] = values[at] ?? 0
  return dense
}

const trained = async (
  library: XGBoostLibrary,
  { rounds, ...params }: BoosterParameters & { rounds: number },
): Promise<Booster> => {
  using matrix = matrixOf(data, { begin: 0, end: 300, weighted: true, library })
  return (await train({ params: { ...common, ...params }, data: matrix, rounds })).booster
}

describe.each(libraries)('kinds of predictions, library %s', (version, library) => {
  const reference = referenceOf(version)

  const multiclass = async (): Promise<Booster> => {
    using classes = DMatrix.fromDense(data.x.subarray(0, 300 * COLUMNS), {
      rows: 300,
      columns: COLUMNS,
      label: Float32Array.from({ length: 300 }, (_, row) => row % 3),
      featureNames: NAMES,
      nthread: 1,
      library,
    })
    const params: BoosterParameters = {
      ...common,
      objective: 'multi:softprob',
      numClass: 3,
      numParallelTree: 2,
      subsample: 0.8,
    }
    return (await train({ params, data: classes, rounds: 5 })).booster
  }

  test('values, margins, leaves, contributions and interactions with strict shapes are Python’s', async () => {
    using booster = await multiclass()
    const strict = { ...fewShape, strictShape: true } as const
    const found = {
      value: booster.predict(few, strict),
      margin: booster.predict(few, { ...strict, outputMargin: true }),
      leaf: booster.predictLeaf(few, strict),
      contributions: booster.predictContributions(few, strict),
      approximateContributions: booster.predictContributions(few, { ...strict, approximate: true }),
      interactions: booster.predictInteractions(few, strict),
      approximateInteractions: booster.predictInteractions(few, { ...strict, approximate: true }),
    }
    expect(Object.keys(found)).toEqual(Object.keys(reference.kinds))
    for (const [kind, { values, shape }] of Object.entries(found)) {
      const expected = reference.kinds[kind]
      expect([kind, shape]).toEqual([kind, expected?.shape])
      expect([kind, Array.from(values)]).toEqual([kind, expected?.values])
    }
    expect(booster.predict(few, fewShape)).toEqual(found.value.values)
    expect(booster.predictLeaf(few, fewShape)).toEqual(found.leaf.values)
  })

  test('a range of rounds predicts what Python predicts with it', async () => {
    using booster = await multiclass()
    const range = { ...fewShape, iterationRange: [1, 3] as const }
    expect(Array.from(booster.predict(few, range))).toEqual(reference.kinds['value']?.ranged)
    expect(Array.from(booster.predict(few, { ...range, outputMargin: true }))).toEqual(
      reference.kinds['margin']?.ranged,
    )
    const leaves = booster.predictLeaf(few, { ...fewShape, iterationRange: [0, 3], strictShape: true })
    expect([Array.from(leaves.values), leaves.shape]).toEqual([
      reference.kinds['leaf']?.ranged,
      reference.kinds['leaf']?.rangedShape,
    ])
    expect(booster.predict(few, { ...fewShape, iterationRange: [0, 0] })).toEqual(
      booster.predict(few, fewShape),
    )
    using slice = booster.slice(0, 2)
    expect(booster.predictContributions(few, { ...fewShape, iterationRange: [0, 2] })).toEqual(
      slice.predictContributions(few, fewShape),
    )
    expect(() => booster.predict(few, { ...fewShape, iterationRange: [2, 6] })).toThrow(
      coded('invalid_parameter', /<= 5/),
    )
    expect(() => booster.predictLeaf(few, { ...fewShape, iterationRange: [1, 3] })).toThrow(
      coded('invalid_parameter', /begins at 0/),
    )
  })

  test('the leaves of trees whose leaves hold several values', async () => {
    if (!library.atLeast('3.0.0')) return
    const label = Float32Array.from({ length: 400 * 3 }, (_, at) => Math.sin(at))
    const rows = { rows: 400, columns: COLUMNS, nthread: 1, library }
    using matrix = DMatrix.fromDense(data.x, { ...rows, label })
    const vector = { ...common, objective: 'reg:squarederror', multiStrategy: 'multi_output_tree' } as const
    using booster = (
      await train({ params: { ...vector, numParallelTree: 2, subsample: 0.7 }, data: matrix, rounds: 3 })
    ).booster
    const { values, shape: found } = booster.predictLeaf(few, { ...fewShape, strictShape: true })
    expect(found).toEqual([4, 3, 1, 2])
    expect(booster.predictLeaf(few, fewShape)).toEqual(values)
    using one = booster.slice(0, 1)
    expect(Array.from(one.predictLeaf(few, fewShape))).toEqual(
      [0, 1, 2, 3].flatMap((row) => Array.from(values.subarray(row * 6, row * 6 + 2))),
    )
    using cut = booster.slice(0, 2)
    const ranged = booster.predictLeaf(few, { ...fewShape, iterationRange: [0, 2], strictShape: true })
    expect([ranged.values, ranged.shape]).toEqual([cut.predictLeaf(few, fewShape), [4, 2, 1, 2]])
  })

  test('rows, columns, sparse rows, 64-bit rows and a matrix give the same bits', async () => {
    using booster = await trained(library, { objective: 'binary:logistic', rounds: 4 })
    using matrix = DMatrix.fromDense(x, { ...shape, nthread: 1, library })
    const kinds: PredictionData[] = [Float64Array.from(x), columnsOf(x), matrix]
    const expected = [
      booster.predict(x, shape),
      booster.predictContributions(x, shape),
      booster.predictLeaf(x, shape),
    ]
    for (const rows of kinds)
      expect([
        booster.predict(rows, shape),
        booster.predictContributions(rows, shape),
        booster.predictLeaf(rows, shape),
      ]).toEqual(expected)
    expect(booster.predict(columnsOf(x))).toEqual(expected[0])
    expect(booster.predict(matrix)).toEqual(expected[0])
    const sparse = sparseOf(x)
    expect(Array.from(booster.predict(sparse))).toEqual(reference.sparse)
    expect(booster.predict(sparse)).toEqual(booster.predict(denseOf(sparse), shape))
    expect(booster.predictContributions(sparse)).toEqual(booster.predictContributions(denseOf(sparse), shape))
    const marked = columnsOf(x.map((value) => (Number.isNaN(value) ? -9 : value)))
    expect(booster.predict(marked, { missing: -9 })).toEqual(expected[0])
  })

  test('a buffer is filled and answered; a base margin is begun from', async () => {
    using booster = await trained(library, { objective: 'binary:logistic', rounds: 4 })
    const out = new Float32Array(30).fill(7)
    const filled = booster.predict(x, { ...shape, out })
    expect([filled.buffer, filled.length]).toEqual([out.buffer, 20])
    expect(out.slice(0, 20)).toEqual(booster.predict(x, shape))
    expect(out.slice(20)).toEqual(new Float32Array(10).fill(7))
    const one = new Float32Array(1)
    expect(booster.predict(x.subarray(0, COLUMNS), { rows: 1, columns: COLUMNS, out: one })).toBe(one)
    expect(one[0]).toBe(out[0])
    const contributions = new Float32Array(20 * (COLUMNS + 1))
    expect(booster.predictContributions(x, { ...shape, out: contributions })).toBe(contributions)
    expect(() => booster.predict(x, { ...shape, out: new Float32Array(19) })).toThrow(
      coded('invalid_shape', /at least 20 numbers; got 19/),
    )
    const baseMargin = Float32Array.from({ length: 20 }, (_, row) => -1 + (row * 2) / 19)
    const based = booster.predict(x, { ...shape, baseMargin })
    based.forEach((value, row) => {
      expect(Math.abs(value - (reference.baseMargin[row] ?? 0))).toBeLessThan(1e-7)
    })
    expect(booster.predict(x, shape)).toEqual(out.slice(0, 20))
  })

  test('gblinear predicts through a matrix and shows its weights', async () => {
    using booster = await trained(library, { ...linear, rounds: 6 })
    expect(Array.from(booster.predict(x, shape))).toEqual(reference.linear.predictions)
    expect(booster.predict(columnsOf(x))).toEqual(booster.predict(x, shape))
    const weights = booster.linearWeights()
    for (const [feature, weight] of Object.entries(reference.linear.weights)) {
      expect(weights[feature]).toEqual(Float32Array.of(weight))
      expect(booster.featureScores('weight')[feature]).toBe(Math.fround(weight))
    }
    expect(() => booster.predict(x, { ...shape, iterationRange: [0, 2] })).toThrow(
      coded('invalid_parameter', /gblinear/),
    )
    expect(() => booster.predictLeaf(x, shape)).toThrow(expect.objectContaining({ name: 'XGBoostError' }))
  })

  test('wrong rows are refused before the library sees them', async () => {
    using booster = await trained(library, { objective: 'binary:logistic', rounds: 2 })
    const sparse = sparseOf(x)
    const wrong: [PredictionData, object, string, RegExp][] = [
      [x, {}, 'feature_mismatch', /5 features; the data has 0 columns/],
      [x, { columns: COLUMNS }, 'invalid_shape', /rows/],
      [columnsOf(x).slice(1), {}, 'feature_mismatch', /4 columns/],
      [[...columnsOf(x).slice(1), new Float32Array(3)], {}, 'invalid_shape', /column 4 must hold 20 rows/],
      [
        { ...sparse, indices: sparse.indices.map(() => 5) },
        {},
        'invalid_shape',
        /indices\[0\] must be a column, 0 to 4; got 5/,
      ],
      [{ ...sparse, indptr: sparse.indptr.map((end) => end + 1) }, {}, 'invalid_shape', /indptr\[0\]/],
      [{ ...sparse, values: sparse.values.subarray(1) }, {}, 'invalid_shape', /equal length/],
      [x, { ...shape, featureNames: [...NAMES].reverse() }, 'feature_mismatch', /column 0 is named "claims"/],
      [x, { ...shape, baseMargin: new Float32Array(7) }, 'invalid_shape', /columns/],
    ]
    for (const [rows, options, code, message] of wrong)
      expect(() => booster.predict(rows, options)).toThrow(coded(code, message))
    expect(booster.predict(x, { ...shape, featureNames: NAMES })).toEqual(booster.predict(x, shape))
  })

  test('a worker thread predicts the same bits; the booster is busy meanwhile and outlives a dispose', async () => {
    const booster = await trained(library, { objective: 'binary:logistic', rounds: 4 })
    const expected = booster.predict(x, shape)
    const pending = booster.predictAsync(x, shape)
    expect(() => booster.predict(x, shape)).toThrow(coded('busy', /running/))
    const next = booster.predictAsync(x, shape)
    expect(await Promise.all([pending, next])).toEqual([expected, expected])
    expect(await booster.predictAsync(Float64Array.from(x), { ...shape, outputMargin: true })).toEqual(
      booster.predict(x, { ...shape, outputMargin: true }),
    )
    await expect(booster.predictAsync(x, { rows: 19, columns: COLUMNS })).rejects.toThrow(
      coded('invalid_shape', /95 numbers; got 100/),
    )
    const last = booster.predictAsync(x, shape)
    booster.dispose()
    expect(await last).toEqual(expected)
    using line = await trained(library, { ...linear, rounds: 2 })
    await expect(line.predictAsync(x, shape)).rejects.toThrow(coded('model_unsupported', /gblinear/))
  })

  test('a booster under training predicts its matrices on its own thread', async () => {
    using matrix = matrixOf(data, { begin: 0, end: 300, weighted: true, library })
    using booster = await Booster.create({
      params: { ...common, objective: 'binary:logistic' },
      matrices: [matrix],
    })
    for (let round = 0; round < 3; round += 1) await booster.trainOneIter(matrix, round)
    const rows = { rows: 300, columns: COLUMNS }
    const values = await booster.predictTraining(matrix, { outputMargin: false, training: false })
    expect(values).toEqual(booster.predict(data.x.subarray(0, 300 * COLUMNS), rows))
    expect(() => booster.predict(matrix)).toThrow(coded('invalid_parameter', /predictTraining/))
    await expect(booster.trainOneIter(matrix, -1)).rejects.toThrow(coded('invalid_parameter', /round/))
  })
})

const linear: BoosterParameters = {
  booster: 'gblinear',
  updater: 'coord_descent',
  objective: 'binary:logistic',
  eta: 0.5,
}
