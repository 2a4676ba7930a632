import { echoValue, type Column, type Finding } from '@claims/contracts'
import type { Cell, FrameColumn } from '@claims/frame'
import { isMissing, cellAt } from '@claims/frame'

/** The findings of one rule on one field: every one counted, the first ones kept. */
export interface Bucket {
  readonly rule: string
  readonly field: string
  readonly severity: 'error' | 'warning'
  readonly findings: Finding[]
  count: number
}

/** The state of one validation: what was found so far and which rows are rejected. */
export interface Run {
  readonly rows: number
  /** Epoch milliseconds that `within_years` counts from. */
  readonly now: number
  /** Length `rows`, 1 = the row has an error finding. */
  readonly rejected: Uint8Array
  readonly buckets: Bucket[]
  /** Findings kept per rule and field. */
  readonly cap: number
  /** Rows whose cell could not be read, by field: present in the file, missing in the frame. */
  readonly unreadable: ReadonlyMap<string, ReadonlySet<number>>
}

/** Opens the bucket of a rule on a field. */
export function openBucket(
  run: Run,
  { rule, field, severity }: { rule: string; field: string; severity: 'error' | 'warning' },
): Bucket {
  const bucket: Bucket = { rule, field, severity, findings: [], count: 0 }
  run.buckets.push(bucket)
  return bucket
}

/**
 * Counts a finding about a row and, for an error, rejects the row.
 *
 * @returns whether the bucket still keeps findings, so that the caller makes one
 */
export function flag(run: Run, bucket: Bucket, row: number): boolean {
  bucket.count++
  if (bucket.severity === 'error') run.rejected[row] = 1
  return bucket.findings.length < run.cap
}

/** Keeps one finding about the whole column or file. @param values how many values it is about */
export function flagColumn(run: Run, finding: Omit<Finding, 'row'>, values = 1): void {
  const { rule, field, severity } = finding
  const bucket = openBucket(run, { rule, field, severity })
  bucket.count = values
  bucket.findings.push({ ...finding, row: null })
}

/**
 * The cell as a finding may show it: null for a sensitive column, text for what JSON has no number for, at most 200
 * characters.
 *
 * @param column the values
 * @param row 0-based
 * @param declared the blueprint's column; only its role is read
 */
export function shownValue(column: FrameColumn, row: number, declared: Column | undefined): Cell {
  return declared?.role === 'sensitive' ? null : echoValue(plainCell(column, row))
}

/** The cell as a JSON value; infinite numbers and moments outside the calendar become text. */
export function plainCell(column: FrameColumn, row: number): Cell {
  if (isMissing(column, row)) return null
  if (column.kind === 'number' || column.kind === 'timestamp') {
    const value = column.values[row]!
    const limit = column.kind === 'timestamp' ? 8.64e15 : Number.MAX_VALUE
    if (!(Math.abs(value) <= limit)) return String(value)
  }
  return cellAt(column, row)
}
