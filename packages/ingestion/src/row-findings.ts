import type { Finding } from '@claims/contracts'
import type { QuoteFaults, RaggedRow } from './index-delimited.ts'

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

/** Counts of quoted cells that are badly written, over all parts of a file. */
export function addFaults(a: QuoteFaults, b: QuoteFaults): QuoteFaults {
  return {
    behind: a.behind + b.behind,
    swallowed: a.swallowed + b.swallowed,
    line: a.line === 0 ? b.line : a.line,
  }
}

/** Warnings about quoted cells that are badly written. */
export function quoteFindings({ behind, swallowed, line }: QuoteFaults): Finding[] {
  const first = `first on line ${String(line)}`
  const allowed = 'each quoted field closed by a quote; a quote inside doubled'
  return [
    ...(behind === 0
      ? []
      : [
          fileFinding(
            'text_behind_quote',
            `${String(behind)} cells have text behind their closing quote, which was kept, ${first}`,
            allowed,
          ),
        ]),
    ...(swallowed === 0
      ? []
      : [
          fileFinding(
            'quoted_rows',
            `${String(swallowed)} lines that look like rows lie within quotes and are no rows, ${first}: a quote may be missing`,
            allowed,
          ),
        ]),
  ]
}
