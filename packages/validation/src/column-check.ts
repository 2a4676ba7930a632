import { ClaimsError, type Column, columnRoles, describeAllowed } from '@claims/contracts'
import { missingBoolean, type FrameColumn } from '@claims/frame'
import { flag, openBucket, shownValue, type Bucket, type Run } from './run.ts'

/** What one pass over a column counted. */
export interface ColumnCounts {
  /** Cells without a value, those that could not be read left out. */
  readonly missing: number
  /** Cells with a value that breaks a rule, those that could not be read included. */
  readonly invalid: number
  /** Whether all cells with a value hold the same one. */
  readonly constant: boolean
}

/** A column's rules, made ready once: judges a whole column in one pass. */
export type ColumnCheck = (values: FrameColumn, run: Run, required: boolean) => ColumnCounts

interface Violation {
  readonly rule: string
  readonly problem: string
  readonly allowed: string
}

/**
 * Compiles the rules of a column: `required`, `type`, `finite`, `integer`, `range`, `allowed` and `pattern`.
 *
 * @param column as declared in the blueprint
 * @returns a check without state; one pass, no allocation while nothing is found
 * @throws ClaimsError `invalid_blueprint` when the pattern is not a regular expression
 */
export function compileColumnCheck(column: Column): ColumnCheck {
  const kinds: readonly string[] =
    column.type === 'category' || column.type === 'text' ? ['category', 'text'] : [column.type]
  const violationOfText = compileTextRules(column)
  const { bounds, violationOfNumber } = compileNumberRules(column)
  const absence = { rule: 'required', problem: 'is missing', allowed: describeAllowed(column) }

  return (values, run, required) => {
    const buckets = new Map<string, Bucket>()
    const unreadable = run.unreadable.get(column.name)
    let missing = 0
    let invalid = unreadable?.size ?? 0
    let constant = true

    const report = (row: number, { rule, problem, allowed }: Violation): void => {
      let bucket = buckets.get(rule)
      if (bucket === undefined) {
        bucket = openBucket(run, { rule, field: column.name, severity: 'error' })
        buckets.set(rule, bucket)
      }
      if (!flag(run, bucket, row)) return
      const value = shownValue(values, row, column)
      bucket.findings.push({ row, field: column.name, value, rule, problem, allowed, severity: 'error' })
    }
    const reject = (row: number, violation: Violation): void => {
      invalid++
      report(row, violation)
    }
    const absent = (row: number): void => {
      if (unreadable?.has(row) === true) return
      missing++
      if (required) report(row, absence)
    }

    if (!kinds.includes(values.kind)) {
      const violation = { rule: 'type', problem: `is ${values.kind}`, allowed: column.type }
      eachRow(values, run.rows, (row, present) => {
        if (present) reject(row, violation)
        else absent(row)
      })
      return { missing, invalid, constant: false }
    }

    switch (values.kind) {
      case 'number':
      case 'timestamp': {
        constant = walkNumbers(values.values, bounds, {
          absent,
          suspect: (row, value) => {
            const violation = violationOfNumber(value)
            if (violation !== null) reject(row, violation)
          },
        })
        break
      }
      case 'boolean': {
        const cells = values.values
        let first = -1
        for (let row = 0; row < cells.length; row++) {
          const value = cells[row]!
          if (value === missingBoolean) {
            absent(row)
            continue
          }
          if (first < 0) first = value
          else if (value !== first) constant = false
          if (violationOfText !== null) {
            const violation = violationOfText(value === 1 ? 'true' : 'false')
            if (violation !== null) reject(row, violation)
          }
        }
        break
      }
      case 'category': {
        const { codes, levels } = values
        const known = violationOfText === null ? null : judgeLevels(levels, codes.length, violationOfText)
        let first = -1
        for (let row = 0; row < codes.length; row++) {
          const code = codes[row]!
          if (code < 0) {
            absent(row)
            continue
          }
          if (first < 0) first = code
          else if (code !== first) constant = false
          if (known !== null) {
            const violation = known(code)
            if (violation !== null) reject(row, violation)
          }
        }
        break
      }
      case 'text': {
        const cells = values.values
        let first: string | null = null
        for (let row = 0; row < cells.length; row++) {
          const value = cells[row]
          if (value == null) {
            absent(row)
            continue
          }
          if (first === null) first = value
          else if (constant && value !== first) constant = false
          if (violationOfText !== null) {
            const violation = violationOfText(value)
            if (violation !== null) reject(row, violation)
          }
        }
        break
      }
    }
    return { missing, invalid, constant }
  }
}

/** Judges each level once when there are more rows than levels, else each cell. */
function judgeLevels(
  levels: readonly string[],
  rows: number,
  violationOf: (text: string) => Violation | null,
): (code: number) => Violation | null {
  if (rows < levels.length) return (code) => violationOf(levels[code] ?? '')
  const verdicts = levels.map(violationOf)
  return (code) => verdicts[code] ?? null
}

