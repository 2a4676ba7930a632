import { createRandom, takeMatrixRows } from '@claims/frame'
import { crossValidate, foldSplits, logisticRegression, type FoldModel, type Split } from '@claims/models'
import { logisticProblem } from '@claims/models/testing'
import { describe, expect, test } from '@jest/globals'

const { x, y } = logisticProblem({ rows: 600, columns: 5, seed: 8 })
const splits = foldSplits({ kind: 'stratified', target: y, folds: 4, random: createRandom(3) })

async function fit(train: Uint32Array): Promise<FoldModel> {
  const model = await logisticRegression.create({}).fit(
    takeMatrixRows(x, train),
    Uint8Array.from(train, (row) => y[row]!),
    { seed: 1, threads: 1 },
  )
  return {
    predict: (rows) => model.predictProba(takeMatrixRows(x, rows)),
    rounds: model.rounds,
    dispose: () => {
      model.dispose()
    },
  }
}

const constant: FoldModel = { predict: (rows) => new Float64Array(rows.length).fill(0.5) }

describe('cross-validation', () => {
  test('predicts each row by the model that did not see it', async () => {
    const progress: number[] = []
    const result = await crossValidate({ splits, target: y, fit, onProgress: (done) => progress.push(done) })
    expect(progress).toEqual([1, 2, 3, 4])
    expect(result.tested).toEqual(Uint32Array.from(y.keys()))
    expect(result.folds.map(({ test: rows }) => rows)).toEqual(splits.map(({ test: rows }) => rows))
    for (const [fold, { train, test: tested }] of splits.entries()) {
      const model = await fit(train)
      expect(await model.predict(tested)).toEqual(
        Float64Array.from(tested, (row) => result.predictions[row]!),
      )
      expect(result.folds[fold]!.rounds).toBe(model.rounds)
      expect(result.folds[fold]!.seconds).toBeGreaterThan(0)
    }
  })

  test('leaves rows that are never tested NaN', async () => {
    const some = splits.slice(0, 2)
    const { predictions, tested } = await crossValidate({
      splits: some,
      target: y,
      fit: async () => constant,
    })
    const expected = some.flatMap(({ test: rows }) => [...rows]).sort((a, b) => a - b)
    expect([...tested]).toEqual(expected)
    expect(predictions.filter((value) => Number.isNaN(value))).toHaveLength(600 - expected.length)
  })

  test('disposes of each model, also when predicting fails', async () => {
    let disposed = 0
    const broken = async (): Promise<FoldModel> => ({
      predict: () => new Float64Array(1),
      dispose: () => {
        disposed++
      },
    })
    await expect(crossValidate({ splits, target: y, fit: broken })).rejects.toHaveProperty(
      'code',
      'length_mismatch',
    )
    expect(disposed).toBe(1)
  })

  test('can be aborted between folds', async () => {
    const controller = new AbortController()
    let fits = 0
    const aborting = async (): Promise<FoldModel> => {
      fits++
      controller.abort()
      return constant
    }
    const run = crossValidate({ splits, target: y, fit: aborting, signal: controller.signal })
    await expect(run).rejects.toHaveProperty('code', 'aborted')
    expect(fits).toBe(1)
  })

  test('refuses splits that leak', async () => {
    const leaks: [Split[], RegExp][] = [
      [[{ train: Uint32Array.of(0, 1, 2), test: Uint32Array.of(2, 3) }], /row 2 is in both/],
      [[{ train: Uint32Array.of(0, 1, 2), test: Uint32Array.of(600) }], /row 600 does not exist/],
      [[...splits, splits[0]!], /tested in fold 0 already/],
    ]
    for (const [leaking, message] of leaks) {
      const run = crossValidate({ splits: leaking, target: y, fit: async () => constant })
      await expect(run).rejects.toThrow(message)
    }
    const ones = Uint32Array.from(y.keys()).filter((row) => y[row] === 1)
    const oneClass = [{ train: ones, test: Uint32Array.of(y.indexOf(0)) }]
    await expect(
      crossValidate({ splits: oneClass, target: y, fit: async () => constant }),
    ).rejects.toHaveProperty('code', 'label_single_class')
  })
})
