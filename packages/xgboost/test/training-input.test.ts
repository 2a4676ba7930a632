import { describe, expect, test } from '@jest/globals'
import { Booster, crossValidate, DMatrix, train } from '@claims/xgboost'
import type { CustomMetric } from '@claims/xgboost'
import { libraries } from './libraries.ts'

const [ROWS, COLUMNS] = [60, 3]

describe.each(libraries)('what training is given, library %s', (_version, library) => {
  const matrix = (noise = 0, outputs = 1): DMatrix => {
    const x = Float32Array.from({ length: ROWS * COLUMNS }, (_, at) => Math.sin(at * 12.9898 + noise))
    const label = Float32Array.from({ length: ROWS * outputs }, (_, at) =>
      Number((x[Math.floor(at / outputs) * COLUMNS] ?? 0) + noise * Math.sin(at * 78.233) > 0),
    )
    return DMatrix.fromDense(x, { rows: ROWS, columns: COLUMNS, label, nthread: 1, library })
  }
  const data = matrix()
  const other = matrix(3)
  const ones = new Float32Array(ROWS).fill(1)
  const params = { objective: 'binary:logistic', nthread: 1 } as const
  const attempt = (options: object): Promise<unknown> => train({ params, data, rounds: 2, ...options })

  test.each<[string, object, string, RegExp]>([
    [
      'nothing',
      { obj: () => undefined },
      'invalid_data',
      /obj must answer \{ gradient, hessian \}.*got undefined/,
    ],
    ['a promise of nothing', { obj: () => Promise.resolve(null) }, 'invalid_data', /got null/],
    ['Python’s list', { obj: () => [ones, ones] }, 'invalid_data', /got a list of 2/],
    [
      'Python’s names',
      { obj: () => ({ grad: ones, hess: ones }) },
      'invalid_data',
      /got Object of grad, hess/,
    ],
    [
      'plain lists',
      { obj: () => ({ gradient: [1], hessian: [1] }) },
      'invalid_data',
      /gradient must be a Float32Array; got a list of 1/,
    ],
    [
      'doubles',
      { obj: () => ({ gradient: ones, hessian: new Float64Array(ROWS) }) },
      'invalid_data',
      /hessian must be a Float32Array; got Float64Array/,
    ],
    [
      'too few',
      { obj: () => ({ gradient: ones, hessian: ones.subarray(1) }) },
      'invalid_shape',
      /60 numbers; got 59/,
    ],
    [
      'what is not finite',
      { obj: () => ({ gradient: ones, hessian: ones.map(() => Number.NaN) }) },
      'invalid_data',
      /hessian\[0\]/,
    ],
    ['no function', { obj: 'binary:logistic' }, 'invalid_parameter', /obj must be a function/],
  ])('an objective that answers %s', async (_name, options, code, message) => {
    await expect(attempt(options)).rejects.toMatchObject({
      name: 'XGBoostError',
      code,
      message: expect.stringMatching(message),
    })
  })

  test('gradients given to a booster are checked too', async () => {
    using booster = await Booster.create({ params, matrices: [data] })
    await expect(booster.trainOneIter(data, 0, [ones, ones] as never)).rejects.toMatchObject({
      code: 'invalid_data',
      message: expect.stringMatching(/gradients must be/),
    })
    await expect(booster.trainOneIter(data, 0, null as never)).rejects.toMatchObject({ code: 'invalid_data' })
  })

  test.each<[string, unknown, RegExp]>([
    ['nothing', () => undefined, /must answer \{ name, value \}.*got undefined/],
    ['Python’s pair', () => ['mine', 1], /got a list of 2/],
    ['no number', () => ({ name: 'mine', value: '1' }), /a text and a number/],
    ['no name', () => ({ name: '', value: 1 }), /a text and a number/],
    ['a year for a name', () => ({ name: '2026', value: 1 }), /whole number/],
    ['a name of the library’s', () => ({ name: 'logloss', value: 1 }), /of a metric of the library/],
    ['no function', 5, /customMetric must be a function; got 5/],
  ])('a metric that answers %s', async (_name, customMetric, message) => {
    await expect(attempt({ customMetric, evals: { data } })).rejects.toMatchObject({
      name: 'XGBoostError',
      code: 'invalid_parameter',
      message: expect.stringMatching(message),
    })
  })

  test('a metric that changes its name, or that no set is there for', async () => {
    let calls = 0
    const customMetric: CustomMetric = () => ({ name: `mine_${(calls += 1)}`, value: 1 })
    await expect(attempt({ customMetric, evals: { data } })).rejects.toMatchObject({
      message: expect.stringMatching(/keep its name/),
    })
    await expect(attempt({ customMetric })).rejects.toMatchObject({
      message: expect.stringMatching(/at least one set in evals/),
    })
  })

  test('names from JavaScript’s own objects are names', async () => {
    const customMetric: CustomMetric = () => ({ name: '__proto__', value: 1 })
    const { history, booster } = await train({
      params,
      data,
      rounds: 2,
      customMetric,
      evals: [
        ['constructor', data],
        ['__proto__', other],
      ],
    })
    booster.dispose()
    expect(Object.keys(history)).toEqual(['constructor', '__proto__'])
    expect(Object.entries(history).map(([, metrics]) => Object.entries(metrics).at(-1))).toEqual([
      ['__proto__', [1, 1]],
      ['__proto__', [1, 1]],
    ])
    expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain('logloss')
    await expect(
      attempt({ evals: { data }, earlyStopping: { rounds: 1, dataName: 'constructor' } }),
    ).rejects.toMatchObject({ code: 'invalid_parameter' })
  })

  test('sets named by year have the order of pairs, and none as an object', async () => {
    const options = { params, data, rounds: 30, earlyStoppingRounds: 3 }
    const byWord = await train({ ...options, evals: { first: data, last: other } })
    const byYear = await train({
      ...options,
      evals: [
        ['2026', data],
        ['2025', other],
      ],
    })
    expect([byYear.bestIteration, byYear.bestScore]).toEqual([byWord.bestIteration, byWord.bestScore])
    const unordered = { ...options, evals: { 2026: data, 2025: other } }
    await expect(train(unordered)).rejects.toMatchObject({
      code: 'invalid_parameter',
      message: expect.stringMatching(/named? a set 2025|pairs/),
    })
    const { earlyStoppingRounds: rounds, ...rest } = unordered
    const named = await train({ ...rest, earlyStopping: { rounds, dataName: '2025' } })
    expect(named.bestIteration).toBe(byWord.bestIteration)
    for (const { booster } of [byWord, byYear, named]) booster.dispose()
    for (const evals of [
      [
        ['a', data],
        ['a', other],
      ],
      [['a']],
      [['a\tb', data]],
      { a: 5 },
      [[5, data]],
    ])
      await expect(attempt({ evals })).rejects.toMatchObject({
        name: 'XGBoostError',
        code: 'invalid_parameter',
      })
  })

  test('a metric of one’s own is minimised whatever its name begins with; one named like the library’s is asked for', async () => {
    const best = async (name: string, maximize?: boolean): Promise<number> => {
      const customMetric: CustomMetric = (predictions, set) => {
        const label = set.getLabel()
        return {
          name,
          value: predictions.reduce((sum, value, row) => sum + Math.abs(value - (label[row] ?? 0)), 0),
        }
      }
      const { bestIteration, booster } = await train({
        params: { ...params, disableDefaultEvalMetric: true },
        data,
        rounds: 12,
        evals: { data },
        customMetric,
        earlyStopping: { rounds: 4, ...(maximize !== undefined && { maximize }) },
      })
      booster.dispose()
      return bestIteration
    }
    for (const name of [
      'mine',
      'premium_rmse',
      'precision_loss',
      'mapped',
      'auc_gap',
      'ndcg_regret',
      'aucpr2',
    ])
      expect([name, await best(name)]).toEqual([name, 11])
    expect(await best('auc', false)).toBe(11)
    expect(await best('auc', true)).toBe(0)
    await expect(best('auc')).rejects.toMatchObject({
      code: 'invalid_parameter',
      message: expect.stringMatching(/maximize/),
    })
    await expect(best('ndcg@5-')).rejects.toMatchObject({ code: 'invalid_parameter' })
    await expect(
      crossValidate({
        params,
        data,
        rounds: 3,
        earlyStoppingRounds: 2,
        customMetric: () => ({ name: 'auc', value: 1 }),
      }),
    ).rejects.toMatchObject({ code: 'invalid_parameter' })
  })

  test('a trained model holds what it needs, also with leaves of several values', async () => {
    if (!library.atLeast('3.0.0')) return
    using several = matrix(0, 3)
    const vector = { objective: 'reg:squarederror', multiStrategy: 'multi_output_tree', nthread: 1 } as const
    const byHand = await Booster.create({ params: vector, matrices: [several] })
    for (let round = 0; round < 4; round += 1) await byHand.trainOneIter(several, round)
    const { booster } = await train({ params: vector, data: several, rounds: 4 })
    const x = Float32Array.from({ length: ROWS * COLUMNS }, (_, at) => Math.sin(at * 12.9898))
    const shape = { rows: ROWS, columns: COLUMNS }
    const wanted = byHand.predict(x, shape)
    using slice = byHand.slice(0, 2)
    byHand.dispose()
    for (let at = 0; at < 50; at += 1) matrix(at, 3).dispose()
    expect(booster.predict(x, shape)).toEqual(wanted)
    for (const format of ['ubj', 'json'] as const) {
      using again = Booster.fromBuffer(booster.saveBuffer(format), { library })
      expect(again.predict(x, shape)).toEqual(wanted)
      using cut = Booster.fromBuffer(slice.saveBuffer(format), { library })
      expect(cut.predict(x, shape)).toEqual(booster.predict(x, { ...shape, iterationRange: [0, 2] }))
    }
    booster.dispose()
  })

  test('names with quotes, tabs and escapes stand in dumps, scores and files as they are', async () => {
    const names = ['"size" in m2', 'a\tb\nc', 'back\\slash \u0001 größe 🙂']
    const x = Float32Array.from({ length: ROWS * COLUMNS }, (_, at) => Math.sin(at * 12.9898))
    const label = Float32Array.from({ length: ROWS }, (_, row) =>
      Number((x[row * 3] ?? 0) + (x[row * 3 + 1] ?? 0) * (x[row * 3 + 2] ?? 0) > 0),
    )
    using named = DMatrix.fromDense(x, {
      rows: ROWS,
      columns: COLUMNS,
      label,
      featureNames: names,
      nthread: 1,
      library,
    })
    const { booster } = await train({
      params: { ...params, minChildWeight: 0, maxDepth: 4 },
      data: named,
      rounds: 4,
    })
    const dumped = booster.dump({ format: 'json', withStats: true }).map((tree): unknown => JSON.parse(tree))
    const text = JSON.stringify(dumped)
    const used = Object.keys(booster.featureScores('gain'))
    expect(used.length).toBeGreaterThan(0)
    for (const name of used) {
      expect(names).toContain(name)
      expect(text).toContain(`"split":${JSON.stringify(name)}`)
    }
    for (const format of ['ubj', 'json'] as const) {
      using again = Booster.fromBuffer(booster.saveBuffer(format), { library })
      expect(again.featureNames).toEqual(names)
    }
    booster.dispose()
  })
})
