import { describe, expect, test } from '@jest/globals'
import {
  categoryColumn,
  createRandom,
  mergeLevels,
  mergeNumbers,
  sketchLevels,
  sketchNumbers,
  sketchQuantile,
  sketchTexts,
  textColumn,
  type Marks,
} from '@claims/frame'

/** Numbers of many kinds: magnitudes from 1e-300 to 1e300 of both signs, clusters, moments, whole numbers, gaps. */
const shapes: Readonly<Record<string, (u: () => number) => number>> = {
  'few whole numbers': (u) => Math.floor(90 * u()),
  'moments of two years': (u) => Date.UTC(2024, 0, 1) + Math.floor(730 * u()) * 86_400_000,
  amounts: (u) => Math.round(100 * Math.exp(4 + 3 * u())) / 100,
  'both signs around 0': (u) => (u() - 0.5) * u() ** 8,
  'every magnitude': (u) => (u() < 0.5 ? -1 : 1) * 10 ** (600 * (u() - 0.5)),
  'mostly missing': (u) => (u() < 0.9 ? NaN : u()),
  'one number': () => 7,
  'nothing at all': () => NaN,
}

function made(shape: (u: () => number) => number, rows: number, seed: number): number[] {
  const random = createRandom(seed)
  return Array.from({ length: rows }, () => shape(() => random.next()))
}

function marksOf(values: readonly number[], seed: number): Marks {
  const random = createRandom(seed).split('marks')
  return {
    target: Uint8Array.from(values, () => (random.next() < 0.3 ? 1 : 0)),
    score: Float64Array.from(values, () => (random.next() < 0.2 ? NaN : random.next())),
  }
}

function part(marks: Marks, from: number, to: number): Marks {
  return { target: marks.target.slice(from, to), score: marks.score.slice(from, to) }
}

describe.each(Object.entries(shapes))('a sketch of %s', (_, shape) => {
  const values = made(shape, 3000, 5)
  const marks = marksOf(values, 6)
  const whole = sketchNumbers(values.length, (row) => values[row]!, marks)

  test('merges from parts, in any order, to the sketch of the whole', () => {
    const cuts = [0, 40, 700, 3000]
    const parts = cuts.slice(1).map((to, i) => {
      const from = cuts[i]!
      return sketchNumbers(to - from, (row) => values[from + row]!, part(marks, from, to))
    })
    const [a, b, c] = parts
    for (const merged of [mergeNumbers(mergeNumbers(a!, b!), c!), mergeNumbers(c!, mergeNumbers(b!, a!))]) {
      expect({ ...merged, sum: 0 }).toEqual({ ...whole, sum: 0 })
      if (whole.sum !== 0) expect(merged.sum / whole.sum).toBeCloseTo(1, 9)
    }
  })

  test('counts every row, label and score once, in rising cells that hold their numbers', () => {
    expect(whole.edges.length).toBeLessThanOrEqual(128)
    expect(whole.rows.reduce((sum, n) => sum + n, 0)).toBe(3000)
    expect(whole.rows.at(-1)).toBe(values.filter(Number.isNaN).length)
    const { positives, scored, score_millionths: millionths } = whole.joint!
    expect(positives.reduce((sum, n) => sum + n, 0)).toBe(marks.target.reduce((sum, y) => sum + y, 0))
    expect(scored.reduce((sum, n) => sum + n, 0)).toBe(marks.score.filter((p) => !Number.isNaN(p)).length)
    const total = marks.score.reduce((sum, p) => sum + (Number.isNaN(p) ? 0 : Math.round(1e6 * p)), 0)
    expect(millionths.reduce((sum, n) => sum + n, 0)).toBe(total)
    whole.edges.forEach((edge, i) => {
      const next = whole.edges[i + 1] ?? Infinity
      const inside = values
        .map((value, row) => ({ value, row }))
        .filter((v) => v.value >= edge && v.value < next)
      expect(whole.rows[i]).toBe(inside.length)
      expect(positives[i]).toBe(inside.filter(({ row }) => marks.target[row] === 1).length)
    })
  })

  test('knows the quantiles to within a cell', () => {
    const sorted = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b)
    if (sorted.length === 0) {
      expect(sketchQuantile(whole, 0.5)).toBeNull()
      return
    }
    expect(sketchQuantile(whole, 0)).toBe(sorted[0])
    expect(sketchQuantile(whole, 1)).toBe(sorted.at(-1))
    for (const share of [0.05, 0.25, 0.5, 0.75, 0.95]) {
      const found = sketchQuantile(whole, share)!
      const exact = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!
      const cell = whole.edges.findLastIndex((edge) => edge <= exact)
      expect(found).toBeGreaterThanOrEqual(whole.edges[cell]!)
      expect(found).toBeLessThanOrEqual(whole.edges[cell + 1] ?? sorted.at(-1)!)
    }
  })
})

