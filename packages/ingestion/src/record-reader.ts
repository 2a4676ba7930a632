import { type Column, describeAllowed, type Finding, type RowWarning } from '@claims/contracts'
import { Frame, type FrameColumn } from '@claims/frame'
import { cellRules } from './cell-rules.ts'
import { columnSource } from './column-source.ts'
import { isRecord, notAnObject } from './scan-json.ts'
import { unknownFieldScan } from './unknown-fields.ts'
import { valueColumnReader, type ValueColumnReader } from './value-column.ts'

/** Records as a frame. */
export interface ReadRecords {
  readonly frame: Frame
  /** Rows are positions among the records; a field that no column knows has one finding for all records. */
  readonly findings: Finding[]
  /** What a record holds that no column knows; a bounded number of names. @param row position among the records */
  readonly unknownOfRow: (row: number) => readonly RowWarning[]
}

/** Turns parsed JSON records into a frame; made once per list of columns. */
export type RecordReader = (records: readonly unknown[]) => ReadRecords

interface RecordField {
  readonly column: Column
  readonly name: string
  readonly read: ValueColumnReader
  /** Its own name first, then its aliases. */
  readonly names: readonly { readonly name: string; readonly multiply: number }[]
  /** Whether a record must have it. */
  readonly demanded: boolean
  /** Whether objects inherit something of this name. */
  readonly inherited: boolean
}

const absentAllowed = new Set(['label', 'post_outcome', 'ignored'])

/**
 * Prepares the reading of JSON records, as an api gets them.
 *
 * Values are taken as in JSON files: what is text is read as a cell of a CSV file is. A record that is no object, a
 * required field that is absent or null, and a value of the wrong type make findings of severity `error`; fields that no
 * column knows make warnings, one per name. A column of role label, post_outcome or ignored may be absent; label and post_outcome columns are
 * left out of the frame when no record has them.
 *
 * @param columns of a blueprint
 * @throws ClaimsError `invalid_blueprint` when a default is not of its column's type
 * @example
 * const read = createRecordReader(blueprint.columns)
 * const { frame, findings } = read([{ claim_id: 'C-1', claim_amount: 1200 }])
 */
export function createRecordReader(columns: readonly Column[]): RecordReader {
  const fields = columns.filter((column) => column.role !== 'ignored').map(recordField)
  const unknownFields = unknownFieldScan(columns)
  const nothing: Readonly<Record<string, unknown>> = {}
  return (records) => {
    const findings: Finding[] = []
    const objects = records.map((record, row) => {
      if (isRecord(record)) return record
      findings.push(notAnObject(row))
      return nothing
    })
    const frame = new Map<string, FrameColumn>()
    for (const field of fields) {
      const optional = field.column.role === 'label' || field.column.role === 'post_outcome'
      if (optional && objects.every((record) => isAbsent(field, record))) continue
      if (field.demanded) demand(field, objects, findings)
      const source = columnSource(
        field.names.map(({ name, multiply }) => ({
          multiply,
          cellOf: (row) => ownValue(field, objects[row]!, name),
        })),
      )
      frame.set(field.name, field.read(source, objects.length, findings))
    }
    const unknown = unknownFields(objects)
    findings.push(...unknown.findings)
    return { frame: Frame.fromColumns(frame), findings, unknownOfRow: unknown.ofRow }
  }
}

/**
 * JSON records as a frame; see `createRecordReader`, which is quicker for many calls with the same columns.
 *
 * @param records parsed JSON values
 * @returns records.length rows
 */
export function frameFromRecords(records: readonly unknown[], columns: readonly Column[]): ReadRecords {
  return createRecordReader(columns)(records)
}

function recordField(column: Column): RecordField {
  return {
    column,
    name: column.name,
    read: valueColumnReader(cellRules(column)),
    names: [
      { name: column.name, multiply: 1 },
      ...column.aliases.map(({ name, multiply = 1 }) => ({ name, multiply })),
    ],
    demanded: column.required && !absentAllowed.has(column.role),
    inherited: column.name in {} || column.aliases.some((alias) => alias.name in {}),
  }
}

type JsonRecord = Readonly<Record<string, unknown>>

function ownValue({ inherited }: RecordField, record: JsonRecord, name: string): unknown {
  return inherited && !Object.hasOwn(record, name) ? undefined : record[name]
}

function isAbsent(field: RecordField, record: JsonRecord): boolean {
  return field.names.every(({ name }) => ownValue(field, record, name) === undefined)
}

function demand(field: RecordField, records: readonly JsonRecord[], findings: Finding[]): void {
  records.forEach((record, row) => {
    const filled = field.names.some(({ name }) => (ownValue(field, record, name) ?? null) !== null)
    if (filled) return
    findings.push({
      row,
      field: field.name,
      value: null,
      rule: 'required',
      problem: isAbsent(field, record) ? 'is absent' : 'is null',
      allowed: describeAllowed(field.column),
      severity: 'error',
    })
  })
}
