import {
  type Blueprint,
  type Column,
  columnRoles,
  describeAllowed,
  type Finding,
  type ValidationReport,
} from '@claims/contracts'
import type { Frame } from '@claims/frame'
import { compileBusinessRule } from './business-rule-check.ts'
import { compileColumnCheck, type ColumnCheck } from './column-check.ts'
import { warnOfColumn } from './column-warnings.ts'
import { assessQuality, type QualityCounts } from './quality.ts'
import { groupByRow, indexRowFindings } from './row-findings.ts'
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
  /** 0-based row of the file that the frame starts with; findings number rows by the file. Default 0. */
  readonly firstRow?: number
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
  /**
   * All error findings that reject a row, also those that `findings` leaves out. Asked for in order of rows it takes
   * time in proportion to what was found. @param row 0-based position in the frame
   */
  readonly errorsOfRow: (row: number) => Finding[]
  /** All warnings about a row, likewise. @param row 0-based position in the frame */
  readonly warningsOfRow: (row: number) => Finding[]
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
  readonly mayBeEmpty: boolean
  readonly afterOutcome: boolean
}

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
    isFeature: columnRoles[column.role].isFeature,
    mayBeEmpty: columnRoles[column.role].mayBeEmpty,
    afterOutcome: columnRoles[column.role].afterOutcome || column.name === blueprint.label.column,
  }))
  const sensitive = new Set(blueprint.columns.filter((c) => c.role === 'sensitive').map((c) => c.name))
  const afterOutcome = new Set(columns.filter((c) => c.afterOutcome).map((c) => c.column.name))
  const rules = blueprint.business_rules.map((rule) => compileBusinessRule(rule, byName))
  const scoringRules = rules.filter((rule) => !rule.columns.some((name) => afterOutcome.has(name)))

  /** Judges columns and business rules: everything but what compares rows with each other. */
  const judge = (frame: Frame, given: ValidateOptions, cap: number): Judged => {
    const { purpose, findings = [] } = given
    const training = purpose === 'training'
    const rows = frame.rows
    const run: Run = {
      rows,
      now: given.now.getTime(),
      rejected: new Uint8Array(rows),
      buckets: [],
      cap,
      unreadable: unreadableCells(findings),
    }
    if (findings.length > 0) takeReadingFindings(run, findings, byName)
    warnOfUnexpected(run, { frame, byName, unexpected: given.unexpected })

    let cells = 0
    let missingCells = 0
    let invalidCells = 0
    const nullShares: { field: string; share: number }[] = []
    for (const { column, check, isFeature, mayBeEmpty, afterOutcome } of columns) {
      if (afterOutcome && !training) continue
      const required = column.required || (training && column.name === blueprint.label.column)
      if (!frame.has(column.name)) {
        if (required) rejectAll(run, column)
        else if (isFeature && training) warnOfAbsent(run, column)
        continue
      }
      const values = frame.column(column.name)
      const counts = check(values, run, required)
      if ((isFeature && !mayBeEmpty) || required) {
        cells += rows
        missingCells += counts.missing
        invalidCells += counts.invalid
      }
      if (!isFeature) continue
      if (rows > 0 && !mayBeEmpty) nullShares.push({ field: column.name, share: counts.missing / rows })
      if (training) warnOfColumn(column, values, { run, counts })
    }

    let judgedPairs = 0
    let brokenPairs = 0
    for (const rule of training ? rules : scoringRules) {
      const counts = rule.run(frame, run)
      judgedPairs += counts.judged
      brokenPairs += counts.violated
    }
    return { run, counts: { cells, missingCells, invalidCells, judgedPairs, brokenPairs, nullShares } }
  }

  const validate = (frame: Frame, given: ValidateOptions): Validation => {
    const { purpose, firstRow = 0 } = given
    const training = purpose === 'training'
    const rows = frame.rows
    const fromReading = training
      ? (given.findings ?? [])
      : (given.findings ?? []).filter(({ field }) => !afterOutcome.has(field))
    const { run, counts } = judge(frame, { ...given, findings: fromReading }, findingsPerRule)

    const keys = blueprint.unique_keys.map((key) => {
      const name = key.join(' + ')
      const repeats = findRepeats(frame, key)
      const count = repeats === null ? 0 : flagRepeats(run, { repeats, name, training, firstRow })
      return { name, repeats, count }
    })

    let rejectedRows = 0
    for (let row = 0; row < rows; row++) rejectedRows += run.rejected[row]!
    const quality = assessQuality(
      {
        rows,
        rejectedRows,
        ...counts,
        duplicateShares: keys.map(({ name, count }) => ({ key: name, share: rows === 0 ? 0 : count / rows })),
      },
      blueprint.quality,
    )
    const { buckets, rejected } = run
    const findings = inRowOrder(buckets, findingsPerRule)
    const ofWhole = findings.filter(({ row, severity }) => row === null && severity === 'error')
    let readingByRow: ReadonlyMap<number, Finding[]> | undefined
    const ofRow = indexRowFindings({
      kept: findings,
      complete: buckets.every((bucket) => bucket.count <= findingsPerRule),
      gather: (start, end) => {
        readingByRow ??= groupByRow(fromReading)
        const last = Math.min(end, rows)
        const read: Finding[] = []
        for (let row = start; row < last; row++)
          for (const finding of readingByRow.get(row) ?? []) read.push({ ...finding, row: row - start })
        const block = judge(frame.slice(start, last), { ...given, findings: read }, Infinity)
        const repeated = keys.flatMap(({ name, repeats }) =>
          repeats === null ? [] : repeatFindings({ name, repeats, training, firstRow }, start, last),
        )
        const found = inRowOrder(block.run.buckets, Infinity).map((finding) =>
          finding.row === null ? finding : { ...finding, row: finding.row + start },
        )
        return [...found, ...repeated]
      },
    })
    const numbered = (row: number, severity: Finding['severity']): Finding[] =>
      ofRow(row)
        .filter((finding) => finding.severity === severity)
        .map((finding) => (firstRow === 0 ? finding : { ...finding, row: row + firstRow }))
    const byFile = (found: readonly Finding[]): Finding[] =>
      found.map((finding) =>
        finding.row === null || firstRow === 0 ? finding : { ...finding, row: finding.row + firstRow },
      )
    return {
      report: {
        rows,
        rejected_rows: rejectedRows,
        ...quality,
        counts: countsOf(buckets),
        findings: byFile(inRowOrder(buckets, reportedPerRule)),
      },
      rejected,
      sensitive,
      findings: byFile(findings),
      errorsOfRow: (row) => (rejected[row] === 1 ? [...ofWhole, ...numbered(row, 'error')] : []),
      warningsOfRow: (row) => numbered(row, 'warning'),
    }
  }
  return { blueprint, validate }
}

