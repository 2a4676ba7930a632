import type { Finding } from '@claims/contracts'
import type { RaggedRow } from './index-delimited.ts'

/** Field of findings about a whole row. */
export const wholeRow = '(row)'

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

/** The finding of a text that is not UTF-8. */
export function encodingFinding(): Finding {
  return {
    row: null,
    field: wholeRow,
    value: null,
    rule: 'encoding',
    problem: 'the text is not UTF-8; bytes that cannot be read became U+FFFD',
    allowed: 'UTF-8',
    severity: 'warning',
  }
}
