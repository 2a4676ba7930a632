import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { claims } from '@claims/blueprints'
import type { ProgressListener } from '@claims/contracts'
import { classifierDefinitions } from '@claims/models'
import { stepDefinitions } from '@claims/scoring'
import { compileBlueprint } from '../src/blueprint/compile-blueprint.ts'
import { crossValidateCandidates, type CrossValidated } from '../src/folds/cross-validate-candidates.ts'
import { prepareTrainingData, readChecked, type TrainingData } from '../src/data/read-training-data.ts'
import { foldLanes } from '../src/folds/fold-lanes.ts'
import { splitData } from '../src/folds/split-data.ts'
import { temporaryFolder, writeGeneratedClaims, type Folder } from './small-data.ts'

/** A logistic regression, and one tree of one split, which cannot win. */
const blueprint = {
  ...claims,
  split: { ...claims.split, kind: 'stratified' as const, folds: 5 },
  candidates: [
    ...claims.candidates.filter(({ kind }) => kind === 'logistic_regression'),
    { name: 'stump', kind: 'xgboost', parameters: { rounds: 1, max_depth: 1 }, search_space: {} },
  ],
}

describe('candidates on the same folds', () => {
  let folder: Folder
  let data: TrainingData
  beforeAll(async () => {
    folder = await temporaryFolder()
    const path = await writeGeneratedClaims(folder.at('claims.csv'), { rows: 2500, seed: 3 })
    const now = new Date(Date.UTC(2030, 0, 1))
    data = prepareTrainingData(await readChecked(path, { blueprint }, { now, purpose: 'training' }))
  })
  afterAll(() => folder.remove())

  const compare = async (
    untilOneRemains: boolean,
    threads = 1,
    onProgress?: ProgressListener,
  ): Promise<CrossValidated[]> =>
    crossValidateCandidates(data, {
      blueprint,
      candidates: compileBlueprint(blueprint, { steps: stepDefinitions, catalog: classifierDefinitions() })
        .candidates,
      splits: splitData(data, blueprint.split, 1).folds,
      seed: 1,
      lanes: foldLanes(threads),
      clock: () => 0,
      untilOneRemains,
      onProgress,
    })
  const aucs = (result: CrossValidated | undefined): readonly number[] =>
    result?.evaluation.cross_validation.metrics.roc_auc?.folds ?? []

  test('who cannot win is stopped, and the other is measured on every fold', async () => {
    const [logistic, stump] = await compare(false)
    expect(stump?.evaluation.stopped?.reason).toMatch(/differs from logistic_regression/)
    expect(aucs(stump).length).toBeLessThan(5)
    expect(aucs(logistic)).toHaveLength(5)
    expect(stump?.evaluation.cross_validation.folds).toBe(aucs(stump).length)
  })

  test('where only the best is asked for, nothing is fitted once it is known', async () => {
    const [whole] = await compare(false)
    const [logistic, stump] = await compare(true)
    expect(stump?.evaluation.stopped).toBeDefined()
    expect(aucs(logistic)).toHaveLength(aucs(stump).length)
    expect(aucs(logistic)).toEqual(aucs(whole).slice(0, aucs(stump).length))
    expect(logistic?.evaluation.stopped).toBeUndefined()
  })

  test.each([1, 2])('progress ends where all is done, with %i threads', async (threads) => {
    const told: (readonly [done: number, total: number | null])[] = []
    await compare(false, threads, (event) => {
      if (event.kind === 'progress') told.push([event.done, event.total])
    })
    expect(told.map(([done]) => done)).toEqual(told.map((_, i) => i + 1))
    expect(told[0]?.[1]).toBe(10)
    expect(told.at(-1)?.[0]).toBe(told.at(-1)?.[1])
    if (threads === 1) expect(told.map(([, total]) => total)).toEqual([10, 10, 10, 10, 10, 10, 8, 8])
  })

  test.each([false, true])(
    'folds beside each other give the same bits (until one remains: %s)',
    async (until) => {
      const [alone, beside] = [await compare(until, 1), await compare(until, 2)]
      expect(beside.map(({ evaluation }) => evaluation)).toEqual(alone.map(({ evaluation }) => evaluation))
      expect(beside.map(({ outOfFold }) => outOfFold)).toEqual(alone.map(({ outOfFold }) => outOfFold))
    },
  )
})
