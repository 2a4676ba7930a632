import {
  columnOfRole,
  ClaimsError,
  type Blueprint,
  type DataWarning,
  type Finding,
  type LabelMaturity,
  type Reading,
  type ValidationReport,
} from '@claims/contracts'
import { columnLength, type CategoryColumn, type Frame } from '@claims/frame'
import {
  type InferBlueprintOptions,
  dataSource,
  inferBlueprint,
  typedFrame,
  type DataSource,
  type Lineage,
  type RawTable,
} from '@claims/ingestion'
import { createValidator, createWarningSummary, type Validation } from '@claims/validation'
import { encodeTarget } from './encode-target.ts'
import { modelColumns } from '../blueprint/fit-features.ts'
import { immatureLook, maturityOfRows, noMatureRows, type Moment } from './label-maturity.ts'
import { withFurtherErrors } from './further-errors.ts'
import { keyGaps } from './key-gaps.ts'

/** What to infer a blueprint from where none is given. */
export interface BlueprintHints extends InferBlueprintOptions {
  /** 1-based line of the header. */
  readonly headerRow?: number | undefined
  readonly encoding?: Reading['encoding'] | undefined
}

/** Rows that were read, typed and checked. */
export interface CheckedData {
  readonly blueprint: Blueprint
  readonly frame: Frame
  readonly validation: Validation
  readonly report: ValidationReport
  readonly lineage: Lineage
  /** What was guessed about each column, and why; empty for an explicit blueprint. */
  readonly notes: readonly { readonly column: string; readonly guess: string; readonly reason: string }[]
  /** Validates the same rows by another blueprint of the same columns. */
  readonly validateBy: (blueprint: Blueprint) => Validation
  /** What reading and checking found: one entry per rule and field. */
  readonly warnings: readonly DataWarning[]
  /** Those among them that inference made, which no later check repeats. */
  readonly inferenceWarnings: readonly DataWarning[]
  readonly moment: Moment
}

/** Accepted rows with their label, ready to split. */
export interface TrainingData extends CheckedData {
  /** Only the columns that steps may read. */
  readonly inputs: Frame
  /** 0 or 1, length frame.rows. */
  readonly target: Uint8Array
  /** Entity of each row as a code; a missing entity is a group of its own. */
  readonly groups: Int32Array | undefined
  /** Event time of each row, epoch milliseconds, NaN where missing. */
  readonly times: Float64Array | undefined
  /** Which rows were left out because their outcome could not be known yet; null where every labelled row counts. */
  readonly maturity: LabelMaturity | null
  readonly rejectedRows: number
  /** Row of the file, 0-based, of each accepted row. */
  readonly fileRows: Uint32Array
  /** All rows as they were read, accepted or not. */
  readonly allRows: Frame
}

/**
 * Reads data by a blueprint, or infers one, and validates it.
 *
 * @param data a source, or the path of a file
 * @param by a blueprint, or what to infer one from
 * @param options the moment that date rules count from, the day on which labels were taken, whether labels are needed
 * @returns every row with its findings
 * @throws ClaimsError the reading errors of `@claims/ingestion`
 */
export async function readChecked(
  data: string | DataSource,
  by: { readonly blueprint: Blueprint } | { readonly hints: BlueprintHints },
  options: Moment & { readonly purpose: 'training' | 'scoring'; readonly signal?: AbortSignal | undefined },
): Promise<CheckedData> {
  const told = 'hints' in by ? by.hints : undefined
  const reading: Reading =
    'blueprint' in by ? by.blueprint.reading : { header_row: told?.headerRow, encoding: told?.encoding }
  const table: RawTable = await dataSource(data).table({
    signal: options.signal,
    headerRow: reading.header_row,
    encoding: reading.encoding,
  })
  const inferred = 'hints' in by ? inferBlueprint(table, by.hints) : undefined
  const blueprint =
    'blueprint' in by
      ? by.blueprint
      : inferred && { ...inferred.blueprint, reading: keptReading(inferred, reading) }
  if (blueprint === undefined) throw new ClaimsError('invalid_usage', 'Name a blueprint or a label')
  const read = typedFrame(table, {
    columns: blueprint.columns,
    labelColumn: blueprint.label.column,
    requireLabel: options.purpose === 'training',
  })
  const validateBy = (by: Blueprint): Validation =>
    createValidator(by).validate(read.frame, {
      findings: read.findings,
      unexpected: read.unexpected,
      now: options.now,
      purpose: options.purpose,
    })
  const validation = validateBy(blueprint)
  return {
    blueprint,
    frame: read.frame,
    validation,
    report: validation.report,
    lineage: table.lineage,
    notes: inferred?.notes ?? [],
    validateBy,
    warnings: [...(inferred?.warnings ?? []), ...warningsOf(validation.report, [])],
    inferenceWarnings: inferred?.warnings ?? [],
    moment: { now: options.now, asOf: options.asOf },
  }
}

function warningsOf(report: ValidationReport, further: readonly Finding[]): DataWarning[] {
  const summary = createWarningSummary()
  summary.add(report)
  summary.addFindings(further)
  return summary.warnings(report.rows)
}

/** What was told of how files are written goes with the blueprint, so that later files are read alike. */
function keptReading({ blueprint }: { readonly blueprint: Blueprint }, told: Reading): Reading {
  return {
    ...blueprint.reading,
    ...(told.header_row === undefined ? {} : { header_row: told.header_row }),
    ...(told.encoding === undefined ? {} : { encoding: told.encoding }),
  }
}

