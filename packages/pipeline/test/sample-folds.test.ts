import { expect, test } from '@jest/globals'
import { createRandom } from '@claims/frame'
import { foldSplits } from '@claims/models'
import { sampleFolds } from '../src/folds/sample-folds.ts'

const rows = 10_000
const target = Uint8Array.from({ length: rows }, (_, row) => (row % 20 === 0 ? 1 : 0))
const train = Uint32Array.from({ length: 8000 }, (_, i) => i)
const splits = foldSplits({
  kind: 'stratified',
  target: target.subarray(0, 8000),
  folds: 5,
  random: createRandom(1),
})

test('a sample of the training rows keeps the share of positives and the fold of each row', () => {
  const sample = sampleFolds(train, target, { splits, size: 2000, random: createRandom(2) })
  expect(sample.rows).toBe(2000)
  const tested = sample.splits.flatMap(({ test: part }) => [...part])
  expect(new Set(tested).size).toBe(2000)
  expect(tested.filter((row) => target[row] === 1)).toHaveLength(100)
  for (const [fold, split] of sample.splits.entries()) {
    const whole = splits[fold]
    expect(split.test.every((row) => whole?.test.includes(row))).toBe(true)
    expect(split.train.every((row) => whole?.train.includes(row))).toBe(true)
    expect(split.train.length + split.test.length).toBe(2000)
  }
})

test('the same seed draws the same rows, another seed others', () => {
  const draw = (seed: number): number[] => [
    ...(sampleFolds(train, target, { splits, size: 500, random: createRandom(seed) }).splits[0]?.test ?? []),
  ]
  expect(draw(3)).toEqual(draw(3))
  expect(draw(3)).not.toEqual(draw(4))
})