interface Judged {
  readonly run: Run
  readonly counts: Pick<
    QualityCounts,
    'cells' | 'missingCells' | 'invalidCells' | 'judgedPairs' | 'brokenPairs' | 'nullShares'
  >
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
    if (row === null) bucket.count += finding.rows ?? 1
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

interface RepeatedKey {
  readonly name: string
  readonly repeats: Int32Array
  readonly training: boolean
  readonly firstRow: number
}

function flagRepeats(run: Run, key: RepeatedKey): number {
  const severity = key.training ? 'error' : 'warning'
  const bucket = openBucket(run, { rule: 'unique', field: key.name, severity })
  for (let row = 0; row < key.repeats.length; row++) {
    if (key.repeats[row]! >= 0 && flag(run, bucket, row)) bucket.findings.push(repeatFinding(key, row))
  }
  return bucket.count
}

function repeatFindings(key: RepeatedKey, start: number, end: number): Finding[] {
  const found: Finding[] = []
  for (let row = start; row < end; row++) if (key.repeats[row]! >= 0) found.push(repeatFinding(key, row))
  return found
}

function repeatFinding({ name, repeats, training, firstRow }: RepeatedKey, row: number): Finding {
  return {
    row,
    field: name,
    value: null,
    rule: 'unique',
    problem: `repeats the key of row ${String(repeats[row]! + firstRow)}`,
    allowed: 'a key that no other row has',
    severity: training ? 'error' : 'warning',
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