test('few distinct numbers are counted exactly, -0 as 0, an infinite one is refused', () => {
  const values = [3, -0, 0, 3, -1.5, 3]
  const marks = marksOf(values, 1)
  const { edges, rows, shift } = sketchNumbers(6, (row) => values[row]!, marks)
  expect({ edges, rows, shift }).toEqual({ edges: [-1.5, 0, 3], rows: [1, 2, 3, 0], shift: 0 })
  expect(() => sketchNumbers(1, () => Infinity, marks)).toThrow('Row 0 is infinite')
})

describe('a sketch of levels', () => {
  const random = createRandom(3)
  const cells = Array.from({ length: 4000 }, () =>
    random.next() < 0.05 ? null : `level-${Math.floor(500 * random.next() ** 3)}`,
  )
  const marks = marksOf(
    cells.map(() => 0),
    9,
  )
  const countOf = (level: string): number => cells.filter((each) => each === level).length

  test('lists the most frequent, and holds its bound for the others when it is merged', () => {
    const whole = sketchLevels(categoryColumn(cells), marks)
    expect(whole.levels).toHaveLength(200)
    expect(whole.rows.reduce((sum, n) => sum + n, 0)).toBe(4000)
    whole.levels.forEach((level, i) => {
      expect(whole.rows[i]).toBe(countOf(level))
    })
    const halves = [0, 2000].map((from) =>
      sketchLevels(categoryColumn(cells.slice(from, from + 2000)), part(marks, from, from + 2000)),
    )
    const merged = mergeLevels(halves[0]!, halves[1]!)
    expect(merged.rows.reduce((sum, n) => sum + n, 0)).toBe(4000)
    expect(merged.rows.at(-1)).toBe(whole.rows.at(-1))
    expect(merged.joint!.positives.reduce((sum, n) => sum + n, 0)).toBe(
      marks.target.reduce((sum, y) => sum + y, 0),
    )
    for (const level of new Set(cells)) {
      if (level === null) continue
      const at = merged.levels.indexOf(level)
      const counted = at < 0 ? 0 : merged.rows[at]!
      expect(counted).toBeLessThanOrEqual(countOf(level))
      expect(countOf(level) - counted).toBeLessThanOrEqual(merged.unlisted_at_most)
    }
  })

  test('is exact where every level is listed', () => {
    const few = cells.map((cell) => (cell === null ? null : cell.slice(-1)))
    const whole = sketchLevels(categoryColumn(few), marks)
    const a = sketchLevels(categoryColumn(few.slice(0, 900)), part(marks, 0, 900))
    const b = sketchLevels(categoryColumn(few.slice(900)), part(marks, 900, 4000))
    expect(mergeLevels(a, b)).toEqual(whole)
    expect(whole.unlisted_at_most).toBe(0)
  })
})

test('a sketch of texts counts words, and lists no word that may be somebody’s name', () => {
  const texts = Array.from({ length: 1000 }, (_, i) =>
    i % 10 === 0 ? null : i === 5 ? 'storm Esmeralda' : i % 2 === 0 ? 'storm hit the roof' : 'water',
  )
  const marks = marksOf(
    texts.map(() => 0),
    2,
  )
  const sketch = sketchTexts(textColumn(texts), marks, (text) => text.split(' '))
  expect(sketch.tokens).toEqual(['water', 'storm', 'hit', 'roof', 'the'])
  expect(sketch.rows).toEqual([499, 401, 400, 400, 400])
  expect(sketch).toMatchObject({ sampled_rows: 1000, least_rows: 10 })
  expect(sketch.words.edges).toEqual([1, 2, 4])
  expect(sketch.words.rows).toEqual([499, 1, 400, 100])
})

test.each([
  [true, true],
  [true, false],
  [false, true],
  [false, false],
])('merged sketches have sums where both have: %s and %s', (first, second) => {
  const marks = marksOf([1, 2], 1)
  const numbers = sketchNumbers(2, (row) => row, marks)
  const levels = sketchLevels(categoryColumn(['a', 'b']), marks)
  const both = first && second
  const without = <T extends { joint: unknown }>(sketch: T, has: boolean): T =>
    has ? sketch : { ...sketch, joint: null }
  expect(mergeNumbers(without(numbers, first), without(numbers, second)).joint === null).toBe(!both)
  expect(mergeLevels(without(levels, first), without(levels, second)).joint === null).toBe(!both)
})
