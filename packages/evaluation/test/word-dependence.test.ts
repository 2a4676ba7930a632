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

test('words that move as much go by name; ten are shown; the least cell above 0 is a word that stands there', () => {
  const count = 12
  const many = Array.from({ length: count }, (_, j) => `note:${String.fromCharCode(108 - j)}`)
  const made = {
    feature: 'note',
    matrix: {
      names: many,
      rows: 2,
      columns: count,
      values: Float32Array.from({ length: 2 * count }, (_, at) => (at < count ? 1e-6 : 0)),
    },
    contributions: {
      rows: 2,
      features: count,
      values: Float64Array.from({ length: 2 * (count + 1) }, (_, at) => (at % 2 === 0 ? 0.5 : -0.5)),
    },
    sources: new Map(many.map((name) => [name, ['note']])),
  }
  const found = wordDependence(made)
  expect(found?.words.map(({ word, rows }) => [word, rows])).toEqual(
    'a b c d e f g h i j'.split(' ').map((word) => [word, 1]),
  )
  // A feature that is made of other columns as well is no word of this one.
  expect(
    wordDependence({ ...made, sources: new Map(many.map((name) => [name, ['note', 'other']])) }),
  ).toBeNull()
  expect(wordDependence({ ...made, sources: new Map() })).toBeNull()
})

test('contributions of other features are refused', () => {
  expect(() =>
    wordDependence({ feature: 'note', matrix, contributions: { ...contributions, features: 4 }, sources }),
  ).toThrow(expect.objectContaining({ code: 'length_mismatch' }))
})
