import { expect, test } from '@jest/globals'
import { findingSchema, parseBlueprint } from '@claims/contracts'
import { Frame, categoryColumn, numberColumn, timestampColumn } from '@claims/frame'
import { createValidator, quarantineLines } from '@claims/validation'

const validator = createValidator(
  parseBlueprint({
    format_version: 1,
    name: 'claims',
    columns: [
      { name: 'amount', role: 'numeric', type: 'number', exclusive_minimum: 0 },
      { name: 'day', role: 'date', type: 'timestamp' },
      { name: 'gender', role: 'sensitive', type: 'category' },
      { name: 'fraud', role: 'label', type: 'number' },
    ],
    label: { column: 'fraud', positive: 1 },
    split: { kind: 'stratified' },
    candidates: [{ name: 'model', kind: 'logistic_regression' }],
    costs: { false_negative: 1, false_positive: 1, manual_review: 1 },
  }),
)
const frame = Frame.fromColumns({
  amount: numberColumn([5, -1, Infinity, 7]),
  day: timestampColumn([0, 86_400_000, NaN, 9e15]),
  gender: categoryColumn(['F', 'M', null, 'F']),
})
const options = { now: new Date('2026-01-01T00:00:00Z'), purpose: 'scoring' } as const

function parsed(of: Frame): unknown[] {
  return [...quarantineLines({ frame: of, validation: validator.validate(of, options) })].map(
    (line): unknown => {
      expect(line).toMatch(/^[^\n]+\n$/)
      return JSON.parse(line)
    },
  )
}

test('each rejected row is one line with its cells and findings, sensitive cells masked', () => {
  const lines = parsed(frame)
  expect(lines).toMatchObject([
    {
      row: 1,
      cells: { amount: -1, day: '1970-01-02', gender: '(sensitive)' },
      findings: [{ row: 1, rule: 'range' }],
    },
    {
      row: 2,
      cells: { amount: 'Infinity', day: null, gender: null },
      findings: [{ row: 2, rule: 'finite' }],
    },
    { row: 3, cells: { amount: 7, day: '9000000000000000' }, findings: [{ row: 3, field: 'day' }] },
  ])
  for (const line of lines) findingSchema.array().parse((line as { findings: unknown }).findings)
})

test('there is no line when no row is rejected', () => {
  expect(parsed(frame.take([0]))).toEqual([])
})
