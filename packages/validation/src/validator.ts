import type { Blueprint, Column, Finding, ValidationReport } from '@claims/contracts'
import type { Frame } from '@claims/frame'
import { compileBusinessRule } from './business-rule-check.ts'
import { compileColumnCheck, describeAllowed, type ColumnCheck } from './column-check.ts'
import { warnOfColumn } from './column-warnings.ts'
import { assessQuality } from './quality.ts'
import { flag, flagColumn, openBucket, type Bucket, type Run } from './run.ts'
import { findRepeats } from './unique-key-check.ts'

/** What a validation is for. Labels, post-outcome columns and repeated keys are judged in training only. */
export type ValidationPurpose = 'training' | 'scoring'

/** What `validate` needs beside the rows. */
export interface ValidateOptions {
  /** What reading the rows found, such as cells that are not of their column's type. */
  readonly findings?: readonly Finding[]
  /** Columns of the source that the blueprint does not declare. */
  readonly unexpected?: readonly string[]
  /** The moment that `within_years` rules count from. */
  readonly now: Date
  readonly purpose: ValidationPurpose
}

/** Result of a validation. */
export interface Validation {
  readonly report: ValidationReport
  /** Length `frame.rows`; 1 = the row has at least one error finding. Always complete. */
  readonly rejected: Uint8Array
  /** Findings in order of row, file findings first; per rule and field the first `findingsPerRule` ones. */
  readonly findings: readonly Finding[]
  /** Columns whose values must not be shown. */
  readonly sensitive: ReadonlySet<string>
  /** All error findings that reject a row, also those that `findings` leaves out. @param row 0-based */
  readonly errorsOfRow: (row: number) => Finding[]
}

/** A blueprint's checks, compiled once and used for any number of batches. */
export interface Validator {
  readonly blueprint: Blueprint
  validate(frame: Frame, options: ValidateOptions): Validation
}

/** How much of what was found is kept. */
export interface ValidatorOptions {
  /** Findings kept per rule and field in `Validation.findings`; default 1,000. */
  readonly findingsPerRule?: number
  /** Findings kept per rule and field in the report; default 20. */
  readonly reportedPerRule?: number
}

interface CompiledColumn {
  readonly column: Column
  readonly check: ColumnCheck
  readonly isFeature: boolean
  readonly afterOutcome: boolean
}

const featureRoles: ReadonlySet<string> = new Set(['numeric', 'categorical', 'date', 'text'])
const afterOutcomeRoles: ReadonlySet<string> = new Set(['label', 'post_outcome'])

/**
 * Compiles the checks of a blueprint.
 *
 * Rules of a cell: `required`, `type`, `finite`, `integer`, `range`, `allowed`, `pattern`. Rules of a row: the
 * blueprint's business rules under their own names. Rules of a file: `unique`, `unexpected`, `absent`, `all_missing`,
 * `constant`, `outliers`. A sensitive column's values are in no finding. For scoring, label and post-outcome columns
 * are not judged, repeated keys only warn, and `absent`, `all_missing`, `constant` and `outliers` are left out. In
 * training the label is required whether declared so or not.
 *
 * @param blueprint columns, unique keys, business rules and quality limits
 * @param options how many findings are kept
 * @throws ClaimsError `invalid_blueprint` when a column's pattern is not a regular expression
 * @example
 * const { report, rejected } = createValidator(blueprint).validate(frame, { now: new Date(), purpose: 'scoring' })
 */