function compileTextRules(column: Column): ((text: string) => Violation | null) | null {
  if (column.allowed === undefined && column.pattern === undefined) return null
  const allowedText = describeAllowed(column)
  const allowed = column.allowed === undefined ? null : new Set(column.allowed)
  const pattern = column.pattern === undefined ? null : compilePattern(column.name, column.pattern)
  const notAllowed = { rule: 'allowed', problem: 'is not an allowed value', allowed: allowedText }
  const noMatch = { rule: 'pattern', problem: 'does not match the pattern', allowed: column.pattern ?? '' }
  return (text) => {
    if (allowed !== null && !allowed.has(text)) return notAllowed
    return pattern === null || pattern.test(text) ? null : noMatch
  }
}

function compilePattern(name: string, source: string): RegExp {
  try {
    return new RegExp(source, 'u')
  } catch (cause) {
    throw new ClaimsError(
      'invalid_blueprint',
      `The pattern of column "${name}" is not a regular expression`,
      {
        cause,
        problems: [
          { field: `columns.${name}.pattern`, problem: 'is not a regular expression', received: source },
        ],
      },
    )
  }
}

interface NumberBounds {
  readonly lower: number
  readonly above: number
  readonly upper: number
  /** Whether a value must be whole. */
  readonly integer: boolean
  /** Whether every value must be looked up. */
  readonly listed: boolean
}

/** Visits missing cells and those that may break a rule. @returns whether all values are the same */
function walkNumbers(
  cells: Float64Array,
  { lower, above, upper, integer, listed }: NumberBounds,
  visit: { absent: (row: number) => void; suspect: (row: number, value: number) => void },
): boolean {
  let first = NaN
  let constant = true
  for (let row = 0; row < cells.length; row++) {
    const value = cells[row]!
    if (value !== value) {
      visit.absent(row)
      continue
    }
    if (value !== first) {
      if (first === first) constant = false
      else first = value
    }
    if (
      value < lower ||
      value > upper ||
      value <= above ||
      listed ||
      (integer && Math.floor(value) !== value)
    ) {
      visit.suspect(row, value)
    }
  }
  return constant
}

/** Largest 32-bit float: features are such floats. */
const largestFeature = 3.4028234663852886e38

/** The largest magnitude of a column: that of a feature where it may become one. */
function largestNumber({ type, role }: Column): number {
  if (type === 'timestamp') return 8.64e15
  return columnRoles[role].stepsMayRead ? largestFeature : Number.MAX_VALUE
}

function compileNumberRules(column: Column): {
  bounds: NumberBounds
  violationOfNumber: (value: number) => Violation | null
} {
  const limit = largestNumber(column)
  const lower = Math.max(column.minimum ?? -limit, -limit)
  const upper = Math.min(column.maximum ?? limit, limit)
  const above = column.exclusive_minimum ?? -Infinity
  const allowed = describeAllowed(column)
  const levels = column.allowed === undefined ? null : new Set(column.allowed.map(Number))
  const violationOfNumber = (value: number): Violation | null => {
    if (!(Math.abs(value) <= limit)) {
      if (column.type === 'timestamp' || !Number.isFinite(value))
        return { rule: 'finite', problem: 'is not a finite value', allowed }
      const bounded = `${allowed}, of a magnitude of at most ${String(limit)}`
      return { rule: 'finite', problem: 'is larger than a feature can be', allowed: bounded }
    }
    if (value < lower) return { rule: 'range', problem: `is below ${String(lower)}`, allowed }
    if (value <= above) return { rule: 'range', problem: `is not above ${String(above)}`, allowed }
    if (value > upper) return { rule: 'range', problem: `is above ${String(upper)}`, allowed }
    if (column.integer && Math.floor(value) !== value)
      return { rule: 'integer', problem: 'is not a whole number', allowed }
    if (levels !== null && !levels.has(value)) {
      return { rule: 'allowed', problem: 'is not an allowed value', allowed }
    }
    return null
  }
  const bounds = { lower, above, upper, integer: column.integer, listed: levels !== null }
  return { bounds, violationOfNumber }
}

function eachRow(values: FrameColumn, rows: number, visit: (row: number, present: boolean) => void): void {
  for (let row = 0; row < rows; row++) {
    switch (values.kind) {
      case 'number':
      case 'timestamp':
        visit(row, !Number.isNaN(values.values[row]))
        break
      case 'category':
        visit(row, values.codes[row]! >= 0)
        break
      case 'text':
        visit(row, values.values[row] != null)
        break
      case 'boolean':
        visit(row, values.values[row] !== missingBoolean)
        break
    }
  }
}
