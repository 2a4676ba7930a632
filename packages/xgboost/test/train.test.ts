import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, test } from '@jest/globals'
import { Booster, DMatrix, train } from '@claims/xgboost'
import type { BoosterParameters } from '@claims/xgboost'
import { COLUMNS, generate, libraries, matrixOf, NAMES } from './libraries.ts'

const data = generate()
const params: BoosterParameters = {
  objective: 'binary:logistic',
  treeMethod: 'hist',
  maxDepth: 3,
  eta: 0.5,
  nthread: 1,
  evalMetric: 'logloss',
}
const x = data.x.subarray(300 * COLUMNS)
const shape = { rows: 100, columns: COLUMNS }

describe.each(libraries)('train, library %s', (_version, library) => {
  const trainingMatrix = (): DMatrix => matrixOf(data, { begin: 0, end: 300, weighted: true, library })
  const validMatrix = (): DMatrix => matrixOf(data, { begin: 300, end: 400, weighted: false, library })

  test('early stopping keeps the best round of a minimised metric, also after loading', async () => {
    using matrix = trainingMatrix()
    using valid = validMatrix()
    const { booster, history, bestIteration, bestScore } = await train({
      params,
      data: matrix,
      rounds: 300,
      evals: { train: matrix, valid },
      earlyStoppingRounds: 5,
    })
    using kept = booster
    const losses = history['valid']?.['logloss'] ?? []
    expect(losses).toHaveLength(bestIteration + 6)
    expect(history['train']?.['logloss']).toHaveLength(bestIteration + 6)
    expect(bestScore).toBe(Math.min(...losses))
    expect(losses[bestIteration]).toBe(bestScore)
    expect(kept.boostedRounds).toBe(bestIteration + 1)
    expect(kept.featureNames).toEqual(NAMES)
    expect(kept.attributes()).toEqual({
      best_iteration: String(bestIteration),
      best_score: String(bestScore),
    })
    using short = (await train({ params, data: matrix, rounds: bestIteration + 1 })).booster
    expect(kept.predict(x, shape)).toEqual(short.predict(x, shape))
    using loaded = Booster.fromBuffer(kept.saveBuffer('json'), { library, params: { nthread: 1 } })
    expect(loaded.bestIteration).toBe(bestIteration)
    expect(loaded.predict(x, shape)).toEqual(kept.predict(x, shape))
  })

  test('early stopping follows the last set and the last metric, and knows what to maximise', async () => {
    using matrix = trainingMatrix()
    using valid = validMatrix()
    const { booster, history, bestIteration, bestScore } = await train({
      params: { ...params, evalMetric: ['logloss', 'auc'] },
      data: matrix,
      rounds: 300,
      evals: { train: matrix, valid },
      earlyStoppingRounds: 5,
    })
    booster.dispose()
    const values = history['valid']?.['auc'] ?? []
    expect(bestScore).toBe(Math.max(...values))
    expect(values.indexOf(bestScore ?? 0)).toBe(bestIteration)
  })

  test.each([{}, { subsample: 0.6, colsampleBytree: 0.6 }])(
    'the same seed gives the same bytes: %j',
    async (sampling) => {
      using matrix = trainingMatrix()
      const bytesOf = async (seed: number): Promise<Uint8Array> => {
        using booster = (await train({ params: { ...params, ...sampling }, data: matrix, rounds: 10, seed }))
          .booster
        return booster.saveBuffer('ubj')
      }
      const first = await bytesOf(3)
      expect(Buffer.compare(await bytesOf(3), first)).toBe(0)
      if ('subsample' in sampling) expect(Buffer.compare(await bytesOf(4), first)).not.toBe(0)
    },
  )

  test('columns and rows make the same model', async () => {
    using matrix = trainingMatrix()
    const columnOf =
      (column: number) =>
      (_: unknown, row: number): number =>
        data.x[row * COLUMNS + column] ?? 0
    const columns = NAMES.map((_, column) =>
      column % 2 === 0
        ? Float32Array.from({ length: 300 }, columnOf(column))
        : Float64Array.from({ length: 300 }, columnOf(column)),
    )
    const [label, weight] = [data.label.subarray(0, 300), data.weight.subarray(0, 300)]
    using columnar = DMatrix.fromColumns(columns, { label, weight, featureNames: NAMES, nthread: 1, library })
    using left = (await train({ params, data: matrix, rounds: 5 })).booster
    using right = (await train({ params, data: columnar, rounds: 5 })).booster
    expect(Buffer.compare(left.saveBuffer('ubj'), right.saveBuffer('ubj'))).toBe(0)
  })

  test('a signal stops the training between rounds', async () => {
    using matrix = trainingMatrix()
    const controller = new AbortController()
    let rounds = 0
    const training = train({
      params,
      data: matrix,
      rounds: 1000,
      signal: controller.signal,
      onRound: ({ round }) => {
        rounds = round + 1
        if (round === 3) controller.abort()
      },
    })
    await expect(training).rejects.toMatchObject({ name: 'AbortError' })
    expect(rounds).toBe(4)
    await expect(train({ params, data: matrix, rounds: 1, signal: AbortSignal.abort() })).rejects.toThrow(
      'aborted',
    )
  })

  test('rounds that the thread runs by itself are the rounds that one asks for', async () => {
    using matrix = trainingMatrix()
    using asked = await Booster.create({ params, matrices: [matrix] })
    for (let round = 0; round < 6; round += 1) await asked.trainOneIter(matrix, round)
    using alone = await Booster.create({ params, matrices: [matrix] })
    const heard: number[] = []
    await alone.trainRounds(matrix, { from: 0, count: 2 })
    await alone.trainRounds(matrix, { from: 2, count: 4, onRound: (round) => heard.push(round) })
    expect(heard).toEqual([2, 3, 4, 5])
    expect(Buffer.compare(alone.saveBuffer('ubj'), asked.saveBuffer('ubj'))).toBe(0)
    using watched = (await train({ params, data: matrix, rounds: 6, evals: { matrix } })).booster
    using unwatched = (await train({ params, data: matrix, rounds: 6 })).booster
    expect(Buffer.compare(watched.saveBuffer('ubj'), unwatched.saveBuffer('ubj'))).toBe(0)
  })

  test('rounds go on while the calling thread is busy, and end where it throws or aborts meanwhile', async () => {
    using matrix = trainingMatrix()
    const busy = new Int32Array(new SharedArrayBuffer(4))
    const heard: number[] = []
    using booster = await Booster.create({ params, matrices: [matrix] })
    await booster.trainRounds(matrix, {
      from: 0,
      count: 3,
      onRound: (round) => {
        if (round === 0) Atomics.wait(busy, 0, 0, 300)
        heard.push(round)
      },
    })
    expect(heard).toEqual([0, 1, 2])
    const failing = booster.trainRounds(matrix, {
      from: 3,
      count: 100_000,
      onRound: () => {
        throw new RangeError('enough')
      },
    })
    await expect(failing).rejects.toThrow('enough')
    const controller = new AbortController()
    const aborted = booster.trainRounds(matrix, { from: 0, count: 100_000, signal: controller.signal })
    controller.abort()
    await expect(aborted).rejects.toMatchObject({ name: 'AbortError' })
    expect(booster.boostedRounds).toBeLessThan(100_000)
  })

  test('calls on one booster follow one another; a synchronous one meanwhile is refused', async () => {
    using matrix = trainingMatrix()
    using serial = await Booster.create({ params, matrices: [matrix] })
    for (let round = 0; round < 4; round += 1) await serial.trainOneIter(matrix, round)
    using booster = await Booster.create({ params, matrices: [matrix] })
    const rounds = [0, 1, 2, 3].map((round) => booster.trainOneIter(matrix, round))
    expect(() => booster.predict(x, shape)).toThrow(expect.objectContaining({ code: 'busy' }))
    await Promise.all(rounds)
    expect(booster.predict(x, shape)).toEqual(serial.predict(x, shape))
  })

  test('disposing what a running call uses waits for that call', async () => {
    const matrix = trainingMatrix()
    const booster = await Booster.create({ params, matrices: [matrix] })
    const round = booster.trainOneIter(matrix, 0)
    matrix.dispose()
    booster.dispose()
    await round
    expect(() => booster.boostedRounds).toThrow(expect.objectContaining({ code: 'disposed' }))
  })

  test('the event loop stays free while one thread trains', async () => {
    const [rows, columns] = [50_000, 20]
    let state = 1
    const noise = (): number => (state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff) / 0x80000000
    const values = Float32Array.from({ length: rows * columns }, noise)
    const label = Float32Array.from({ length: rows }, () => (noise() > 0.5 ? 1 : 0))
    using matrix = DMatrix.fromDense(values, { rows, columns, label, nthread: 1, library })
    const measured = async (
      work: () => Promise<unknown>,
    ): Promise<{ p99: number; busy: number; took: number }> => {
      const delay = monitorEventLoopDelay({ resolution: 5 })
      const [started, before] = [performance.now(), performance.eventLoopUtilization()]
      delay.enable()
      await work()
      delay.disable()
      const busy = performance.eventLoopUtilization(before).utilization
      return { p99: delay.percentile(99) / 1e6, busy, took: performance.now() - started }
    }
    // On a machine busy with other work the operating system itself delays the loop: that share is measured first.
    const idle = await measured(() => setTimeout(500))
    const deep: BoosterParameters = { ...params, maxDepth: 8 }
    const training = await measured(async () => {
      const { booster } = await train({ params: deep, data: matrix, rounds: 80, evals: { matrix } })
      booster.dispose()
    })
    expect(training.took).toBeGreaterThan(300)
    expect(training.p99).toBeLessThan(50 + 2 * idle.p99)
    expect(training.busy).toBeLessThan(0.5)
  })
})
