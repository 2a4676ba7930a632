import type { Finding } from '@claims/contracts'
import type { RaggedRow } from './index-delimited.ts'

/** Field of findings about a whole row. */
export const wholeRow = '(row)'

/** Field of findings about a whole file. */
const wholeFile = '(file)'

/** Findings of rows that have more or fewer fields than the header. @param fields fields of the header */
export function raggedFindings(ragged: readonly RaggedRow[], fields: number): Finding[] {
  return ragged.map((found) => ({
    row: found.row,
    field: wholeRow,
    value: found.fields,
    rule: 'ragged_row',
    problem: `line ${String(found.line)} has ${String(found.fields)} fields`,
    allowed: `${String(fields)} fields, as in the header`,
    severity: 'error',
  }))
}

/** A warning about a whole file. */
export function fileFinding(rule: string, problem: string, allowed: string): Finding {
  return { row: null, field: wholeFile, value: null, rule, problem, allowed, severity: 'warning' }
}
