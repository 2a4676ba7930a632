import { constants } from 'node:buffer'
import type { Finding } from '@claims/contracts'
import { columnNames } from './column-names.ts'
import { rejectDuplicates } from './delimited-header.ts'
import { shortened, unreadable } from './file-error.ts'
import { JsonFault, noOddities, parseJsonText, type JsonOddities } from './json-parser.ts'
import { rowsOfDocument } from './json-shape.ts'
import type { ScannedTable } from './raw-table.ts'
import { fileFinding, wholeRow } from './row-findings.ts'

/** Parsed lines of JSON Lines. */
export interface JsonLines {
  readonly records: unknown[]
  readonly findings: Finding[]
  /** Lines that were read. */
  readonly lines: number
}

const maximumCells = 2 ** 28

/**
 * The rows of a JSON document: an array of objects, or an object that holds one.
 *
 * @throws ClaimsError `unreadable_file` naming the shape of a document that holds no rows
 */
export function scanJson(bytes: Buffer, source: string): ScannedTable {
  if (bytes.length > constants.MAX_STRING_LENGTH)
    throw unreadable(source, 'is too large for one JSON document', { allowed: 'JSON Lines or Parquet' })
  const text = bytes.toString('utf8')
  const oddities = noOddities()
  let value: unknown
  try {
    value = parseJsonText(text, oddities)
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error
    throw unreadable(source, `is not valid JSON: ${placeOf(error, text)}: ${error.message}`, {
      allowed: 'an array of objects, or {"claims": [...]}; or JSON Lines: one object per line',
    })
  }
  const { rows, finding } = rowsOfDocument(value, source)
  const findings = [...(finding === undefined ? [] : [finding]), ...oddityFindings(oddities)]
  // One object on one line is both; it is called what it most likely is.
  const format = value === rows[0] && !text.trim().includes('\n') ? 'json_lines' : 'json'
  return tableOfRecords(rows, { format, findings, source })
}

/** The rows of JSON Lines; a line that is no object stays a row of missing cells, with a finding. */
export function scanJsonLines(bytes: Buffer, source: string): ScannedTable {
  const oddities = noOddities()
  const { records, findings } = parseJsonLines(bytes, 1, oddities)
  return tableOfRecords(records, {
    format: 'json_lines',
    findings: [...findings, ...oddityFindings(oddities)],
    source,
  })
}

/** Parses lines of JSON Lines. @param firstLine 1-based line of the first byte @param oddities receives what is counted */
export function parseJsonLines(bytes: Buffer, firstLine: number, oddities: JsonOddities): JsonLines {
  const records: unknown[] = []
  const findings: Finding[] = []
  let at = 0
  let line = firstLine
  while (at < bytes.length) {
    const newline = bytes.indexOf(10, at)
    const end = newline < 0 ? bytes.length : newline
    const text = bytes.toString('utf8', at, end).trim()
    if (text !== '') {
      try {
        records.push(parseJsonText(text, oddities))
      } catch (error) {
        if (!(error instanceof JsonFault)) throw error
        findings.push(invalidLine(records.length, line, error))
        records.push({})
      }
    }
    at = end + 1
    line++
  }
  return { records, findings, lines: line - firstLine }
}

/** Warnings about what was counted in JSON. */
export function oddityFindings({ nan, infinite, duplicates, duplicated }: JsonOddities): Finding[] {
  const found: Finding[] = []
  if (nan + infinite > 0)
    found.push(
      fileFinding(
        'json_nan',
        `holds NaN ${String(nan)} times, which was read as missing, and Infinity ${String(infinite)} times; neither is JSON`,
        'null for a missing number',
      ),
    )
  if (duplicated > 0)
    found.push(
      fileFinding(
        'duplicate_key',
        `holds ${String(duplicated)} objects with a key more than once, whose last value was taken: ${shortened([...duplicates].map((key) => JSON.stringify(key)).join(', '))}`,
        'each key once',
      ),
    )
  return found
}

/** The finding of a record that is no object. */
export function notAnObject(row: number): Finding {
  return {
    row,
    field: wholeRow,
    value: null,
    rule: 'type',
    problem: 'is not a JSON object',
    allowed: 'an object of field names and values',
    severity: 'error',
  }
}

/** Whether a parsed JSON value is an object of fields. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * Records as one table; its header is all their fields in order of first appearance.
 *
 * @throws ClaimsError `duplicate_column` when names differ in blanks around them only; `unreadable_file` when there are as many names as there would be for values as keys
 */
export function tableOfRecords(
  records: readonly unknown[],
  about: { readonly format: string; readonly findings: readonly Finding[]; readonly source: string },
): ScannedTable {
  const positions = new Map<string, unknown[]>()
  const found: Finding[] = [...about.findings]
  records.forEach((record, row) => {
    if (!isRecord(record)) {
      found.push(notAnObject(row))
      return
    }
    for (const [name, value] of Object.entries(record)) {
      let column = positions.get(name)
      if (column === undefined) {
        if ((positions.size + 1) * records.length > maximumCells)
          throw unreadable(
            about.source,
            `has ${String(positions.size)} different names in ${String(records.length)} objects; are the names values?`,
            { allowed: 'objects that share their names' },
          )
        column = new Array<unknown>(records.length).fill(undefined)
        positions.set(name, column)
      }
      column[row] = value
    }
  })
  const names = columnNames([...positions.keys()])
  rejectDuplicates(names, about.source)
  return {
    names,
    rows: records.length,
    cells: { kind: 'values', columns: [...positions.values()] },
    findings: found,
    format: about.format,
  }
}

function invalidLine(row: number, line: number, { position, message }: JsonFault): Finding {
  return {
    row,
    field: wholeRow,
    value: null,
    rule: 'invalid_json',
    problem: `line ${String(line)} is not valid JSON: character ${String(position + 1)}: ${message}`,
    allowed: 'one JSON object per line',
    severity: 'error',
  }
}

function placeOf({ position }: JsonFault, text: string): string {
  const before = text.slice(0, position).split('\n')
  return `line ${String(before.length)}, character ${String((before.at(-1)?.length ?? 0) + 1)}`
}
