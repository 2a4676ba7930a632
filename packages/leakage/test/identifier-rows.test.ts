import { expect, test } from '@jest/globals'
import { columnSchema } from '@claims/contracts'
import { categoryColumn, numberColumn, type FrameColumn } from '@claims/frame'
import { identifierFindings } from '../src/identifier-findings.ts'

function found(values: FrameColumn, rows: number, name = 'code'): string[] {
  const declared = columnSchema.parse({
    name,
    role: values.kind === 'number' ? 'numeric' : 'categorical',
    type: values.kind,
  })
  const sampled = Uint32Array.from({ length: rows }, (_, i) => i)
  return identifierFindings([{ declared, values }], sampled, new Map()).map(({ severity }) => severity)
}
const codes = (rows: number): FrameColumn =>
  categoryColumn(Array.from({ length: rows }, (_, i) => `c${String(i)}`))
const every = (rows: number, step: number): FrameColumn =>
  numberColumn(Array.from({ length: rows }, (_, i) => i * step))

test('an identifier is told from 50 present rows on', () => {
  expect(found(codes(50), 50)).toEqual(['block'])
  expect(found(codes(49), 49)).toEqual([])
})

test('99 of 100 different values are enough, 98 are not', () => {
  const repeated = (times: number): FrameColumn =>
    categoryColumn(Array.from({ length: 100 }, (_, i) => `c${String(Math.max(i, times))}`))
  expect(found(repeated(1), 100)).toEqual(['block'])
  expect(found(repeated(2), 100)).toEqual([])
})

test('unique whole numbers are certain where chance would have given five equal pairs', () => {
  // 4,950 pairs over 99 * 10 + 1 = 991 numbers make 4.995, over 99 * 9 + 1 = 892 they make 5.5.
  expect(found(every(100, 10), 100, 'amount')).toEqual(['warning'])
  expect(found(every(100, 9), 100, 'amount')).toEqual(['block'])
  expect(found(every(100, 10), 100, 'policy_id')).toEqual(['block'])
})
