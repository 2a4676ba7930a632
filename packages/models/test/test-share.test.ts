import { createRandom } from '@claims/frame'
import { foldSplits, testShareOf, timeFolds } from '@claims/models'
import { expect, test } from '@jest/globals'

test('the corrected interval of folds in order of time counts the share of every fold', () => {
  const splits = timeFolds(
    Float64Array.from({ length: 600 }, (_, i) => i),
    5,
  )
  const ratio = (1 + 1 / 2 + 1 / 3 + 1 / 4 + 1 / 5) / 5
  expect(testShareOf(splits)).toBeCloseTo(ratio / (1 + ratio), 12)
  expect(testShareOf(splits)).toBeCloseTo(0.3135, 4)
})

test('equal folds have 1 / k', () => {
  const target = Uint8Array.from({ length: 100 }, (_, i) => i % 2)
  const splits = foldSplits({ kind: 'stratified', target, folds: 5, random: createRandom(1) })
  expect(testShareOf(splits)).toBe(0.2)
})

test('an empty side has no share', () => {
  expect(() => testShareOf([])).toThrow(expect.objectContaining({ code: 'invalid_parameter' }))
  const split = { train: Uint32Array.of(1), test: new Uint32Array() }
  expect(() => testShareOf([split])).toThrow(expect.objectContaining({ code: 'invalid_parameter' }))
})
