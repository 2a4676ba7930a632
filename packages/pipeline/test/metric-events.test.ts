import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { claims } from '@claims/blueprints'
import type { ProgressEvent } from '@claims/contracts'
import { train } from '../src/index.ts'
import { temporaryFolder, writeGeneratedClaims, type Folder } from './small-data.ts'

let folder: Folder
beforeAll(async () => {
  folder = await temporaryFolder()
})
afterAll(() => folder.remove())

test('training tells the metrics of folds and of rounds, with their steps', async () => {
  const data = await writeGeneratedClaims(folder.at('claims.csv'), { rows: 2000, seed: 5 })
  const metrics: Extract<ProgressEvent, { kind: 'metric' }>[] = []
  const { evaluation } = await train({
    data,
    by: { blueprint: claims },
    out: folder.at('bundle'),
    seed: 42,
    threads: 1,
    models: ['xgboost'],
    folds: 3,
    onProgress: (event) => {
      if (event.kind === 'metric') metrics.push(event)
    },
  })
  const valuesOf = (name: string): number[] =>
    metrics.filter((metric) => metric.name === name).map(({ value }) => value)
  const told = evaluation.candidates[0]?.cross_validation.metrics.roc_auc?.folds
  expect(valuesOf('xgboost.roc_auc')).toEqual(told)
  for (const fold of [0, 1, 2]) {
    const rounds = metrics.filter(({ name }) => name.startsWith(`xgboost.fold_${fold}.`))
    expect(rounds.length).toBeGreaterThan(5)
    expect(rounds.map(({ step }) => step)).toEqual(Array.from(rounds, (_, step) => step))
    expect(Math.min(...rounds.map(({ value }) => value))).toBeLessThan(rounds[0]?.value ?? 0)
  }
})
