import { ClaimsError } from '@claims/contracts'
import { columnLength, type CategoryColumn, type FrameColumn } from './column.ts'

/**
 * Columns of one kind, one after the other. Category levels are united in order of first appearance.
 *
 * @param name names the column in an error
 * @param columns at least one column, all of the same kind
 * @returns a column as long as all together
 * @throws ClaimsError `invalid_value` when the kinds differ
 */
export function concatColumns(name: string, columns: readonly [FrameColumn, ...FrameColumn[]]): FrameColumn {
  const [first] = columns
  const kinds = new Set(columns.map((column) => column.kind))
  if (kinds.size > 1) {
    const found = [...kinds].join(', ')
    throw new ClaimsError('invalid_value', `Column "${name}" is ${found} in different frames`, {
      problems: [
        { field: name, problem: `is ${found} in different frames`, allowed: 'one kind in all frames' },
      ],
    })
  }
  const n = columns.reduce((sum, column) => sum + columnLength(column), 0)
  if (first.kind === 'category') return concatCategories(columns as readonly CategoryColumn[], n)
  if (first.kind === 'text') {
    return {
      kind: 'text',
      values: columns.flatMap((column) => (column.kind === 'text' ? column.values : [])),
    }
  }
  const values = first.kind === 'boolean' ? new Uint8Array(n) : new Float64Array(n)
  let offset = 0
  for (const column of columns) {
    if (column.kind === 'category' || column.kind === 'text') continue
    values.set(column.values, offset)
    offset += column.values.length
  }
  return { kind: first.kind, values } as FrameColumn
}

function concatCategories(columns: readonly CategoryColumn[], n: number): CategoryColumn {
  const index = new Map<string, number>()
  const codes = new Int32Array(n)
  let offset = 0
  for (const column of columns) {
    const renumbered = column.levels.map((level) => {
      const known = index.get(level)
      if (known !== undefined) return known
      index.set(level, index.size)
      return index.size - 1
    })
    for (let i = 0; i < column.codes.length; i++) {
      const code = column.codes[i]!
      codes[offset + i] = code < 0 ? -1 : renumbered[code]!
    }
    offset += column.codes.length
  }
  return { kind: 'category', codes, levels: [...index.keys()] }
}
