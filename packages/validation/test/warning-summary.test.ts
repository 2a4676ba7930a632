import { describe, expect, test } from '@jest/globals'
import type { DataWarning, Finding } from '@claims/contracts'
import { createWarningSummary, describeWarning, summarizeFindings } from '@claims/validation'

const finding = (rest: Partial<Finding>): Finding => ({
  row: 0,
  field: 'f',
  value: null,
  rule: 'r',
  problem: 'p',
  allowed: '',
  severity: 'warning',
  ...rest,
})

function summaryOf(findings: readonly Finding[], rows = 10): DataWarning[] {
  const summary = createWarningSummary()
  summary.addFindings(findings)
  return summary.warnings(rows)
}

describe('a summary', () => {
  test('names 500 fields and counts the others together, by rule and severity', () => {
    const fields = (n: number): Finding[] =>
      Array.from({ length: n }, (_, i) => finding({ field: `f${String(i)}` }))
    expect(summaryOf(fields(500)).map(({ field }) => field)).not.toContain('(other fields)')
    const more = summaryOf([
      ...fields(502),
      finding({ field: 'f499', value: 'x' }),
      finding({ field: 'g', severity: 'error' }),
      finding({ field: 'h', rule: 's' }),
    ])
    expect(more.filter(({ field }) => field === '(other fields)')).toMatchObject([
      { code: 'r', severity: 'error', rows: 1 },
      { code: 'r', severity: 'warning', rows: 2 },
      { code: 's', severity: 'warning', rows: 1 },
    ])
    expect(more.find(({ field }) => field === 'f499')).toMatchObject({ rows: 2, examples: ['x'] })
    expect(more).toHaveLength(503)
  })

  test('shows two problems and three examples, none twice', () => {
    const found = ['a', 'a', 'b', 'c', 'd'].map((value, i) =>
      finding({ value, problem: `p${String(i >> 1)}` }),
    )
    expect(summaryOf(found)).toMatchObject([{ problem: 'p0 or p1', examples: ['a', 'b', 'c'], rows: 5 }])
  })

  test('takes no example from what is about the whole', () => {
    expect(summaryOf([finding({ row: null, value: 3 })])).toMatchObject([{ examples: [], rows: null }])
  })

  test('counts the rows that a finding about the whole tells', () => {
    expect(summaryOf([finding({ row: null, rows: 4 }), finding({})])).toMatchObject([{ rows: 5, share: 0.5 }])
  })

  test('has shares of at most 1, also of no rows', () => {
    const found = [finding({ row: null, rows: 4 })]
    expect(
      [summaryOf(found, 3), summaryOf(found, 0), summaryOf(found, 8)].map(([each]) => each?.share),
    ).toEqual([1, 1, 0.5])
    expect(summaryOf([finding({ row: null, rows: 0 })], 0)[0]?.share).toBe(0)
  })

  test('has errors first, then the most rows; what is about the whole comes last', () => {
    const found = [
      finding({ field: 'whole', row: null }),
      finding({ field: 'one' }),
      finding({ field: 'three', row: null, rows: 3 }),
      finding({ field: 'wrong', severity: 'error' }),
      finding({ field: 'wholly wrong', row: null, severity: 'error' }),
      finding({ field: 'twice wrong', row: null, rows: 2, severity: 'error' }),
    ]
    const expected = ['twice wrong', 'wrong', 'wholly wrong', 'three', 'one', 'whole']
    expect(summaryOf(found).map(({ field }) => field)).toEqual(expected)
    expect(summaryOf([...found].reverse()).map(({ field }) => field)).toEqual(expected)
  })

  test('takes counts from a report and its findings as examples only', () => {
    const counts = [{ rule: 'r', field: 'f', severity: 'warning' as const, count: 7 }]
    expect(summarizeFindings({ counts, findings: [finding({ value: 'x' })] }, 14)).toMatchObject([
      { rows: 7, share: 0.5, examples: ['x'] },
    ])
  })
})

describe('a warning as a line', () => {
  const warning: DataWarning = {
    field: 'f',
    code: 'r',
    problem: 'is wrong',
    rows: null,
    share: null,
    examples: [],
    severity: 'warning',
  }

  test.each<[Partial<DataWarning>, string]>([
    [{}, 'f is wrong'],
    [{ examples: ['a', 'b'] }, 'f is wrong: such as a, b'],
    [{ rows: 1, share: 1 / 3 }, 'f is wrong: 1 row (33.3 %)'],
    [{ rows: 0, share: 0 }, 'f is wrong: 0 rows (0 %)'],
    [{ rows: 1234, share: 0.5, examples: ['a'] }, 'f is wrong: 1,234 rows (50 %), such as a'],
  ])('%j', (rest, line) => {
    expect(describeWarning({ ...warning, ...rest })).toBe(line)
  })
})
