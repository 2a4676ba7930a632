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

test('a constant column has its value as its mean to the last bit, where a sum of its cells would be rounded', async () => {
  const value = Math.fround(0.1)
  const values = new Float32Array(2 * 49).map((_, at) => (at % 2 === 0 ? value : at))
  const weights = new Float64Array(49).fill(0.1)
  const sum = weights.reduce((total, weight) => total + weight * value, 0)
  expect(sum / weights.reduce((total, weight) => total + weight, 0)).not.toBe(value)
  const found = await columnMoments({ values, rows: 49, columns: 2, names: ['a', 'b'] }, weights, never)
  expect([found.means[0], found.deviations[0]]).toEqual([value, 0])
  expect(found.means[1]).toBeCloseTo(49, 10)
})
