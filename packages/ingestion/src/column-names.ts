/**
 * Names of columns as every format gives them: without blanks around them, and `column_` with its 1-based position for
 * one that has none.
 *
 * @param written names as the file writes them, in order
 */
export function columnNames(written: readonly string[]): string[] {
  return written.map((name, i) => name.trim() || `column_${String(i + 1)}`)
}
