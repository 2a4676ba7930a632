import type { BusinessRule, Column } from '@claims/contracts'
import { missingBoolean, parseTimestamp, type Frame, type FrameColumn } from '@claims/frame'
import { flag, flagColumn, openBucket, shownValue, type Bucket, type Run } from './run.ts'

/** How many rows a rule could judge and how many broke it. */
interface RuleCounts {
  readonly judged: number
  readonly violated: number
}

/** A business rule, made ready once. */
export interface BusinessRuleCheck {
  /** Columns that the rule reads. */
  readonly columns: readonly string[]
  readonly run: (frame: Frame, run: Run) => RuleCounts
}

const dayMilliseconds = 86_400_000
const nothing: RuleCounts = { judged: 0, violated: 0 }

/**
 * Compiles a business rule. A row where a cell that the rule reads is missing is not judged; a rule whose columns
 * are absent judges nothing; one whose columns cannot be compared (text with number) is reported once as a warning.
 *
 * `within_years`: the date is not before the day (UTC) that lies that many calendar years before `now`, and not more
 * than one day after `now` (the day covers time zones).
 *
 * @param rule of the blueprint
 * @param columns of the blueprint, by name; values of sensitive ones are never shown
 */
export function compileBusinessRule(
  rule: BusinessRule,
  columns: ReadonlyMap<string, Column>,
): BusinessRuleCheck {
  const read =
    rule.kind === 'sum_equals'
      ? [...rule.parts, rule.total]
      : rule.kind === 'compare_columns'
        ? [rule.left, rule.right]
        : [rule.kind === 'within_years' ? rule.column : rule.left]
  return {
    columns: read,
    run: (frame, run) => {
      if (!read.every((name) => frame.has(name))) return nothing
      const judge = judgeOf(rule, frame, run)
      if (judge === null) {
        flagColumn(run, {
          field: read[0]!,
          value: null,
          rule: rule.name,
          problem: `cannot be judged: the columns ${read.join(', ')} are not of kinds that ${rule.kind} compares`,
          allowed: describeRule(rule),
          severity: 'warning',
        })
        return nothing
      }
      const field = rule.kind === 'sum_equals' ? rule.total : read[0]!
      const values = frame.column(field)
      let judged = 0
      let violated = 0
      let bucket: Bucket | undefined
      for (let row = 0; row < run.rows; row++) {
        const verdict = judge(row)
        if (verdict === unjudged) continue
        judged++
        if (verdict === holds) continue
        violated++
        bucket ??= openBucket(run, { rule: rule.name, field, severity: rule.severity })
        if (!flag(run, bucket, row)) continue
        bucket.findings.push({
          row,
          field,
          value: shownValue(values, row, columns.get(field)),
          rule: rule.name,
          problem: `breaks the rule ${describeRule(rule)}`,
          allowed: describeLimit(rule, { frame, row, columns, now: run.now }),
          severity: rule.severity,
        })
      }
      return { judged, violated }
    },
  }
}

const unjudged = -1
const broken = 0
const holds = 1
type Judge = (row: number) => number

function judgeOf(rule: BusinessRule, frame: Frame, run: Run): Judge | null {
  switch (rule.kind) {
    case 'compare_columns':
      return judgeColumns(rule.operator, frame.column(rule.left), frame.column(rule.right))
    case 'compare_value':
      return judgeValue(rule.operator, frame.column(rule.left), rule.value)
    case 'within_years': {
      const column = frame.column(rule.column)
      if (column.kind !== 'timestamp') return null
      const { values } = column
      const earliest = yearsBefore(run.now, rule.years)
      const latest = run.now + dayMilliseconds
      return (row) => {
        const value = values[row]!
        return value !== value ? unjudged : value >= earliest && value <= latest ? holds : broken
      }
    }
    case 'sum_equals': {
      const parts = rule.parts.map((name) => numbersOf(frame.column(name)))
      const total = numbersOf(frame.column(rule.total))
      if (total === null || parts.includes(null)) return null
      const terms = parts as Float64Array[]
      return (row) => {
        let sum = 0
        for (const term of terms) sum += term[row]!
        const difference = Math.abs(sum - total[row]!)
        return difference !== difference ? unjudged : difference <= rule.tolerance ? holds : broken
      }
    }
  }
}

type Operator = '<' | '<=' | '>' | '>=' | '==' | '!='

