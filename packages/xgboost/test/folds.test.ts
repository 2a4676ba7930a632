import { expect, test } from '@jest/globals'
import { divide, divideStratified, foldsOf } from '../src/folds.ts'

const plain = { nfold: 3, shuffle: false, seed: 0 }

test('parts hold every row once, their sizes differ by one at most', () => {
  expect(divide(8, plain).map((part) => Array.from(part))).toEqual([
    [0, 1, 2],
    [3, 4, 5],
    [6, 7],
  ])
  const shuffled = divide(100, { nfold: 7, shuffle: true, seed: 5 })
  expect(shuffled.map((part) => part.length)).toEqual([15, 15, 14, 14, 14, 14, 14])
  const rows = shuffled.flatMap((part) => Array.from(part))
  expect(rows).not.toEqual(Array.from(rows.keys()))
  expect(rows.sort((left, right) => left - right)).toEqual(Array.from(rows.keys()))
  expect(divide(100, { nfold: 7, shuffle: true, seed: 5 })).toEqual(shuffled.map((part) => part.slice()))
  expect(() => divide(2, plain)).toThrow(expect.objectContaining({ code: 'invalid_parameter' }))
})

test('stratified parts are scikit-learn’s without shuffling, and balanced with it', () => {
  // StratifiedKFold(3).split(zeros(14), [0,0,1,0,2,1,0,0,1,2,2,0,1,0]), test rows
  const label = Float32Array.of(0, 0, 1, 0, 2, 1, 0, 0, 1, 2, 2, 0, 1, 0)
  expect(divideStratified(label, plain).map((part) => Array.from(part))).toEqual(STRATIFIED)
  const classes = Float32Array.from({ length: 300 }, (_, row) => (row % 10 === 0 ? 1 : 0))
  const parts = divideStratified(classes, { nfold: 5, shuffle: true, seed: 3 })
  for (const part of parts) {
    expect(part).toHaveLength(60)
    expect(part.filter((row) => row % 10 === 0)).toHaveLength(6)
  }
  expect(parts).not.toEqual(divideStratified(classes, { nfold: 5, shuffle: true, seed: 4 }))
  expect(() => divideStratified(Float32Array.of(0, 1, 2), { ...plain, nfold: 2 })).toThrow(
    expect.objectContaining({ code: 'invalid_parameter' }),
  )
})

test('each part is tested once', () => {
  const folds = foldsOf([Int32Array.of(0, 3), Int32Array.of(1), Int32Array.of(2)])
  expect(folds.map(({ train, test: rows }) => [Array.from(train), Array.from(rows)])).toEqual([
    [
      [1, 2],
      [0, 3],
    ],
    [[0, 3, 2], [1]],
    [[0, 3, 1], [2]],
  ])
})

const STRATIFIED = [
  [0, 1, 2, 3, 4],
  [5, 6, 7, 8, 9],
  [10, 11, 12, 13],
]
