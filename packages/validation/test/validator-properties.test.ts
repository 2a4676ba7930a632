import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parseBlueprint, validationReportSchema, type ColumnType } from '@claims/contracts'
import {
  booleanColumn,
  categoryColumn,
  Frame,
  numberColumn,
  textColumn,
  timestampColumn,
  type FrameColumn,
} from '@claims/frame'
import { createValidator } from '@claims/validation'

const blueprint = parseBlueprint({
  format_version: 1,
  name: 'any',
  columns: [
    {
      name: 'number',
      role: 'numeric',
      type: 'number',
      required: true,
      minimum: -5,
      exclusive_minimum: -5,
      maximum: 5,
      integer: true,
    },
    { name: 'listed', role: 'numeric', type: 'number', allowed: ['1', '2'] },
    { name: 'category', role: 'categorical', type: 'category', allowed: ['a', 'b'] },
    { name: 'text', role: 'text', type: 'text', pattern: '^a' },
    { name: 'moment', role: 'date', type: 'timestamp', required: true },
    { name: 'truth', role: 'categorical', type: 'boolean' },
    { name: 'hidden', role: 'sensitive', type: 'category', allowed: ['x'] },
    { name: 'label', role: 'label', type: 'number' },
  ],
  label: { column: 'label', positive: 1 },
  unique_keys: [['category', 'number']],
  split: { kind: 'stratified' },
  candidates: [{ name: 'model', kind: 'logistic_regression' }],
  costs: { false_negative: 1, false_positive: 1, manual_review: 1 },
  business_rules: [
    {
      kind: 'compare_columns',
      name: 'columns',
      left: 'number',
      operator: '<=',
      right: 'listed',
      severity: 'error',
    },
    {
      kind: 'compare_columns',
      name: 'text',
      left: 'category',
      operator: '!=',
      right: 'text',
      severity: 'warning',
    },
    {
      kind: 'compare_value',
      name: 'value',
      left: 'moment',
      operator: '>',
      value: '2000-01-01',
      severity: 'error',
    },
    { kind: 'within_years', name: 'recent', column: 'moment', years: 2.5, severity: 'error' },
    {
      kind: 'sum_equals',
      name: 'sum',
      parts: ['number', 'listed'],
      total: 'label',
      tolerance: 1,
      severity: 'error',
    },
  ],
})

const number = fc.oneof(
  fc.constantFrom(NaN, Infinity, -Infinity, 0, -0, 1, 2, 9e15),
  fc.double(),
  fc.integer({ min: -7, max: 7 }),
  fc.integer({ min: 9e11, max: 2e12 }),
)
const text = fc.option(fc.oneof(fc.constantFrom('a', 'b', 'x', ''), fc.string()), { nil: null })
const truth = fc.option(fc.boolean(), { nil: null })

function columnOf(kind: ColumnType, rows: number): fc.Arbitrary<FrameColumn> {
  const length = { minLength: rows, maxLength: rows }
  switch (kind) {
    case 'number':
      return fc.array(number, length).map((values) => numberColumn(values))
    case 'timestamp':
      return fc.array(number, length).map((values) => timestampColumn(values))
    case 'category':
      return fc.array(text, length).map(categoryColumn)
    case 'text':
      return fc.array(text, length).map(textColumn)
    case 'boolean':
      return fc.array(truth, length).map((values) => booleanColumn(values))
  }
}

const kinds: readonly ColumnType[] = ['number', 'category', 'text', 'timestamp', 'boolean']

/** Frames of the blueprint's columns: each of its own kind, of any other kind, or absent. */
const frames: fc.Arbitrary<Frame> = fc.integer({ min: 0, max: 12 }).chain((rows) =>
  fc
    .tuple(
      ...blueprint.columns.map(({ name, type }) =>
        fc
          .oneof(
            { weight: 8, arbitrary: fc.constant(type) },
            { weight: 1, arbitrary: fc.constantFrom(...kinds) },
          )
          .chain((kind) => columnOf(kind, rows))
          .map((column): [string, FrameColumn] => [name, column]),
      ),
    )
    .chain((columns) => fc.subarray(columns, { minLength: 1 }))
    .map((columns) => Frame.fromColumns(new Map(columns))),
)

const now = new Date('2026-01-01T00:00:00Z')
const validator = createValidator(blueprint)

test('any frame of the blueprint’s columns is judged without throwing, and the report keeps its contract', () => {
  fc.assert(
    fc.property(frames, fc.constantFrom('training' as const, 'scoring' as const), (frame, purpose) => {
      const { report, rejected, findings, errorsOfRow } = validator.validate(frame, { now, purpose })
      validationReportSchema.parse(report)
      expect(report.rejected_rows).toBe(rejected.reduce((sum, flag) => sum + flag, 0))
      for (const { rule, field, severity, count } of report.counts) {
        const own = findings.filter(
          (finding) => finding.rule === rule && finding.field === field && finding.severity === severity,
        )
        if (own.some(({ row }) => row !== null)) expect(count).toBe(own.length)
        else expect(count).toBeGreaterThanOrEqual(own.length)
      }
      for (let row = 0; row < frame.rows; row++) {
        const errors = findings.filter((f) => f.severity === 'error' && (f.row === row || f.row === null))
        expect(rejected[row]).toBe(errors.length > 0 ? 1 : 0)
        expect(new Set(errorsOfRow(row).map((f) => JSON.stringify(f)))).toEqual(
          new Set(errors.map((f) => JSON.stringify(f))),
        )
      }
    }),
    { numRuns: 500 },
  )
})

test('a row alone gets the same findings as in its batch', () => {
  fc.assert(
    fc.property(frames, (frame) => {
      const batch = validator.validate(frame, { now, purpose: 'scoring' })
      for (let row = 0; row < frame.rows; row++) {
        const alone = validator.validate(frame.slice(row, row + 1), { now, purpose: 'scoring' })
        const inBatch = batch.findings.filter((f) => f.row === row && f.rule !== 'unique')
        expect(alone.findings.filter((f) => f.row === 0)).toEqual(inBatch.map((f) => ({ ...f, row: 0 })))
        expect(alone.rejected[0]).toBe(batch.rejected[row])
      }
    }),
    { numRuns: 300 },
  )
})

test('a sensitive value is in no finding', () => {
  fc.assert(
    fc.property(frames, fc.string({ minLength: 12 }), (frame, secret) => {
      const hidden = categoryColumn(Array.from({ length: frame.rows }, () => `«${secret}»`))
      const { findings, report } = validator.validate(frame.withColumn('hidden', hidden), {
        now,
        purpose: 'training',
      })
      expect(findings.filter((f) => f.field === 'hidden').every((f) => f.value === null)).toBe(true)
      expect(report.findings.some((f) => f.field !== 'hidden' && f.value === `«${secret}»`)).toBe(false)
    }),
  )
})
