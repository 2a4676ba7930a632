import type { Finding } from '@claims/contracts'

/** Rows whose findings are gathered at once where not all were kept. */
const blockRows = 1024

/** Where the findings of single rows come from. */
export interface RowFindingsSource {
  /** Findings that were kept, rows 0-based. */
  readonly kept: readonly Finding[]
  /** Whether every finding about a row was kept. */
  readonly complete: boolean
  /** All findings about the rows from `start` up to but without `end`, rows 0-based in the whole. */
  readonly gather: (start: number, end: number) => readonly Finding[]
}

/**
 * The findings about a row, each looked up in constant time when rows are asked for in order: kept ones are indexed
 * once, and where some were not kept, a block of rows is judged again as a whole, so that memory holds the findings of
 * one block.
 *
 * @param source kept findings and how to get those that were not kept
 * @returns findings by 0-based row, also those beyond what was kept
 */
export function indexRowFindings(source: RowFindingsSource): (row: number) => readonly Finding[] {
  let index: ReadonlyMap<number, Finding[]> | undefined
  let block = -1
  return (row) => {
    if (source.complete) index ??= groupByRow(source.kept)
    else if (Math.floor(row / blockRows) !== block) {
      block = Math.floor(row / blockRows)
      index = groupByRow(source.gather(block * blockRows, (block + 1) * blockRows))
    }
    return index?.get(row) ?? []
  }
}

/** Findings by row, in order; those about a whole column or file are left out. */
export function groupByRow(findings: readonly Finding[]): Map<number, Finding[]> {
  const byRow = new Map<number, Finding[]>()
  for (const finding of findings) {
    if (finding.row === null) continue
    const known = byRow.get(finding.row)
    if (known === undefined) byRow.set(finding.row, [finding])
    else known.push(finding)
  }
  return byRow
}
