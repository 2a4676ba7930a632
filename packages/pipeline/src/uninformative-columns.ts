import type { ColumnRole } from '@claims/contracts'
import { cellAt, isMissing, type Cell, type FrameColumn } from '@claims/frame'
import type { TrainingData } from './read-training-data.ts'

const judgedRoles: ReadonlySet<ColumnRole> = new Set<ColumnRole>(['numeric', 'categorical', 'date', 'text', 'document'])

/**
 * Columns that were meant as features, or could have been, and do not vary.
 *
 * @param data accepted rows; what an inferred blueprint ignores is judged too, what a person ignored is not
 * @returns the columns in the blueprint's order, with what is wrong with each
 */
export function uninformativeColumns({ blueprint, allRows }: TrainingData): { readonly column: string; readonly problem: string }[] {
  return blueprint.columns.flatMap(({ name, role }) => {
    const judged = judgedRoles.has(role) || (role === 'ignored' && blueprint.origin === 'inferred')
    if (!judged || !allRows.has(name)) return []
    const problem = problemOf(allRows.column(name), allRows.rows)
    return problem === null ? [] : [{ column: name, problem }]
  })
}

function problemOf(column: FrameColumn, rows: number): string | null {
  let first: Cell = null
  for (let row = 0; row < rows; row++) {
    if (isMissing(column, row)) continue
    const cell = cellAt(column, row)
    if (first === null) first = cell
    else if (cell !== first) return null
  }
  return first === null ? 'is missing in every row' : `is ${JSON.stringify(first)} in every row that has it`
}
