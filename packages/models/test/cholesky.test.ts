import { createRandom } from '@claims/frame'
import { expect, test } from '@jest/globals'
import { solveCholesky } from '../src/logistic/cholesky.ts'

const never = { due: () => false, pause: () => Promise.resolve() }

/** `X'X` of random rows, where a column may repeat an earlier one. */
function products(size: number, repeats: ReadonlyMap<number, number> = new Map()): Float64Array {
  const random = createRandom(size)
  const rows = Array.from({ length: 3 * size }, () => {
    const row = Array.from({ length: size }, () => random.normal())
    return row.map((value, j) => row[repeats.get(j) ?? j] ?? value)
  })
  return Float64Array.from({ length: size * size }, (_, at) =>
    rows.reduce((sum, row) => sum + row[Math.floor(at / size)]! * row[at % size]!, 0),
  )
}

test.each([1, 2, 3, 5, 8])('solves %d equations', async (size) => {
  const matrix = products(size)
  const wanted = Float64Array.from({ length: size }, (_, i) => (i % 2 === 0 ? 1 : -2) / (i + 1))
  const right = wanted.map((_, i) => wanted.reduce((sum, x, j) => sum + matrix[i * size + j]! * x, 0))
  const found = await solveCholesky(Float64Array.from(matrix), right, never)
  found.forEach((x, i) => expect(x).toBeCloseTo(wanted[i]!, 10))
})

test('a column that repeats an earlier one gets 0, and the others what solves the rest', async () => {
  const matrix = products(4, new Map([[2, 0]]))
  const right = Float64Array.from({ length: 4 }, (_, i) => matrix[i * 4]! + 3 * matrix[i * 4 + 3]!)
  const found = await solveCholesky(Float64Array.from(matrix), right, never)
  expect(found[2]).toBe(0)
  ;[1, 0, 0, 3].forEach((x, i) => expect(found[i]).toBeCloseTo(x, 10))
})