export function createValidator(blueprint: Blueprint, options: ValidatorOptions = {}): Validator {
  const { findingsPerRule = 1_000, reportedPerRule = 20 } = options
  const byName = new Map(blueprint.columns.map((column) => [column.name, column]))
  const columns: readonly CompiledColumn[] = blueprint.columns.map((column) => ({
    column,
    check: compileColumnCheck(column),
    isFeature: featureRoles.has(column.role),
    afterOutcome: afterOutcomeRoles.has(column.role) || column.name === blueprint.label.column,
  }))
  const sensitive = new Set(blueprint.columns.filter((c) => c.role === 'sensitive').map((c) => c.name))
  const afterOutcome = new Set(columns.filter((c) => c.afterOutcome).map((c) => c.column.name))
  const rules = blueprint.business_rules.map((rule) => compileBusinessRule(rule, byName))
  const scoringRules = rules.filter((rule) => !rule.columns.some((name) => afterOutcome.has(name)))

  const validate = (frame: Frame, given: ValidateOptions): Validation => {
    const { purpose } = given
    const training = purpose === 'training'
    const rows = frame.rows
    const fromReading = training
      ? (given.findings ?? [])
      : (given.findings ?? []).filter(({ field }) => !afterOutcome.has(field))
    const run: Run = {
      rows,
      now: given.now.getTime(),
      rejected: new Uint8Array(rows),
      buckets: [],
      cap: findingsPerRule,
      unreadable: unreadableCells(fromReading),
    }
    if (fromReading.length > 0) takeReadingFindings(run, fromReading, byName)
    warnOfUnexpected(run, { frame, byName, unexpected: given.unexpected })

    let cells = 0
    let missingCells = 0
    let invalidCells = 0
    const nullShares: { field: string; share: number }[] = []
    for (const { column, check, isFeature, afterOutcome } of columns) {
      if (afterOutcome && !training) continue
      const required = column.required || (training && column.name === blueprint.label.column)
      if (!frame.has(column.name)) {
        if (required) rejectAll(run, column)
        else if (isFeature && training) warnOfAbsent(run, column)
        continue
      }
      const values = frame.column(column.name)
      const counts = check(values, run, required)
      if (isFeature || required) {
        cells += rows
        missingCells += counts.missing
        invalidCells += counts.invalid
      }
      if (!isFeature) continue
      if (rows > 0) nullShares.push({ field: column.name, share: counts.missing / rows })
      if (training) warnOfColumn(column, values, { run, counts })
    }

    let judgedPairs = 0
    let brokenPairs = 0
    for (const rule of training ? rules : scoringRules) {
      const counts = rule.run(frame, run)
      judgedPairs += counts.judged
      brokenPairs += counts.violated
    }

    const keys = blueprint.unique_keys.map((key) => {
      const name = key.join(' + ')
      const repeats = findRepeats(frame, key)
      const count = repeats === null ? 0 : flagRepeats(run, { repeats, name, training })
      return { name, repeats, count }
    })

    let rejectedRows = 0
    for (let row = 0; row < rows; row++) rejectedRows += run.rejected[row]!
    const quality = assessQuality(
      {
        rows,
        rejectedRows,
        cells,
        missingCells,
        invalidCells,
        judgedPairs,
        brokenPairs,
        nullShares,
        duplicateShares: keys.map(({ name, count }) => ({ key: name, share: rows === 0 ? 0 : count / rows })),
      },
      blueprint.quality,
    )
    const { buckets, rejected } = run
    return {
      report: {
        rows,
        rejected_rows: rejectedRows,
        ...quality,
        counts: countsOf(buckets),
        findings: inRowOrder(buckets, reportedPerRule),
      },
      rejected,
      sensitive,
      findings: inRowOrder(buckets, findingsPerRule),
      errorsOfRow: (row) => {
        if (rejected[row] !== 1) return []
        const alone = validate(frame.slice(row, row + 1), {
          now: given.now,
          purpose,
          findings: fromReading
            .filter((finding) => finding.row === row)
            .map((finding) => ({ ...finding, row: 0 })),
        })
        const errors = alone.findings.filter((finding) => finding.severity === 'error')
        const repeated = !training
          ? []
          : keys.flatMap(({ name, repeats }) =>
              repeats !== null && repeats[row]! >= 0 ? [repeatFinding(name, row, repeats[row]!)] : [],
            )
        return [
          ...errors.map((finding) => (finding.row === null ? finding : { ...finding, row })),
          ...repeated,
        ]
      },
    }
  }
  return { blueprint, validate }
}

