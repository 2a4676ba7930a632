import { isEmptyCell } from './cell-rules.ts'
import type { ValueSource } from './value-column.ts'

/** One name that a column is found under. */
export interface SourceName {
  /** The cell of a row under this name. */
  readonly cellOf: (row: number) => unknown
  /** Factor of the alias, or 1. */
  readonly multiply: number
}

/**
 * The cells of a column that is found under several names: of each row the first name, in the blueprint's order, under
 * which there is something. Records of one file may so use different names.
 *
 * @param names the column's own name first, then its aliases
 */
export function columnSource(names: readonly SourceName[]): ValueSource {
  const [first] = names
  if (first === undefined) return { cellOf: () => undefined, multiplyOf: () => 1 }
  if (names.length === 1) return { cellOf: first.cellOf, multiplyOf: () => first.multiply }
  const at = (row: number): SourceName => names.find(({ cellOf }) => !isEmptyCell(cellOf(row))) ?? first
  return { cellOf: (row) => at(row).cellOf(row), multiplyOf: (row) => at(row).multiply }
}
