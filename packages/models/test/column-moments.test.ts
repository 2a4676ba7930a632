import { expect, test } from '@jest/globals'
import { columnMoments } from '../src/logistic/column-moments.ts'

const never = { due: () => false, pause: () => Promise.resolve() }

test.each([undefined, Float64Array.of(4, 1, 2, 3)])(
  'means and deviations of every row, weights %p',
  async (weights) => {
    const columns = [
      [9, 1, -4, 0.5],
      [2, 2, 2, 2],
      [0, 0, 0, 8],
    ]
    const values = Float32Array.from({ length: 12 }, (_, at) => columns[at % 3]![Math.floor(at / 3)]!)
    const found = await columnMoments({ values, rows: 4, columns: 3, names: ['a', 'b', 'c'] }, weights, never)
    const w = weights ?? Float64Array.of(1, 1, 1, 1)
    const total = w.reduce((a, b) => a + b)
    const average = (list: readonly number[]): number =>
      list.reduce((sum, value, i) => sum + w[i]! * value, 0) / total
    columns.forEach((column, j) => {
      const mean = average(column)
      expect(found.means[j]).toBeCloseTo(mean, 12)
      expect(found.deviations[j]).toBeCloseTo(
        Math.sqrt(average(column.map((value) => (value - mean) ** 2))),
        12,
      )
    })
    expect([found.means[1], found.deviations[1]]).toEqual([2, 0])
  },
)