/**
 * Keeps the accepted rows of checked data whose outcome can be known, and encodes their label.
 *
 * @param checked read for the purpose of training
 * @returns accepted rows only
 * @throws ClaimsError `label_absent`, `label_invalid`, `label_single_class`, `empty_data` when every row is rejected,
 *   `immature_labels` when no outcome can be known yet
 */
export function prepareTrainingData(checked: CheckedData): TrainingData {
  const { blueprint, frame: all, validation } = checked
  const encoded = encodeTarget(all, blueprint)
  const { mature, facts } = maturityOfRows(all, blueprint, checked.moment)
  const keep = new Uint8Array(all.rows)
  let accepted = 0
  let kept = 0
  for (let row = 0; row < all.rows; row++) {
    if (validation.rejected[row] === 1 || encoded.missing[row] === 1) continue
    accepted++
    if (mature?.[row] === 0) continue
    keep[row] = 1
    kept++
  }
  if (accepted === 0) {
    const first: Finding | undefined =
      validation.findings.find((finding) => finding.severity === 'error') ?? encoded.findings[0]
    throw new ClaimsError(
      'empty_data',
      `Every one of ${String(all.rows)} rows is rejected; the first because of "${first?.field ?? ''}": ${first?.problem ?? ''}`,
      {
        problems:
          first === undefined ? [] : [{ field: first.field, problem: first.problem, allowed: first.allowed }],
      },
    )
  }
  const entity = columnOfRole(blueprint.columns, 'entity')?.name
  const time = columnOfRole(blueprint.columns, 'event_time')?.name
  if (kept === 0 && facts !== null) throw noMatureRows(facts, time ?? '')
  const unlabelled = encoded.findings.filter(
    ({ row, severity }) => severity === 'warning' || row === null || validation.rejected[row] !== 1,
  )
  const errors = new Map(
    unlabelled.flatMap((finding) =>
      finding.row === null || finding.severity === 'warning' ? [] : [[finding.row, [finding]] as const],
    ),
  )
  const judged = withFurtherErrors(validation, errors)
  const whole = kept === all.rows
  const frame = whole ? all : all.filter(keep)
  const target = whole ? encoded.target : encoded.target.filter((_, row) => keep[row] === 1)
  const positives = target.reduce((sum, value) => sum + value, 0)
  if (positives === 0 || positives === target.length) {
    throw new ClaimsError(
      'label_single_class',
      `Every label in "${blueprint.label.column}" is ${positives === 0 ? 'negative' : 'positive'}`,
      {
        problems: [
          { field: blueprint.label.column, problem: 'has one class only', allowed: 'rows of both classes' },
        ],
      },
    )
  }
  const hasTimes = time !== undefined && all.has(time)
  const immature = !hasTimes
    ? []
    : immatureLook({
        times: acceptedTimes(all.number(time), validation.rejected, encoded.missing),
        target: encoded.target,
        used: keep,
        maturityDays: blueprint.label.maturity_days,
        field: blueprint.label.column,
      })
  return {
    ...checked,
    frame,
    inputs: frame.select(modelColumns(blueprint).filter((name) => frame.has(name))),
    target,
    groups: entity !== undefined && frame.has(entity) ? groupCodes(frame, entity) : undefined,
    times: hasTimes ? frame.number(time) : undefined,
    validation: judged,
    report: judged.report,
    warnings: [
      ...checked.inferenceWarnings,
      ...immature,
      ...keyGaps(frame, blueprint, checked.moment.now),
      ...warningsOf(checked.report, unlabelled),
    ],
    maturity: facts === null ? null : { ...facts, immature_rows: accepted - kept },
    rejectedRows: all.rows - accepted,
    fileRows: keptRows(keep, kept),
    allRows: all,
  }
}

/** Event times without those of rejected and unlabelled rows, which say nothing of how long the file reaches. */
function acceptedTimes(times: Float64Array, rejected: Uint8Array, missing: Uint8Array): Float64Array {
  return times.map((time, row) => (rejected[row] === 1 || missing[row] === 1 ? NaN : time))
}

function keptRows(keep: Uint8Array, kept: number): Uint32Array {
  const rows = new Uint32Array(kept)
  for (let row = 0, at = 0; row < keep.length; row++) if (keep[row] === 1) rows[at++] = row
  return rows
}

function groupCodes(frame: Frame, name: string): Int32Array {
  const column = frame.column(name)
  const codes = new Int32Array(columnLength(column))
  const known = new Map<string, number>()
  let next = 0
  for (let row = 0; row < codes.length; row++) {
    const value = groupKey(column, row)
    if (value === null) {
      codes[row] = next++
      continue
    }
    let code = known.get(value)
    if (code === undefined) {
      code = next++
      known.set(value, code)
    }
    codes[row] = code
  }
  return codes
}

function groupKey(column: ReturnType<Frame['column']>, row: number): string | null {
  if (column.kind === 'category')
    return (column satisfies CategoryColumn).levels[column.codes[row] ?? -1] ?? null
  if (column.kind === 'text') return column.values[row] ?? null
  const value = column.values[row]
  return value === undefined || Number.isNaN(value) ? null : String(value)
}
