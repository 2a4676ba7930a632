import { describe, expect, test } from '@jest/globals'
import { dataWarningSchema, parseBlueprint, type Finding } from '@claims/contracts'
import { categoryColumn, Frame, numberColumn } from '@claims/frame'
import {
  createValidator,
  createWarningSummary,
  describeWarning,
  summarizeFindings,
  type Validation,
} from '@claims/validation'

const made = parseBlueprint({
  format_version: 1,
  name: 'test',
  columns: [
    { name: 'id', role: 'id', type: 'category' },
    { name: 'x', role: 'numeric', type: 'number', minimum: 0 },
    { name: 'kind', role: 'categorical', type: 'category', allowed: ['a'] },
    { name: 'gender', role: 'sensitive', type: 'category', allowed: ['F', 'M'] },
    { name: 'y', role: 'label', type: 'category' },
  ],
  label: { column: 'y', positive: 'yes' },
  split: { kind: 'stratified' },
  unique_keys: [['id']],
  business_rules: [
    { kind: 'compare_value', name: 'small', left: 'x', operator: '<', value: 10, severity: 'warning' },
  ],
  candidates: [{ name: 'plain', kind: 'logistic_regression' }],
  costs: { false_negative: 1, false_positive: 1, manual_review: 1 },
})
const now = new Date('2026-01-01T00:00:00Z')

function validate(
  rows: number,
  options: { findings?: Finding[]; firstRow?: number; cap?: number } = {},
): Validation {
  const { cap = 1000, ...rest } = options
  const frame = Frame.fromColumns({
    id: categoryColumn(Array.from({ length: rows }, (_, i) => `C-${String(i % (rows - 1))}`)),
    x: numberColumn(Array.from({ length: rows }, (_, i) => (i % 2 === 0 ? -1 : 20))),
    kind: categoryColumn(Array.from({ length: rows }, () => 'b'.repeat(5000))),
    gender: categoryColumn(Array.from({ length: rows }, () => 'secret')),
  })
  return createValidator(made, { findingsPerRule: cap }).validate(frame, { now, purpose: 'scoring', ...rest })
}

describe('findings of a row', () => {
  test('are complete beyond what is kept, in any order of rows, and numbered by the file', () => {
    const rows = 5000
    const reading: Finding[] = Array.from({ length: rows }, (_, row) => ({
      row,
      field: '(row)',
      value: row,
      rule: 'ragged_row',
      problem: 'has too many fields',
      allowed: 'as many as the header',
      severity: 'error',
    }))
    const whole = validate(rows, { findings: reading, cap: Infinity, firstRow: 100 })
    const capped = validate(rows, { findings: reading, cap: 10, firstRow: 100 })
    expect(capped.findings.length).toBeLessThan(70)
    const plain = (found: Finding[]): string[] => found.map((finding) => JSON.stringify(finding)).sort()
    for (const row of [0, 1, 2500, 1023, 1024, 4999]) {
      expect(plain(capped.errorsOfRow(row))).toEqual(plain(whole.errorsOfRow(row)))
      expect(plain(capped.warningsOfRow(row))).toEqual(plain(whole.warningsOfRow(row)))
      expect(capped.errorsOfRow(row).map((finding) => finding.row)).toContain(row + 100)
    }
    expect(whole.warningsOfRow(4999)).toMatchObject([
      { rule: 'small' },
      { rule: 'unique', row: 5099, problem: 'repeats the key of row 100' },
    ])
  })

  test.each([0, 1, 2])('are numbered from row %d of the file on', (firstRow) => {
    const validation = validate(3, { firstRow })
    const rowsOf = (findings: readonly Finding[]): unknown[] =>
      findings.filter(({ rule }) => rule === 'range').map(({ row }) => row)
    const expected = [firstRow, firstRow + 2]
    expect(rowsOf(validation.findings)).toEqual(expected)
    expect(rowsOf(validation.report.findings)).toEqual(expected)
    expect([0, 1, 2].flatMap((row) => rowsOf(validation.errorsOfRow(row)))).toEqual(expected)
    expect(validation.warningsOfRow(2).map(({ row, problem }) => [row, problem])).toContainEqual([
      firstRow + 2,
      `repeats the key of row ${String(firstRow)}`,
    ])
  })

  test('cost time in proportion to rows', () => {
    const cost = (rows: number): number => {
      const validation = validate(rows)
      let best = Infinity
      for (let repeat = 0; repeat < 3; repeat++) {
        const started = process.cpuUsage()
        for (let row = 0; row < rows; row++) validation.errorsOfRow(row)
        const { user, system } = process.cpuUsage(started)
        best = Math.min(best, user + system)
      }
      return best
    }
    cost(2000)
    // Eight times the rows; judging or filtering all rows for each would take 64 times as long.
    expect(cost(32_000) / cost(4_000)).toBeLessThan(32)
  })

  test('repeat at most 200 characters of a value', () => {
    const [finding] = validate(2)
      .errorsOfRow(1)
      .filter(({ field }) => field === 'kind')
    expect(finding?.value).toHaveLength(200)
  })
})

describe('a summary of findings', () => {
  test('has one warning per rule and field, with count, share and examples; errors come first', () => {
    const { report } = validate(4)
    const warnings = summarizeFindings(report, 4)
    for (const warning of warnings) dataWarningSchema.parse(warning)
    expect(
      warnings.map(({ field, code, rows, share, severity }) => [field, code, rows, share, severity]),
    ).toEqual([
      ['kind', 'allowed', 4, 1, 'error'],
      ['gender', 'allowed', 4, 1, 'error'],
      ['x', 'range', 2, 0.5, 'error'],
      ['x', 'small', 2, 0.5, 'warning'],
      ['id', 'unique', 1, 0.25, 'warning'],
    ])
    expect(JSON.stringify(warnings)).not.toContain('secret')
    expect(describeWarning(warnings[2]!)).toBe('x is below 0: 2 rows (50 %), such as -1')
  })

  test('adds batches up, and a finding about the file stays one', () => {
    const summary = createWarningSummary()
    const absent: Finding = {
      row: null,
      field: 'kind',
      value: null,
      rule: 'absent_column',
      problem: 'is absent',
      allowed: 'text',
      severity: 'warning',
    }
    summary.addFindings([absent])
    for (let batch = 0; batch < 3; batch++) summary.add(validate(100, { firstRow: 100 * batch }).report)
    const warnings = summary.warnings(300)
    expect(warnings.find(({ code }) => code === 'range')).toMatchObject({ rows: 150, share: 0.5 })
    expect(warnings.find(({ code }) => code === 'absent_column')).toMatchObject({ rows: null, share: null })
  })

  test('does not grow with the number of names', () => {
    const summary = createWarningSummary()
    for (let i = 0; i < 100_000; i++)
      summary.addFindings([
        {
          row: i,
          field: `f${String(i)}`,
          value: null,
          rule: 'r',
          problem: 'p',
          allowed: '',
          severity: 'warning',
        },
      ])
    const warnings = summary.warnings(100_000)
    expect(warnings.length).toBeLessThanOrEqual(502)
    expect(warnings.reduce((sum, { rows }) => sum + (rows ?? 0), 0)).toBe(100_000)
  })
})
