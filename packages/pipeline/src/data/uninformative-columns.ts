import { columnRoles, echoValue } from '@claims/contracts'
import { cellAt, isMissing, type Cell, type FrameColumn } from '@claims/frame'
import type { TrainingData } from './read-training-data.ts'

/**
 * Columns that are no feature although nobody said so: features that do not vary, and what an inferred blueprint
 * leaves out. What a person ignored is not among them.
 *
 * @param data accepted rows
 * @returns the columns in the blueprint's order, with the reason for each
 */
export function uninformativeColumns({
  blueprint,
  allRows,
  notes,
}: TrainingData): { readonly column: string; readonly reason: string }[] {
  return blueprint.columns.flatMap(({ name, role }) => {
    if (columnRoles[role].isFeature && allRows.has(name)) {
      const reason = constantReason(allRows.column(name), allRows.rows)
      return reason === null ? [] : [{ column: name, reason }]
    }
    const note =
      role === 'ignored'
        ? notes.find(({ column, guess }) => column === name && guess.startsWith('ignored'))
        : undefined
    return note === undefined ? [] : [{ column: name, reason: note.reason }]
  })
}

function constantReason(column: FrameColumn, rows: number): string | null {
  let first: Cell = null
  let missing = false
  for (let row = 0; row < rows; row++) {
    if (isMissing(column, row)) {
      missing = true
      continue
    }
    const cell = cellAt(column, row)
    if (first === null) first = cell
    else if (cell !== first) return null
  }
  if (first === null) return 'every cell is missing'
  // One value or nothing tells rows apart.
  return missing ? null : `constant: every filled cell is ${JSON.stringify(echoValue(first))}`
}
