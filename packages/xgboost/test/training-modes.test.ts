import { describe, expect, test } from '@jest/globals'
import { crossValidate, DMatrix, train } from '@claims/xgboost'
import type { BoosterParameters, CustomMetric, CustomObjective } from '@claims/xgboost'
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
const logistic: BoosterParameters = { ...common, objective: 'binary:logistic', evalMetric: 'logloss' }
const x = data.x.subarray(300 * COLUMNS, 320 * COLUMNS)
const shape = { rows: 20, columns: COLUMNS }
const coded = (code: string, message: RegExp) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) })

describe.each(libraries)('ways of training, library %s', (version, library) => {
  const reference = referenceOf(version)
  const matrix = (begin: number, end: number): DMatrix =>
    matrixOf(data, { begin, end, weighted: true, library })

  // The loss of the reference script: gradient m - y, Hessian 2.
  const obj: CustomObjective = (margins, { rows }) => {
    const gradient = new Float32Array(rows)
    for (let row = 0; row < rows; row += 1) gradient[row] = (margins[row] ?? 0) - (data.label[row] ?? 0)
    return { gradient, hessian: new Float32Array(rows).fill(2) }
  }
  const customMetric: CustomMetric = (margins, { rows }) => {
    let sum = 0
    for (let row = 0; row < rows; row += 1)
      sum += Math.abs((margins[row] ?? 0) - (data.label[300 + row] ?? 0))
    return { name: 'absolute', value: sum / rows }
  }

  test('an objective and a metric of one’s own train what they train in Python, bit for bit', async () => {
    using rows = matrix(0, 300)
    using valid = matrix(300, 400)
    const { booster, history } = await train({
      params: { ...common, evalMetric: 'rmse' },
      data: rows,
      rounds: 6,
      evals: { valid },
      obj,
      customMetric,
    })
    using trained = booster
    expect(Array.from(trained.predict(x, { ...shape, outputMargin: true }))).toEqual(reference.custom.margins)
    expect(Object.keys(history['valid'] ?? {})).toEqual(['rmse', 'absolute'])
    for (const [metric, expected] of Object.entries(reference.custom.history))
      expected.forEach((value, round) => {
        expect(history['valid']?.[metric]?.[round]).toBeCloseTo(value, 6)
      })
  })

  test('gradients that equal the objective’s own give the objective’s own model', async () => {
    using rows = matrixOf(data, { begin: 0, end: 300, weighted: false, library })
    const several: BoosterParameters = { ...common, objective: 'multi:softprob', numClass: 3 }
    const label = Float32Array.from({ length: 300 }, (_, row) => row % 3)
    using classes = DMatrix.fromDense(data.x.subarray(0, 300 * COLUMNS), {
      rows: 300,
      columns: COLUMNS,
      label,
      nthread: 1,
      library,
    })
    const softmax: CustomObjective = (margins) => {
      const [gradient, hessian] = [new Float32Array(900), new Float32Array(900)]
      for (let row = 0; row < 300; row += 1) {
        const powers = [0, 1, 2].map((output) => Math.exp(margins[row * 3 + output] ?? 0))
        const sum = powers.reduce((total, power) => total + power, 0)
        powers.forEach((power, output) => {
          const probability = power / sum
          gradient[row * 3 + output] = probability - (label[row] === output ? 1 : 0)
          hessian[row * 3 + output] = Math.max(2 * probability * (1 - probability), 1e-16)
        })
      }
      return { gradient, hessian }
    }
    using own = (await train({ params: several, data: classes, rounds: 4, obj: softmax })).booster
    using theirs = (await train({ params: several, data: classes, rounds: 4 })).booster
    const [left, right] = [own.predict(x, shape), theirs.predict(x, shape)]
    expect(left).toHaveLength(60)
    left.forEach((value, at) => {
      expect(Math.abs(value - (right[at] ?? 0))).toBeLessThan(1e-5)
    })
    await expect(
      train({
        params: logistic,
        data: rows,
        rounds: 1,
        obj: () => ({ gradient: new Float32Array(3), hessian: new Float32Array(300) }),
      }),
    ).rejects.toThrow(coded('invalid_shape', /gradient must hold 300 rows x 1 outputs = 300 numbers; got 3/))
    await expect(
      train({
        params: logistic,
        data: rows,
        rounds: 1,
        obj: () => ({ gradient: new Float32Array(300).fill(NaN), hessian: new Float32Array(300) }),
      }),
    ).rejects.toThrow(coded('invalid_data', /gradient\[0\]/))
  })

  test('going on from a model gives what Python gives; from a loaded one too', async () => {
    using rows = matrix(0, 300)
    using first = (await train({ params: logistic, data: rows, rounds: 4 })).booster
    const before = Buffer.from(first.saveBuffer('ubj'))
    for (const xgbModel of [first, first.saveBuffer('json')]) {
      const result = await train({ params: logistic, data: rows, rounds: 3, xgbModel })
      using continued = result.booster
      expect(continued.boostedRounds).toBe(reference.continued.rounds)
      expect(result.bestIteration).toBe(6)
      expect(Array.from(continued.predict(x, shape))).toEqual(reference.continued.predictions)
    }
    expect(Buffer.compare(before, first.saveBuffer('ubj'))).toBe(0)
    using narrow = DMatrix.fromDense(new Float32Array(40), {
      rows: 10,
      columns: 4,
      label: new Float32Array(10),
      library,
    })
    await expect(train({ params: logistic, data: narrow, rounds: 1, xgbModel: first })).rejects.toThrow(
      coded('feature_mismatch', /5 features; the training data has 4/),
    )
    await expect(
      train({ params: logistic, data: rows, rounds: 1, xgbModel: new Uint8Array(9) }),
    ).rejects.toThrow(coded('invalid_model', /no XGBoost model/))
  })

  test('update with refresh keeps the trees and learns their leaves again', async () => {
    using rows = matrix(0, 300)
    using valid = matrix(300, 400)
    using first = (await train({ params: logistic, data: rows, rounds: 4 })).booster
    const { treeMethod: _, ...rest } = logistic
    const params: BoosterParameters = {
      ...rest,
      processType: 'update',
      updater: 'refresh',
      refreshLeaf: true,
    }
    using refreshed = (await train({ params, data: valid, rounds: 4, xgbModel: first })).booster
    expect(refreshed.boostedRounds).toBe(reference.refreshed.rounds)
    expect(Array.from(refreshed.predict(x, shape))).toEqual(reference.refreshed.predictions)
    await expect(train({ params, data: valid, rounds: 5, xgbModel: first })).rejects.toThrow(
      coded('invalid_parameter', /4 rounds of xgbModel again; rounds is 5/),
    )
  })

  test('early stopping looks where it is told to, with a least gain, and can keep every round', async () => {
    using rows = matrix(0, 300)
    using valid = matrix(300, 400)
    const options = {
      params: { ...logistic, evalMetric: ['logloss', 'auc'] },
      data: rows,
      rounds: 200,
      evals: { train: rows, valid },
    }
    const earlyStopping = { rounds: 5, metricName: 'logloss', dataName: 'train', minDelta: 0.02 }
    const whole = await train({ ...options, earlyStopping: { ...earlyStopping, saveBest: false } })
    const best = await train({ ...options, earlyStopping })
    using every = whole.booster
    using cut = best.booster
    expect(every.boostedRounds).toBe(reference.stopped.rounds)
    expect([whole.bestIteration, best.bestIteration, every.bestIteration]).toEqual(
      new Array(3).fill(reference.stopped.best_iteration),
    )
    expect(cut.boostedRounds).toBe(reference.stopped.best_iteration + 1)
    // A minimised metric that is maximised by order stops after the first rounds.
    const turned = await train({
      ...options,
      earlyStopping: { rounds: 2, metricName: 'logloss', maximize: true },
    })
    turned.booster.dispose()
    expect(turned.bestIteration).toBeLessThan(3)
    for (const [wrong, message] of [
      [{ dataName: 'test' }, /one of train, valid; got test/],
      [{ metricName: 'rmse' }, /one of logloss, auc; got rmse/],
      [{ minDelta: -1 }, /minDelta/],
      [{ rounds: 0 }, /earlyStopping.rounds/],
    ] as const)
      await expect(train({ ...options, earlyStopping: { ...earlyStopping, ...wrong } })).rejects.toThrow(
        coded('invalid_parameter', message),
      )
    await expect(train({ ...options, earlyStopping, earlyStoppingRounds: 3 })).rejects.toThrow(
      coded('invalid_parameter', /not both/),
    )
  })

  test.each(['gblinear', 'dart'] as const)('%s keeps its best round', async (name) => {
    using rows = matrix(0, 300)
    using valid = matrix(300, 400)
    const params: BoosterParameters = {
      objective: 'binary:logistic',
      booster: name,
      nthread: 1,
      eta: 0.9,
      ...(name === 'dart' ? { rateDrop: 0.2, seed: 3 } : { updater: 'coord_descent' }),
    }
    const evals = { valid }
    // The loss of the linear model only falls: with the greatest loss for the best its first round is kept.
    const maximize = name === 'gblinear'
    const { booster, history, bestIteration } = await train({
      params,
      data: rows,
      rounds: 60,
      evals,
      earlyStopping: { rounds: 4, maximize },
    })
    using kept = booster
    const losses = history['valid']?.['logloss'] ?? []
    expect(losses[bestIteration]).toBe(maximize ? Math.max(...losses) : Math.min(...losses))
    expect(losses.length).toBeGreaterThan(bestIteration + 1)
    if (name === 'dart') {
      expect(kept.boostedRounds).toBe(bestIteration + 1)
      return
    }
    const predictions = kept.predict(data.x.subarray(300 * COLUMNS), { rows: 100, columns: COLUMNS })
    let [loss, weights] = [0, 0]
    predictions.forEach((probability, row) => {
      const weight = data.weight[300 + row] ?? 0
      loss -= weight * Math.log(data.label[300 + row] === 1 ? probability : 1 - probability)
      weights += weight
    })
    expect(loss / weights).toBeCloseTo(losses[bestIteration] ?? 0, 4)
  })

  test('cross-validation with given folds finds what Python finds', async () => {
    using whole = matrixOf(data, { begin: 0, end: 400, weighted: false, library })
    const rows = Array.from({ length: 400 }, (_, row) => row)
    const folds = [0, 1, 2, 3].map((fold) => ({
      train: rows.filter((row) => row % 4 !== fold),
      test: rows.filter((row) => row % 4 === fold),
    }))
    const rounds: number[] = []
    const { history, bestIteration, bestScore } = await crossValidate({
      params: { ...common, objective: 'binary:logistic', evalMetric: ['logloss'] },
      data: whole,
      rounds: 40,
      folds,
      earlyStoppingRounds: 3,
      onRound: ({ round }) => rounds.push(round),
    })
    const own = {
      'train-logloss-mean': history.train['logloss']?.mean,
      'train-logloss-std': history.train['logloss']?.std,
      'test-logloss-mean': history.test['logloss']?.mean,
      'test-logloss-std': history.test['logloss']?.std,
    }
    for (const [name, found] of Object.entries(own)) {
      const expected = reference.cv[name] ?? []
      expect(found).toHaveLength(expected.length)
      expected.forEach((value, round) => {
        expect(found?.[round]).toBeCloseTo(value, 10)
      })
    }
    expect(bestIteration).toBe((reference.cv['test-logloss-mean']?.length ?? 0) - 1)
    expect(bestScore).toBe(history.test['logloss']?.mean.at(-1))
    expect(rounds).toHaveLength(bestIteration + 4)
  })

  test('cross-validation divides by itself, repeats by seed, stratifies, stops when aborted', async () => {
    using whole = matrixOf(data, { begin: 0, end: 400, weighted: false, library })
    const options = { params: logistic, data: whole, rounds: 3, nfold: 4 }
    const score = async (stratified: boolean): Promise<number> =>
      (await crossValidate({ ...options, stratified, seed: 7 })).bestScore
    expect(await score(false)).toBe(await score(false))
    expect(await score(true)).not.toBe(await score(false))
    const { seed: _, ...params } = logistic
    const [one, two] = [
      await crossValidate({ ...options, params, seed: 1 }),
      await crossValidate({ ...options, params, seed: 2 }),
    ]
    expect(one.bestScore).not.toBe(two.bestScore)
    expect(one.history.test['logloss']?.std.every((value) => value > 0)).toBe(true)
    await expect(crossValidate({ ...options, nfold: 1 })).rejects.toThrow(coded('invalid_parameter', /nfold/))
    const controller = new AbortController()
    const aborted = crossValidate({
      ...options,
      rounds: 500,
      signal: controller.signal,
      onRound: ({ round }) => {
        if (round === 1) controller.abort()
      },
    })
    await expect(aborted).rejects.toMatchObject({ name: 'AbortError' })
  })

  test('ranking folds keep query groups whole', async () => {
    const group = Uint32Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? 8 : 12))
    const label = Float32Array.from({ length: 400 }, (_, row) => row % 4)
    using whole = DMatrix.fromDense(data.x, {
      rows: 400,
      columns: COLUMNS,
      label,
      group,
      nthread: 1,
      library,
    })
    const sizes = new Set<number>()
    const { history } = await crossValidate({
      params: { ...common, objective: 'rank:ndcg', evalMetric: 'ndcg' },
      data: whole,
      rounds: 2,
      nfold: 4,
      customMetric: (_, fold) => {
        for (const size of fold.getGroup()) sizes.add(size)
        return { name: 'rows', value: fold.rows }
      },
    })
    expect(Array.from(sizes).sort((left, right) => left - right)).toEqual([8, 12])
    expect(history.test['ndcg']?.mean).toHaveLength(2)
  })

  test('a random forest, constraints and weights of the positive rows are passed through', async () => {
    using rows = matrix(0, 300)
    const forest: BoosterParameters = {
      ...logistic,
      numParallelTree: 5,
      subsample: 0.8,
      colsampleBynode: 0.6,
      eta: 1,
    }
    using booster = (await train({ params: forest, data: rows, rounds: 1 })).booster
    expect(booster.boostedRounds).toBe(1)
    expect(booster.dump()).toHaveLength(5)
    const params: BoosterParameters = {
      ...logistic,
      interactionConstraints: [[0], [1, 2]],
      monotoneConstraints: [1, 1, 0, 0, 0],
    }
    using constrained = (await train({ params, data: rows, rounds: 5 })).booster
    for (const tree of constrained.trees().trees) {
      const used = new Set(Array.from(tree.left.keys()).filter((node) => tree.left[node] !== -1))
      const features = new Set(Array.from(used, (node) => tree.feature[node]))
      expect(features.has(0) && (features.has(1) || features.has(2))).toBe(false)
    }
    const mean = async (scalePosWeight: number): Promise<number> => {
      using weighted = (await train({ params: { ...logistic, scalePosWeight }, data: rows, rounds: 5 }))
        .booster
      return weighted.predict(x, shape).reduce((sum, value) => sum + value, 0)
    }
    expect(await mean(5)).toBeGreaterThan(await mean(1))
  })

  test('constraints of columns that there are not are refused', async () => {
    using rows = matrix(0, 300)
    for (const [wrong, message] of [
      [{ monotoneConstraints: [1, 0, 0, 0, 0, 1] }, /6 constraints for 5 columns/],
      [{ interactionConstraints: [[0, 7]] }, /column 7; the columns are 0 to 4/],
      [{ monotoneConstraints: [2] }, /-1, 0 or 1/],
      [{ interactionConstraints: 'all' }, /a list of lists/],
    ] as const) {
      const params = { ...logistic, ...(wrong as BoosterParameters) }
      await expect(train({ params, data: rows, rounds: 1 })).rejects.toThrow(
        coded('invalid_parameter', message),
      )
    }
  })

  test('a device and parameters that the library lacks are named', async () => {
    using rows = matrix(0, 300)
    const cuda: BoosterParameters = version.startsWith('1.')
      ? { ...logistic, treeMethod: 'gpu_hist' }
      : { ...logistic, device: 'cuda' }
    await expect(train({ params: cuda, data: rows, rounds: 1 })).rejects.toThrow(
      coded('library_unsupported', /is a CPU build/),
    )
    const absent: [BoosterParameters, RegExp] = version.startsWith('1.')
      ? [{ ...logistic, device: 'cpu' }, /device needs XGBoost 2.0.0; this library is 1.7.5/]
      : [{ ...logistic, predictor: 'cpu_predictor' }, /predictor is not in XGBoost 2.0.0 or later/]
    await expect(train({ params: absent[0], data: rows, rounds: 1 })).rejects.toThrow(
      coded('library_unsupported', absent[1]),
    )
    expect(NAMES).toHaveLength(rows.columns)
  })
})
