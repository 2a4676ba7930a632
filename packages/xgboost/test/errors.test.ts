import { describe, expect, test } from '@jest/globals'
import { Booster, DMatrix, train, XGBoostError } from '@claims/xgboost'
import type { BoosterParameters, XGBoostErrorCode } from '@claims/xgboost'
import { COLUMNS, generate, libraries, matrixOf, NAMES } from './libraries.ts'

const data = generate()
const params: BoosterParameters = {
  objective: 'binary:logistic',
  treeMethod: 'hist',
  maxDepth: 2,
  nthread: 1,
}
const failure = (code: XGBoostErrorCode, message: RegExp | string) =>
  expect.objectContaining({ name: 'XGBoostError', code, message: expect.stringMatching(message) })
const floats = (...values: number[]): Float32Array => Float32Array.from(values)

describe.each(libraries)('errors, library %s', (_version, library) => {
  const shape = { rows: 2, columns: 2, nthread: 1, library }
  const values = floats(1, 2, 3, 4)

  test.each<[string, () => DMatrix, XGBoostErrorCode, RegExp]>([
    [
      'too few values',
      () => DMatrix.fromDense(floats(1), shape),
      'invalid_shape',
      /2 x 2 = 4 numbers; got 1/,
    ],
    [
      'no rows',
      () => DMatrix.fromDense(floats(), { ...shape, rows: 0 }),
      'invalid_shape',
      /rows must be .* got 0/,
    ],
    [
      'half a column',
      () => DMatrix.fromDense(values, { ...shape, columns: 1.5 }),
      'invalid_shape',
      /columns must be/,
    ],
    ['infinite value', () => DMatrix.fromDense(floats(1, Infinity, 3, 4), shape), 'invalid_data', /inf/i],
    [
      'short label',
      () => DMatrix.fromDense(values, { ...shape, label: floats(1) }),
      'invalid_shape',
      /label must hold/,
    ],
    [
      'label NaN',
      () => DMatrix.fromDense(values, { ...shape, label: floats(1, NaN) }),
      'invalid_label',
      /label\[1\]/,
    ],
    [
      'label infinite',
      () => DMatrix.fromDense(values, { ...shape, label: floats(-Infinity, 0) }),
      'invalid_label',
      /label\[0\]/,
    ],
    [
      'negative weight',
      () => DMatrix.fromDense(values, { ...shape, weight: floats(1, -1) }),
      'invalid_weight',
      /weight\[1\]/,
    ],
    [
      'weight NaN',
      () => DMatrix.fromDense(values, { ...shape, weight: floats(NaN, 1) }),
      'invalid_weight',
      /weight\[0\]/,
    ],
    [
      'one name',
      () => DMatrix.fromDense(values, { ...shape, featureNames: ['a'] }),
      'invalid_shape',
      /2 columns; got 1/,
    ],
    [
      'same names',
      () => DMatrix.fromDense(values, { ...shape, featureNames: ['a', 'a'] }),
      'invalid_parameter',
      /twice/,
    ],
    [
      'reserved name',
      () => DMatrix.fromDense(values, { ...shape, featureNames: ['a', 'b<'] }),
      'invalid_parameter',
      /b</,
    ],
    [
      'ragged columns',
      () => DMatrix.fromColumns([floats(1, 2), floats(1)], { library }),
      'invalid_shape',
      /column 1/,
    ],
    [
      'a name that does not come back',
      () => DMatrix.fromDense(values, { ...shape, featureNames: ['a', '\ud800'] }),
      'invalid_parameter',
      /column 1 .* half of a surrogate pair/,
    ],
    [
      'a name with NUL',
      () => DMatrix.fromDense(values, { ...shape, featureNames: ['a\0b', 'c'] }),
      'invalid_parameter',
      /column 0 .* NUL/,
    ],
    [
      'a list for values',
      () => DMatrix.fromDense([1, 2, 3, 4] as never, shape),
      'invalid_data',
      /must be a Float32Array/,
    ],
    ['no values', () => DMatrix.fromDense(undefined as never, shape), 'invalid_data', /Float32Array/],
    [
      'an object for weights',
      () => DMatrix.fromDense(values, { ...shape, weight: { length: 2, 0: 1, 1: 1 } as never }),
      'invalid_data',
      /an array must be one of/,
    ],
    [
      'a text for columns',
      () => DMatrix.fromColumns('ab' as never, { library }),
      'invalid_data',
      /columns must be a list/,
    ],
    [
      'a list for a column',
      () => DMatrix.fromColumns([floats(1, 2), [1, 2] as never], { library }),
      'invalid_data',
      /column 1 must be a typed array/,
    ],
    [
      'lists for sparse rows',
      () => DMatrix.fromCsr({ indptr: [0], indices: [], values: [] } as never, { columns: 2, library }),
      'invalid_data',
      /must be typed arrays/,
    ],
    ['no columns', () => DMatrix.fromColumns([], { library }), 'invalid_shape', /columns must be/],
  ])('a matrix with %s', (_name, make, code, message) => {
    expect(make).toThrow(failure(code, message))
  })

  const training = (): DMatrix => matrixOf(data, { begin: 0, end: 300, weighted: false, library })

  test.each<[string, Record<string, unknown>, RegExp]>([
    ['an unknown name', { maxDept: 3 }, /"maxDept"; did you mean maxDepth\?/],
    ['a snake_case name', { colsample_bytree: 0.5 }, /did you mean colsampleBytree\?/],
    ['a text for a number', { eta: '0.1' }, /eta must be a finite number; got "0.1"/],
    ['a value out of range', { eta: -1 }, /learning_rate should be greater equal to 0/],
    ['an unknown objective', { objective: 'binary:logit' }, /Unknown objective function/],
    ['an unknown tree method', { treeMethod: 'best' }, /'best'/],
  ])('%s in the parameters', async (_name, wrong, message) => {
    using matrix = training()
    await expect(train({ params: { ...params, ...wrong }, data: matrix, rounds: 1 })).rejects.toThrow(
      failure('invalid_parameter', message),
    )
  })

  test('texts that would not come back and bytes that are none are refused', async () => {
    using matrix = training()
    using booster = (await train({ params, data: matrix, rounds: 1 })).booster
    for (const text of ['a\0b', '\udc00'])
      for (const set of [
        () => {
          booster.setAttribute(text, 'value')
        },
        () => {
          booster.setAttribute('name', text)
        },
        () => {
          booster.setFeatureNames([text, ...NAMES.slice(1)])
        },
      ])
        expect(set).toThrow(failure('invalid_parameter', /neither NUL nor half of a surrogate pair/))
    expect(booster.attributes()).toEqual({})
    for (const bytes of [undefined, null, {}, 'x', 5])
      expect(() => Booster.fromBuffer(bytes as never, { library })).toThrow(
        failure('invalid_model', /Uint8Array/),
      )
    expect(() => booster.predict(null as never)).toThrow(failure('invalid_data', /rows must be/))
  })

  test('what the library finds during a round keeps its message', async () => {
    const label = data.label.map((value) => value * 5)
    using matrix = DMatrix.fromDense(data.x, { rows: 400, columns: COLUMNS, label, nthread: 1, library })
    const classes: BoosterParameters = { ...params, objective: 'multi:softprob', numClass: 3 }
    await expect(train({ params: classes, data: matrix, rounds: 1 })).rejects.toThrow(
      failure('native', /label must be/i),
    )
  })

  test('labels outside [0, 1], no labels, other columns, other names', async () => {
    using matrix = training()
    const rows = { rows: 400, columns: COLUMNS, nthread: 1, library }
    using outside = DMatrix.fromDense(data.x, { ...rows, label: data.label.map((value) => value * 2) })
    using unlabelled = DMatrix.fromDense(data.x, rows)
    using narrow = DMatrix.fromDense(data.x, { ...rows, columns: 4, rows: 500, label: new Float32Array(500) })
    using renamed = DMatrix.fromDense(data.x, {
      ...rows,
      label: data.label,
      featureNames: [...NAMES].reverse(),
    })
    await expect(train({ params, data: outside, rounds: 1 })).rejects.toThrow(
      failure('invalid_label', /\[0, 1\]/),
    )
    await expect(train({ params, data: unlabelled, rounds: 1 })).rejects.toThrow(
      failure('invalid_label', /no label/),
    )
    for (const [valid, message] of [
      [narrow, /4 columns/],
      [renamed, /feature names/],
    ] as const)
      await expect(train({ params, data: matrix, rounds: 1, evals: { valid } })).rejects.toThrow(
        failure('feature_mismatch', message),
      )
    await expect(train({ params, data: matrix, rounds: 0 })).rejects.toThrow(
      failure('invalid_parameter', /rounds/),
    )
    await expect(train({ params, data: matrix, rounds: 9, earlyStoppingRounds: 1 })).rejects.toThrow(
      failure('invalid_parameter', /evals/),
    )
  })

  test('prediction with another shape than the model, and use after dispose', async () => {
    const matrix = training()
    const { booster } = await train({ params, data: matrix, rounds: 2 })
    expect(() => booster.predict(data.x, { rows: 500, columns: 4 })).toThrow(
      failure('feature_mismatch', /5 features/),
    )
    expect(() => booster.predictContributions(data.x, { rows: 250, columns: 8 })).toThrow(
      failure('feature_mismatch', /8/),
    )
    expect(() => booster.predict(data.x, { rows: 399, columns: 5 })).toThrow(
      failure('invalid_shape', /1995 numbers; got 2000/),
    )
    matrix.dispose()
    matrix.dispose()
    await expect(train({ params, data: matrix, rounds: 1 })).rejects.toThrow(
      failure('disposed', /DMatrix was disposed/),
    )
    booster[Symbol.dispose]()
    const calls = [
      () => booster.predict(data.x, { rows: 400, columns: 5 }),
      () => booster.saveBuffer('ubj'),
      () => booster.numFeatures,
    ]
    for (const call of calls) expect(call).toThrow(failure('disposed', /Booster was disposed/))
  })

  test('damaged models are errors, whatever byte is hit, and what still loads does not crash', async () => {
    using matrix = training()
    using booster = (await train({ params, data: matrix, rounds: 2 })).booster
    const noModels = ['', '{}', '{', 'binf', '[]', '{"learner":{}}', 'PK\u0003\u0004', '{L']
    for (const text of noModels)
      expect(() => Booster.fromBuffer(new TextEncoder().encode(text), { library })).toThrow(
        failure('invalid_model', ''),
      )
    await expect(Booster.load('/no/such/model.ubj', { library })).rejects.toMatchObject({ code: 'ENOENT' })
    let state = 1
    const below = (limit: number): number =>
      (state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff) % limit
    let refused = 0
    for (const format of ['ubj', 'json'] as const) {
      const whole = booster.saveBuffer(format)
      for (let length = 0; length < whole.length; length += 41)
        expect(() => Booster.fromBuffer(whole.subarray(0, length), { library })).toThrow(
          failure('invalid_model', ''),
        )
      for (let trial = 0; trial < 1000; trial += 1) {
        const bytes = whole.slice()
        bytes[below(bytes.length)] = trial % 2 ? 48 + below(10) : below(256)
        try {
          using loaded = Booster.fromBuffer(bytes, { library, params: { nthread: 1 } })
          loaded.predict(data.x.subarray(0, 50), { rows: 10, columns: loaded.numFeatures })
          loaded.predictContributions(data.x.subarray(0, 5), { rows: 1, columns: loaded.numFeatures })
        } catch (error) {
          expect(error).toBeInstanceOf(XGBoostError)
          refused += 1
        }
      }
    }
    expect(refused).toBeGreaterThan(500)
  })
})
