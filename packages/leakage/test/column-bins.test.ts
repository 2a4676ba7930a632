import { describe, expect, test } from '@jest/globals'
import { booleanColumn, categoryColumn, numberColumn, textColumn, timestampColumn } from '@claims/frame'
import { binColumn } from '../src/column-bins.ts'
import { singleFeatureAuc } from '../src/single-feature-auc.ts'

const all = (n: number): Uint32Array => Uint32Array.from({ length: n }, (_, i) => i)

describe('bins of a column', () => {
  test('of truth values, categories and texts: bin 0 is missing, the rest is named', () => {
    const { bins, count, nameOf } = binColumn(booleanColumn([true, null, false]), all(3), 50)
    expect([[...bins], count, [0, 1, 2].map(nameOf)]).toEqual([[2, 0, 1], 3, ['(missing)', 'false', 'true']])
    for (const column of [categoryColumn, textColumn]) {
      const found = binColumn(column(['b', null, 'a', 'b']), Uint32Array.of(1, 3, 2), 50)
      expect(found.count).toBe(3)
      expect(Array.from(found.bins, (bin) => found.nameOf(bin))).toEqual(['(missing)', 'b', 'a'])
      expect(found.bins[0]).toBe(0)
    }
  })

  test('of numbers and moments: as equal as values allow, an edge belongs above', () => {
    for (const column of [numberColumn, timestampColumn]) {
      const { bins, count, nameOf } = binColumn(column([7, 0, 1, NaN, 2, 3, 4, 5, 6]), all(9), 4)
      expect([...bins]).toEqual([4, 1, 1, 0, 2, 2, 3, 3, 4])
      expect(count).toBe(5)
      expect([0, 1, 2, 3, 4].map(nameOf)).toEqual(['(missing)', 'from 0', 'from 2', 'from 4', 'from 6'])
    }
  })

  test('of few different numbers: no bin is empty', () => {
    const { bins, count } = binColumn(numberColumn([1, 1, 1, 1, 1, 2]), all(6), 3)
    expect([[...bins], count]).toEqual([[1, 1, 1, 1, 1, 1], 2])
    const two = binColumn(numberColumn([1, 1, 2, 2]), all(4), 50)
    expect([[...two.bins], two.count]).toEqual([[1, 1, 2, 2], 3])
    const none = binColumn(numberColumn([NaN, NaN]), all(2), 50)
    expect([[...none.bins], none.count]).toEqual([[0, 0], 2])
  })
})

describe('AUC of one feature', () => {
  /** By pairs: rates of the other folds, smoothed by ten rows of their own rate. */
  function byPairs(bins: Int32Array, target: Uint8Array, of: Uint8Array): number {
    let won = 0
    let pairs = 0
    const rows = Array.from(bins.keys())
    const scores = rows.map((i) => {
      const others = rows.filter((k) => of[k] !== of[i])
      const prior = others.filter((k) => target[k] === 1).length / others.length
      const same = others.filter((k) => bins[k] === bins[i])
      return (same.filter((k) => target[k] === 1).length + 10 * prior) / (same.length + 10)
    })
    for (const i of rows)
      for (const k of rows)
        if (of[i] === of[k] && target[i] === 1 && target[k] === 0) {
          pairs++
          won += scores[i]! > scores[k]! ? 1 : scores[i] === scores[k] ? 0.5 : 0
        }
    return won / pairs
  }

  test('is that of all pairs within the folds, bins that only one fold holds included', () => {
    const bins = Int32Array.from({ length: 60 }, (_, i) =>
      i === 17 || i === 18 ? 6 : (i * 7 + (i >> 2)) % 6,
    )
    const target = Uint8Array.from(bins, (bin, i) => ((bin + (i % 5)) % 4 === 0 ? 1 : 0))
    const of = Uint8Array.from(bins, (_, i) => (i === 18 ? 2 : i % 3))
    const found = singleFeatureAuc({ bins, count: 7, nameOf: String }, target, { of, count: 3 })
    expect(found.rocAuc).toBeCloseTo(byPairs(bins, target, of), 12)
    const positives = target.reduce((sum, label) => sum + label, 0)
    const error = Math.sqrt(61 / (12 * positives * (60 - positives)))
    expect(found.standardErrors).toBeCloseTo((found.rocAuc - 0.5) / error, 12)
  })

  test('of one class is 0.5', () => {
    const column = { bins: Int32Array.of(0, 1, 0, 1), count: 2, nameOf: String }
    const folds = { of: Uint8Array.of(0, 0, 1, 1), count: 2 }
    expect(singleFeatureAuc(column, new Uint8Array(4), folds).rocAuc).toBe(0.5)
  })
})
