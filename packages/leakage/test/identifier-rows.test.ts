import { expect, test } from '@jest/globals'
import { columnSchema } from '@claims/contracts'
import {
  booleanColumn,
  categoryColumn,
  numberColumn,
  textColumn,
  timestampColumn,
  type FrameColumn,
} from '@claims/frame'
import { identifierFindings } from '../src/identifier-findings.ts'

function found(values: FrameColumn, rows: number, name = 'code', role?: string): string[] {
  const declared = columnSchema.parse({
    name,
    role: role ?? (values.kind === 'number' ? 'numeric' : 'categorical'),
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

test('whole numbers of which one repeats are certain by their name alone', () => {
  const values = numberColumn(Array.from({ length: 100 }, (_, i) => Math.max(i, 1)))
  expect(found(values, 100, 'amount')).toEqual(['warning'])
  expect(found(values, 100, 'policy_id')).toEqual(['block'])
})

test('texts of one word are identifiers, those of two or more and documents are none', () => {
  const texts = (word: string): FrameColumn =>
    textColumn(Array.from({ length: 60 }, (_, i) => `${word}${String(i)}`))
  expect(found(texts('c'), 60, 'code', 'text')).toEqual(['block'])
  expect(found(texts('c '), 60, 'code', 'text')).toEqual([])
  expect(found(texts('c'), 60, 'code', 'document')).toEqual([])
  // Two words of a category name a place.
  expect(found(categoryColumn(Array.from({ length: 60 }, (_, i) => `c ${String(i)}`)), 60)).toEqual(['block'])
})

test('moments, truth values and what only looks unique among the rows looked at are none', () => {
  const rows = Array.from({ length: 200 }, (_, i) => i)
  expect(found(timestampColumn(rows), 200, 'day', 'date')).toEqual([])
  expect(found(booleanColumn(rows.map((i) => i % 2 === 0)), 2)).toEqual([])
  expect(found(categoryColumn(rows.map((i) => `c${String(i % 100)}`)), 100)).toEqual([])
})

test('evidence: the share of different values and what the column alone says', () => {
  const declared = columnSchema.parse({ name: 'code', role: 'categorical', type: 'category' })
  const feature = { declared, values: codes(60) }
  const rows = Uint32Array.from({ length: 60 }, (_, i) => i)
  const strength = { auc: { rocAuc: 0.61, standardErrors: 2 }, levels: null }
  const of = (strengths: Map<string, typeof strength>) =>
    identifierFindings([feature], rows, strengths)[0]?.evidence
  expect(of(new Map([['code', strength]]))).toEqual({ distinct_share: 1, roc_auc: 0.61 })
  expect(of(new Map())).toEqual({ distinct_share: 1, roc_auc: 0.5 })
})
