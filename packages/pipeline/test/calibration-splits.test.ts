import { createRandom } from '@claims/frame'
import { foldSplits, type Split } from '@claims/models'
import { expect, test } from '@jest/globals'
import { calibrationSplits } from '../src/selection/calibration-splits.ts'

const rows = 600
const target = Uint8Array.from({ length: rows }, (_, i) => i % 2)
const times = Float64Array.from({ length: rows }, (_, i) => i)
const groups = Int32Array.from({ length: rows }, (_, i) => Math.floor(i / 3))

function splitsOf(kind: 'stratified' | 'grouped' | 'time', folds: number): Split[] {
  return foldSplits({ kind, target, times, groups, folds, random: createRandom(1) })
}

test.each([2, 3, 5, 10])('random folds all stand for the final model, %d folds', (folds) => {
  for (const kind of ['stratified', 'grouped'] as const)
    expect(calibrationSplits(splitsOf(kind, folds))).toHaveLength(folds)
})

test.each([
  [2, 2],
  [3, 2],
  [5, 2],
  [10, 4],
])('of %d folds in order of time the last %d do', (folds, kept) => {
  const splits = splitsOf('time', folds)
  expect(calibrationSplits(splits)).toEqual(splits.slice(-kept))
})