function judgeColumns(operator: Operator, left: FrameColumn, right: FrameColumn): Judge | null {
  const leftNumbers = numbersOf(left)
  const rightNumbers = numbersOf(right)
  if (leftNumbers !== null && rightNumbers !== null) {
    const test = comparison<number>(operator)
    return (row) => {
      const a = leftNumbers[row]!
      const b = rightNumbers[row]!
      return a !== a || b !== b ? unjudged : test(a, b) ? holds : broken
    }
  }
  const leftText = textOf(left)
  const rightText = textOf(right)
  if (leftText === null || rightText === null) return null
  const test = comparison<string>(operator)
  return (row) => {
    const a = leftText(row)
    const b = rightText(row)
    return a === null || b === null ? unjudged : test(a, b) ? holds : broken
  }
}

function judgeValue(operator: Operator, left: FrameColumn, value: number | string): Judge | null {
  const numbers = numbersOf(left)
  if (numbers !== null) {
    const limit =
      typeof value === 'number' ? value : left.kind === 'timestamp' ? parseTimestamp(value) : Number(value)
    if (Number.isNaN(limit)) return null
    const test = comparison<number>(operator)
    return (row) => {
      const a = numbers[row]!
      return a !== a ? unjudged : test(a, limit) ? holds : broken
    }
  }
  const text = textOf(left)
  if (text === null) return null
  const limit = String(value)
  const test = comparison<string>(operator)
  return (row) => {
    const a = text(row)
    return a === null ? unjudged : test(a, limit) ? holds : broken
  }
}

function comparison<T extends number | string>(operator: Operator): (a: T, b: T) => boolean {
  switch (operator) {
    case '<':
      return (a, b) => a < b
    case '<=':
      return (a, b) => a <= b
    case '>':
      return (a, b) => a > b
    case '>=':
      return (a, b) => a >= b
    case '==':
      return (a, b) => a === b
    case '!=':
      return (a, b) => a !== b
  }
}

function numbersOf(column: FrameColumn): Float64Array | null {
  if (column.kind === 'number' || column.kind === 'timestamp') return column.values
  if (column.kind !== 'boolean') return null
  return Float64Array.from(column.values, (value) => (value === missingBoolean ? NaN : value))
}

function textOf(column: FrameColumn): ((row: number) => string | null) | null {
  if (column.kind === 'category') {
    const { codes, levels } = column
    return (row) => levels[codes[row]!] ?? null
  }
  if (column.kind !== 'text') return null
  const { values } = column
  return (row) => values[row] ?? null
}

function yearsBefore(now: number, years: number): number {
  const whole = Math.floor(years)
  const date = new Date(now)
  date.setUTCFullYear(date.getUTCFullYear() - whole)
  const moment = date.getTime() - (years - whole) * 365.25 * dayMilliseconds
  return Math.floor(moment / dayMilliseconds) * dayMilliseconds
}

function describeRule(rule: BusinessRule): string {
  switch (rule.kind) {
    case 'compare_columns':
      return `${rule.left} ${rule.operator} ${rule.right}`
    case 'compare_value':
      return `${rule.left} ${rule.operator} ${String(rule.value)}`
    case 'within_years':
      return `${rule.column} within ${String(rule.years)} years`
    case 'sum_equals':
      return `${rule.parts.join(' + ')} = ${rule.total}`
  }
}

function describeLimit(
  rule: BusinessRule,
  place: { frame: Frame; row: number; columns: ReadonlyMap<string, Column>; now: number },
): string {
  switch (rule.kind) {
    case 'compare_columns': {
      const hidden = place.columns.get(rule.right)?.role === 'sensitive'
      const right = place.frame.column(rule.right)
      const value = hidden ? '' : ` (${String(shownValue(right, place.row, undefined))})`
      return `${rule.operator} ${rule.right}${value}`
    }
    case 'compare_value':
      return `${rule.operator} ${String(rule.value)}`
    case 'within_years': {
      const earliest = new Date(yearsBefore(place.now, rule.years)).toISOString().slice(0, 10)
      return `from ${earliest} to ${new Date(place.now + dayMilliseconds).toISOString().slice(0, 10)}`
    }
    case 'sum_equals':
      return `${rule.parts.join(' + ')}, give or take ${String(rule.tolerance)}`
  }
}
