import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { claims } from '@claims/blueprints'
import type { Blueprint } from '@claims/contracts'
import { classifierDefinitions } from '@claims/models'
import { stepDefinitions } from '@claims/scoring'
import { compileBlueprint } from '../src/blueprint/compile-blueprint.ts'
import { prepareTrainingData, readChecked, type TrainingData } from '../src/data/read-training-data.ts'
import { fitCandidate, type FittedCandidate } from '../src/folds/fit-candidate.ts'
import { foldLanes } from '../src/folds/fold-lanes.ts'
import { splitData, type DataSplit } from '../src/folds/split-data.ts'
import { compareModels, type ComparedModels, type FinalFit } from '../src/selection/compare-models.ts'
import { temporaryFolder, writeGeneratedClaims, type Folder } from './small-data.ts'

const seed = 1
const trees = (name: string, parameters: Blueprint['candidates'][number]['parameters']) => ({
  name,
  kind: 'xgboost',
  parameters: { rounds: 12, max_depth: 3, early_stopping_rounds: null, ...parameters },
  search_space: {},
})
/** Trees, and a tree of one split, which cannot win. */
const blueprintOf = (winner: Blueprint['candidates'][number]): Blueprint => ({
  ...claims,
  split: { ...claims.split, kind: 'stratified' as const, folds: 4 },
  candidates: [trees('stump', { rounds: 1, max_depth: 1 }), winner],
})

describe('models of many rows', () => {
  let folder: Folder
  let data: TrainingData
  let split: DataSplit
  beforeAll(async () => {
    folder = await temporaryFolder()
    const path = await writeGeneratedClaims(folder.at('claims.csv'), { rows: 3000, seed: 4 })
    const now = new Date(Date.UTC(2030, 0, 1))
    const blueprint = blueprintOf(trees('trees', {}))
    data = prepareTrainingData(await readChecked(path, { blueprint }, { now, purpose: 'training' }))
    split = splitData(data, blueprint.split, seed)
  })
  afterAll(() => folder.remove())

  const fitter =
    (blueprint: Blueprint): FinalFit['fit'] =>
    (selected, how) =>
      fitCandidate(data, split.train, { blueprint, ...selected, seed, purpose: 'final', ...how })
  const compare = async (
    blueprint: Blueprint,
    how: { threads?: number; fit?: FinalFit['fit']; above?: number; signal?: AbortSignal } = {},
  ): Promise<ComparedModels> =>
    compareModels(
      data,
      {
        blueprint,
        candidates: compileBlueprint(blueprint, { steps: stepDefinitions, catalog: classifierDefinitions() })
          .candidates,
        splits: split.folds,
        seed,
        lanes: foldLanes(how.threads ?? 1),
        clock: () => 0,
        signal: how.signal,
      },
      {
        rows: split.train,
        fit: how.fit ?? fitter(blueprint),
        sampling: { above: how.above ?? 1000, size: 1000 },
      },
    )
  const bytesOf = async ({ model }: FittedCandidate): Promise<unknown> => {
    const files = await model.save()
    model.dispose()
    return files
  }

  test('are compared on a sample; the taken one is measured on all rows and fitted beside its folds', async () => {
    const blueprint = blueprintOf(trees('trees', {}))
    const whole = await compare(blueprint, { above: 10_000 })
    expect(whole.final).toBeUndefined()
    for (const threads of [1, 2]) {
      const sampled = await compare(blueprint, { threads })
      const [stump, taken] = sampled.candidates
      expect(sampled.selected).toBe(taken)
      expect(sampled.rule).toMatch(/^On a stratified sample of 1,000 of 2,400 training rows, /)
      expect([stump?.evaluation.sample_rows, taken?.evaluation.sample_rows]).toEqual([1000, undefined])
      expect(taken?.outOfFold).toEqual(whole.candidates[1]?.outOfFold)
      const begun = await sampled.final?.fitted
      const alone = await fitter(blueprint)(sampled.selected, { threads: 1 })
      expect(begun && (await bytesOf(begun))).toEqual(await bytesOf(alone))
    }
  })

  test('a model that needs the folds’ rounds is not begun before them', async () => {
    const { final, selected } = await compare(blueprintOf(trees('trees', { early_stopping_rounds: 3 })))
    expect(final).toBeUndefined()
    expect(selected.roundsOf(2400)).toBeGreaterThan(selected.roundsOf(600) ?? Infinity)
  })

  test('a fit that nobody waits for any more is ended, and what it came to is freed', async () => {
    const blueprint = blueprintOf(trees('trees', {}))
    const done = await compare(blueprint)
    const fitted = await done.final?.fitted
    await done.final?.abandon()
    expect(() => fitted?.model.importance()).toThrow('after dispose')
    const waiting: FinalFit['fit'] = async (_, { signal }) =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => {
          reject(new Error('ended'))
        })
      })
    const unfinished = await compare(blueprint, { fit: waiting, threads: 2 })
    await unfinished.final?.abandon()
    await expect(unfinished.final?.fitted).rejects.toThrow('ended')
  })

  test('where the folds fail, the fit beside them ends first', async () => {
    const aborting = new AbortController()
    let ended = false
    const fit: FinalFit['fit'] = async (_, { signal }) => {
      aborting.abort()
      await new Promise((resolve) => setTimeout(resolve, 20))
      ended = signal?.aborted === true
      throw new Error('the fit ended too')
    }
    const failing = compare(blueprintOf(trees('trees', { rounds: 3000 })), {
      fit,
      threads: 2,
      signal: aborting.signal,
    })
    await expect(failing).rejects.toMatchObject({ code: 'aborted' })
    expect(ended).toBe(true)
  })
})
