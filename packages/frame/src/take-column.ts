import type { FrameColumn } from './column.ts'

/**
 * The cells of a column at the given rows.
 *
 * @param column the column
 * @param rows 0-based rows, in the wanted order, repeats allowed
 * @returns a new column of `rows.length` cells
 */
export function takeColumn(column: FrameColumn, rows: Uint32Array): FrameColumn {
  const n = rows.length
  switch (column.kind) {
    case 'number':
    case 'timestamp': {
      const values = new Float64Array(n)
      for (let i = 0; i < n; i++) values[i] = column.values[rows[i]!]!
      return { kind: column.kind, values }
    }
    case 'category': {
      const codes = new Int32Array(n)
      for (let i = 0; i < n; i++) codes[i] = column.codes[rows[i]!]!
      return { kind: 'category', codes, levels: column.levels }
    }
    case 'text': {
      const values = new Array<string | null>(n)
      for (let i = 0; i < n; i++) values[i] = column.values[rows[i]!] ?? null
      return { kind: 'text', values }
    }
    case 'boolean': {
      const values = new Uint8Array(n)
      for (let i = 0; i < n; i++) values[i] = column.values[rows[i]!]!
      return { kind: 'boolean', values }
    }
  }
}
