import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Evaluation } from '@claims/contracts'
import { train } from '../src/index.ts'
import { selectedAuc, temporaryFolder, writeNoise, type Folder } from './small-data.ts'

const seeds = [1, 2, 3]

let folder: Folder
const evaluations: Evaluation[] = []

beforeAll(async () => {
  folder = await temporaryFolder()
  for (const seed of seeds) {
    const data = await writeNoise(folder.at(`noise-${String(seed)}.csv`), { rows: 1500, seed })
    const { evaluation } = await train({
      data,
      by: { hints: { label: 'label' } },
      out: folder.at(`bundle-${String(seed)}`),
      seed,
      threads: 1,
    })
    evaluations.push(evaluation)
  }
})
afterAll(() => folder.remove())

describe('pure noise', () => {
  test('is called what it is: an interval around 0.5, nothing learned, not promotable', () => {
    expect(evaluations).toHaveLength(seeds.length)
    for (const { test: tested, learned, selection, warnings } of evaluations) {
      expect(tested.metrics.roc_auc.lower).toBeLessThanOrEqual(0.5)
      expect(tested.metrics.roc_auc.upper).toBeGreaterThanOrEqual(0.5)
      expect(learned).toBe(false)
      expect(selection.promotable).toBe(false)
      expect(warnings[0]).toMatch(/nothing to learn.*0\.5/)
    }
  })

  // 1,200 rows with 360 positives: one standard error of the AUC is about .018.
  test.each(['logistic_regression', 'xgboost'])('leaks nowhere into the cross-validation of %s', (name) => {
    const scores = evaluations.map(
      (evaluation) =>
        evaluation.candidates.find((candidate) => candidate.name === name)?.cross_validation.metrics.roc_auc
          ?.value ?? NaN,
    )
    for (const score of scores) expect(Math.abs(score - 0.5)).toBeLessThan(0.07)
    const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.04)
  })

  test('the selected candidate is no better than chance', () => {
    for (const evaluation of evaluations) expect(Math.abs(selectedAuc(evaluation) - 0.5)).toBeLessThan(0.07)
  })
})
