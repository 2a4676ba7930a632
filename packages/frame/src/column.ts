/** Numbers; NaN is missing. */
export interface NumberColumn {
  readonly kind: 'number'
  readonly values: Float64Array
}

/** Codes into `levels`; -1 is missing. */
export interface CategoryColumn {
  readonly kind: 'category'
  readonly codes: Int32Array
  readonly levels: readonly string[]
}

/** Free text; null is missing. */
export interface TextColumn {
  readonly kind: 'text'
  readonly values: readonly (string | null)[]
}

/** Milliseconds since 1970-01-01T00:00:00Z; NaN is missing. */
export interface TimestampColumn {
  readonly kind: 'timestamp'
  readonly values: Float64Array
}

/** 0 false, 1 true, 255 missing. */
export interface BooleanColumn {
  readonly kind: 'boolean'
  readonly values: Uint8Array
}

/** A typed column. Its arrays are shared between frames and must not be written to. */
export type FrameColumn = NumberColumn | CategoryColumn | TextColumn | TimestampColumn | BooleanColumn

/** Code of a missing boolean. */
export const missingBoolean = 255

/** A single cell as a plain JavaScript value; a timestamp is its ISO 8601 text. */
export type Cell = string | number | boolean | null

/** A column of numbers. @param values length n, any unit, NaN = missing */
export function numberColumn(values: Float64Array | readonly number[]): NumberColumn {
  return { kind: 'number', values: values instanceof Float64Array ? values : Float64Array.from(values) }
}

/** A column of moments. @param values length n, epoch milliseconds UTC, NaN = missing */
export function timestampColumn(values: Float64Array | readonly number[]): TimestampColumn {
  return { kind: 'timestamp', values: values instanceof Float64Array ? values : Float64Array.from(values) }
}

/** A column of free text. @param values length n, null = missing */
export function textColumn(values: readonly (string | null)[]): TextColumn {
  return { kind: 'text', values }
}

/** A column of truth values. @param values length n, null = missing */
export function booleanColumn(values: Uint8Array | readonly (boolean | null)[]): BooleanColumn {
  if (values instanceof Uint8Array) return { kind: 'boolean', values }
  return {
    kind: 'boolean',
    values: Uint8Array.from(values, (v) => (v === null ? missingBoolean : v ? 1 : 0)),
  }
}

/** A column of codes into levels. @param codes length n, -1 = missing @param levels distinct names */
export function codedColumn(codes: Int32Array, levels: readonly string[]): CategoryColumn {
  return { kind: 'category', codes, levels }
}

/** A column of level names; levels are numbered in order of first appearance. @param values length n, null = missing */
export function categoryColumn(values: readonly (string | null)[]): CategoryColumn {
  const index = new Map<string, number>()
  const levels: string[] = []
  const codes = new Int32Array(values.length)
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    if (value === null || value === undefined) {
      codes[i] = -1
      continue
    }
    let code = index.get(value)
    if (code === undefined) {
      code = levels.length
      index.set(value, code)
      levels.push(value)
    }
    codes[i] = code
  }
  return { kind: 'category', codes, levels }
}

/** Number of rows of a column. */
export function columnLength(column: FrameColumn): number {
  return column.kind === 'category' ? column.codes.length : column.values.length
}

/** Whether the cell at a row is missing. */
export function isMissing(column: FrameColumn, row: number): boolean {
  switch (column.kind) {
    case 'number':
    case 'timestamp':
      return Number.isNaN(column.values[row])
    case 'category':
      return (column.codes[row] ?? -1) < 0
    case 'text':
      return column.values[row] == null
    case 'boolean':
      return column.values[row] === missingBoolean
  }
}

/** The cell at a row as a plain value: null when missing, ISO 8601 text for a timestamp. */
export function cellAt(column: FrameColumn, row: number): Cell {
  if (isMissing(column, row)) return null
  switch (column.kind) {
    case 'number':
      return column.values[row] ?? null
    case 'timestamp':
      return isoText(column.values[row] ?? NaN)
    case 'category':
      return column.levels[column.codes[row] ?? -1] ?? null
    case 'text':
      return column.values[row] ?? null
    case 'boolean':
      return column.values[row] === 1
  }
}

const midnight = 'T00:00:00.000Z'

function isoText(milliseconds: number): string {
  const text = new Date(milliseconds).toISOString()
  return text.endsWith(midnight) ? text.slice(0, -midnight.length) : text
}