const noCells: ReadonlyMap<string, ReadonlySet<number>> = new Map()

function unreadableCells(findings: readonly Finding[]): ReadonlyMap<string, ReadonlySet<number>> {
  if (findings.length === 0) return noCells
  const cells = new Map<string, Set<number>>()
  for (const { row, field, severity } of findings) {
    if (row === null || severity !== 'error') continue
    const rows = cells.get(field)
    if (rows === undefined) cells.set(field, new Set([row]))
    else rows.add(row)
  }
  return cells
}

function takeReadingFindings(
  run: Run,
  findings: readonly Finding[],
  byName: ReadonlyMap<string, Column>,
): void {
  const buckets = new Map<string, Bucket>()
  for (const finding of findings) {
    const { rule, field, severity, row } = finding
    const key = `${rule}\n${field}\n${severity}`
    let bucket = buckets.get(key)
    if (bucket === undefined) {
      bucket = openBucket(run, { rule, field, severity })
      buckets.set(key, bucket)
    }
    let keep = bucket.findings.length < run.cap
    if (row === null) bucket.count++
    else if (row < run.rows) keep = flag(run, bucket, row)
    else continue
    if (keep)
      bucket.findings.push(byName.get(field)?.role === 'sensitive' ? { ...finding, value: null } : finding)
  }
}

function warnOfUnexpected(
  run: Run,
  source: { frame: Frame; byName: ReadonlyMap<string, Column>; unexpected: readonly string[] | undefined },
): void {
  const names = new Set(source.unexpected)
  for (const [name] of source.frame.entries()) if (!source.byName.has(name)) names.add(name)
  for (const name of names) {
    flagColumn(run, {
      field: name,
      value: null,
      rule: 'unexpected',
      problem: 'is not declared and is left out',
      allowed: 'a column of the blueprint',
      severity: 'warning',
    })
  }
}

function rejectAll(run: Run, column: Column): void {
  run.rejected.fill(1)
  flagColumn(run, {
    field: column.name,
    value: null,
    rule: 'required',
    problem: 'is absent',
    allowed: describeAllowed(column),
    severity: 'error',
  })
}

function warnOfAbsent(run: Run, column: Column): void {
  flagColumn(run, {
    field: column.name,
    value: null,
    rule: 'absent',
    problem: 'is declared as a feature but absent',
    allowed: describeAllowed(column),
    severity: 'warning',
  })
}

function flagRepeats(run: Run, key: { repeats: Int32Array; name: string; training: boolean }): number {
  const severity = key.training ? 'error' : 'warning'
  const bucket = openBucket(run, { rule: 'unique', field: key.name, severity })
  for (let row = 0; row < key.repeats.length; row++) {
    const earlier = key.repeats[row]!
    if (earlier < 0 || !flag(run, bucket, row)) continue
    bucket.findings.push({ ...repeatFinding(key.name, row, earlier), severity })
  }
  return bucket.count
}

function repeatFinding(name: string, row: number, earlier: number): Finding {
  return {
    row,
    field: name,
    value: null,
    rule: 'unique',
    problem: `repeats the key of row ${String(earlier)}`,
    allowed: 'a key that no other row has',
    severity: 'error',
  }
}

function countsOf(buckets: readonly Bucket[]): ValidationReport['counts'] {
  return buckets.map(({ rule, field, severity, count }) => ({ rule, field, severity, count }))
}

function inRowOrder(buckets: readonly Bucket[], perBucket: number): Finding[] {
  if (buckets.length === 0) return []
  const findings = buckets.flatMap((bucket) => bucket.findings.slice(0, perBucket))
  return findings.sort((a, b) => (a.row ?? -1) - (b.row ?? -1))
}
