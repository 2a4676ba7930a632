import { expect, test } from '@jest/globals'
import type { Matrix } from '@claims/frame'
import { wordDependence } from '../src/index.ts'

const names = ['note:stolen', 'note:hail', 'note:calm', 'note_words', 'other:stolen']
const cells = [
  [0.5, 0, 0, 3, 1],
  [0.7, 0.7, 0, 9, 0],
  [0, 1, 0, 4, 1],
  [0, 0, 0, 2, 0],
]
const effects = [
  [0.6, 0.2, 0, 0.1, 9],
  [0.8, -0.5, 0, 0.3, 9],
  [-0.1, -0.7, 0, 0.1, 9],
  [-0.1, 0.2, 0, 0, 9],
]
const matrix: Matrix = { names, rows: 4, columns: 5, values: Float32Array.from(cells.flat()) }
const contributions = {
  rows: 4,
  features: 5,
  values: Float64Array.from(effects.flatMap((row) => [...row, -2])),
}
const sources = new Map(names.map((name) => [name, [name.startsWith('other') ? 'other' : 'note']]))

test('words contribute where they stand, those that move most first; other features are no words', () => {
  const found = wordDependence({ feature: 'note', matrix, contributions, sources })
  expect(found?.words.map(({ word, rows, mean }) => [word, rows, Number(mean.toFixed(10))])).toEqual([
    ['stolen', 2, 0.7],
    ['hail', 2, -0.6],
  ])
  expect(wordDependence({ feature: 'note', matrix, contributions, sources, words: 1 })?.words).toHaveLength(1)
})

test('a column without words has none to show', () => {
  expect(wordDependence({ feature: 'absent', matrix, contributions, sources })).toBeNull()
})

test('a matrix of other rows is refused', () => {
  const short = { ...contributions, rows: 3 }
  expect(() => wordDependence({ feature: 'note', matrix, contributions: short, sources })).toThrow(
    expect.objectContaining({ code: 'length_mismatch' }),
  )
})
