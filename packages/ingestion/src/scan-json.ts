import { constants } from 'node:buffer'
import type { Finding } from '@claims/contracts'
import { unreadable } from './file-error.ts'
import type { ScannedTable } from './raw-table.ts'
import { wholeRow } from './row-findings.ts'

/**
 * The rows of a JSON document: an array of objects, or an object that holds one as `claims`.
 *
 * @throws ClaimsError `unreadable_file`
 */
export function scanJson(bytes: Buffer, source: string): ScannedTable {
  const allowed = 'an array of objects, or {"claims": [...]}'
  if (bytes.length > constants.MAX_STRING_LENGTH)
    throw unreadable(source, 'is too large for one JSON document', { allowed: 'JSON Lines or Parquet' })
  let value: unknown
  try {
    value = JSON.parse(bytes.toString('utf8'))
  } catch (error) {
    throw unreadable(source, `is not valid JSON: ${error instanceof Error ? error.message : ''}`, {
      allowed,
      cause: error,
    })
  }
  const rows = rowsOf(value)
  if (rows === undefined) throw unreadable(source, 'holds no array of objects', { allowed })
  return tableOfRecords(rows, 'json')
}

/** The rows of JSON Lines; a line that is no object stays a row of missing cells, with a finding. */
export function scanJsonLines(bytes: Buffer): ScannedTable {
  const lines = parseJsonLines(bytes, 1)
  return tableOfRecords(lines.records, 'json_lines', lines.findings)
}

/** Parsed lines of JSON Lines. @param firstLine 1-based line of the first byte */
export function parseJsonLines(
  bytes: Buffer,
  firstLine: number,
): { records: unknown[]; findings: Finding[]; lines: number } {
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
        records.push(JSON.parse(text))
      } catch {
        findings.push({
          row: records.length,
          field: wholeRow,
          value: text.slice(0, 80),
          rule: 'invalid_json',
          problem: `line ${String(line)} is not valid JSON`,
          allowed: 'one JSON object per line',
          severity: 'error',
        })
        records.push({})
      }
    }
    at = end + 1
    line++
  }
  return { records, findings, lines: line - firstLine }
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

function rowsOf(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value as readonly unknown[]
  if (!isRecord(value)) return undefined
  const { claims } = value as { claims?: unknown }
  return Array.isArray(claims) ? claims : undefined
}

/** Records as one table; its header is all their fields in order of first appearance. */
export function tableOfRecords(
  records: readonly unknown[],
  format: string,
  findings: readonly Finding[] = [],
): ScannedTable {
  const positions = new Map<string, unknown[]>()
  const found: Finding[] = [...findings]
  records.forEach((record, row) => {
    if (!isRecord(record)) {
      found.push(notAnObject(row))
      return
    }
    for (const [name, value] of Object.entries(record)) {
      let column = positions.get(name)
      if (column === undefined) {
        column = new Array<unknown>(records.length).fill(undefined)
        positions.set(name, column)
      }
      column[row] = value
    }
  })
  return {
    names: [...positions.keys()],
    rows: records.length,
    cells: { kind: 'values', columns: [...positions.values()] },
    findings: found,
    format,
  }
}
