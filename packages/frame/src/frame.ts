import { ClaimsError } from '@claims/contracts'
import { cellAt, columnLength, type Cell, type FrameColumn } from './column.ts'
import { concatColumns } from './concat-columns.ts'
import { takeColumn } from './take-column.ts'

/** A row as a plain object. */
export type Row = Record<string, Cell>

/**
 * An immutable batch of named, typed columns of equal length. Scoring one claim is a batch of one.
 *
 * @example
 * const frame = Frame.fromColumns({ age: numberColumn([31, NaN]), type: categoryColumn(['auto', 'home']) })
 * frame.filter((row) => frame.number('age')[row]! > 30).toRows() // [{ age: 31, type: 'auto' }]
 */
export class Frame {
  readonly rows: number
  readonly #columns: ReadonlyMap<string, FrameColumn>

  private constructor(columns: ReadonlyMap<string, FrameColumn>, rows: number) {
    this.#columns = columns
    this.rows = rows
  }

  /**
   * A frame of the given columns, in the order of their keys.
   *
   * @param columns name to column, all of one length
   * @throws ClaimsError `length_mismatch`
   */
  static fromColumns(
    columns: Readonly<Record<string, FrameColumn>> | ReadonlyMap<string, FrameColumn>,
  ): Frame {
    const map = columnMap(columns)
    let rows: number | undefined
    for (const [name, column] of map) {
      rows ??= columnLength(column)
      requireRows(name, columnLength(column), rows)
    }
    return new Frame(map, rows ?? 0)
  }

  /** Column names in order. */
  get names(): readonly string[] {
    return [...this.#columns.keys()]
  }

  /** Whether a column of this name exists. */
  has(name: string): boolean {
    return this.#columns.has(name)
  }

  /** The column of this name. @throws ClaimsError `unknown_column` */
  column(name: string): FrameColumn {
    const column = this.#columns.get(name)
    if (column === undefined) {
      throw new ClaimsError('unknown_column', `There is no column "${name}"`, {
        problems: [{ field: name, problem: 'does not exist', allowed: this.names.join(', ') }],
      })
    }
    return column
  }

  /** Values of a number or timestamp column as they are stored, not copied. @throws ClaimsError `unknown_column`, `invalid_value` */
  number(name: string): Float64Array {
    const column = this.column(name)
    if (column.kind !== 'number' && column.kind !== 'timestamp') {
      throw new ClaimsError('invalid_value', `Column "${name}" is ${column.kind}, not a number`, {
        problems: [{ field: name, problem: `is ${column.kind}`, allowed: 'number or timestamp' }],
      })
    }
    return column.values
  }

  /** Name and column pairs in order. */
  entries(): IterableIterator<[string, FrameColumn]> {
    return this.#columns.entries()
  }

  /** Only the named columns, in the given order. @throws ClaimsError `unknown_column` */
  select(names: readonly string[]): Frame {
    return new Frame(new Map(names.map((name) => [name, this.column(name)])), this.rows)
  }

  /** All columns but the named ones; names that do not exist are ignored. */
  drop(names: readonly string[]): Frame {
    const gone = new Set(names)
    return new Frame(new Map([...this.#columns].filter(([name]) => !gone.has(name))), this.rows)
  }

  /** The frame with columns added or replaced; a replaced column keeps its place. @throws ClaimsError `length_mismatch` */
  withColumns(columns: Readonly<Record<string, FrameColumn>> | ReadonlyMap<string, FrameColumn>): Frame {
    const added = columnMap(columns)
    if (this.#columns.size === 0 && this.rows === 0) return Frame.fromColumns(added)
    for (const [name, column] of added) requireRows(name, columnLength(column), this.rows)
    return new Frame(new Map([...this.#columns, ...added]), this.rows)
  }

  /** The frame with one column added or replaced. @throws ClaimsError `length_mismatch` */
  withColumn(name: string, column: FrameColumn): Frame {
    return this.withColumns(new Map([[name, column]]))
  }

  /** The given rows, in the given order, repeats allowed. @param rows 0-based; @throws ClaimsError `invalid_value` when out of range */
  take(rows: Uint32Array | readonly number[]): Frame {
    for (let i = 0; i < rows.length; i++) requireRow(rows[i]!, this.rows)
    const indices = rows instanceof Uint32Array ? rows : Uint32Array.from(rows)
    return new Frame(
      new Map([...this.#columns].map(([name, column]) => [name, takeColumn(column, indices)])),
      indices.length,
    )
  }

  /** The rows for which `keep` is true or 1. @param keep a predicate of the 0-based row, or a mask of length `rows`; @throws ClaimsError `length_mismatch` */
  filter(keep: ((row: number) => boolean) | Uint8Array): Frame {
    if (keep instanceof Uint8Array) requireRows('mask', keep.length, this.rows)
    const kept = new Uint32Array(this.rows)
    let n = 0
    for (let row = 0; row < this.rows; row++) {
      if (keep instanceof Uint8Array ? keep[row] === 1 : keep(row)) kept[n++] = row
    }
    return this.take(kept.subarray(0, n))
  }

  /** Rows from `start` up to but without `end`. */
  slice(start: number, end: number = this.rows): Frame {
    const from = Math.min(Math.max(start, 0), this.rows)
    const to = Math.min(Math.max(end, from), this.rows)
    const indices = new Uint32Array(to - from)
    for (let i = 0; i < indices.length; i++) indices[i] = from + i
    return this.take(indices)
  }

  /** Frames one below the other. All must have the same columns; the order is that of the first. @throws ClaimsError `unknown_column`, `invalid_value`, `empty_data` */
  static concat(frames: readonly Frame[]): Frame {
    const [first, ...rest] = frames
    if (first === undefined) throw new ClaimsError('empty_data', 'There are no frames to join')
    if (rest.length === 0) return first
    for (const frame of rest) {
      const extra = frame.names.find((name) => !first.has(name))
      if (extra !== undefined)
        throw new ClaimsError('unknown_column', `Column "${extra}" is not in every frame`)
    }
    return new Frame(
      new Map(
        first.names.map((name) => [
          name,
          concatColumns(name, [first.column(name), ...rest.map((frame) => frame.column(name))]),
        ]),
      ),
      frames.reduce((sum, frame) => sum + frame.rows, 0),
    )
  }

  /** One row as a plain object; missing cells are null. @param index 0-based; @throws ClaimsError `invalid_value` when out of range */
  row(index: number): Row {
    requireRow(index, this.rows)
    return Object.fromEntries([...this.#columns].map(([name, column]) => [name, cellAt(column, index)]))
  }

  /** All rows as plain objects; missing cells are null, timestamps are ISO 8601 text. */
  toRows(): Row[] {
    return Array.from({ length: this.rows }, (_, i) => this.row(i))
  }
}

function columnMap(
  columns: Readonly<Record<string, FrameColumn>> | ReadonlyMap<string, FrameColumn>,
): Map<string, FrameColumn> {
  return new Map(isMap(columns) ? columns : Object.entries(columns))
}

function isMap(columns: object): columns is ReadonlyMap<string, FrameColumn> {
  return columns instanceof Map
}

function requireRows(field: string, rows: number, expected: number): void {
  if (rows === expected) return
  throw new ClaimsError(
    'length_mismatch',
    `"${field}" has ${String(rows)} rows, the frame has ${String(expected)}`,
    {
      problems: [{ field, problem: `has ${String(rows)} rows`, allowed: `${String(expected)} rows` }],
    },
  )
}

function requireRow(row: number, rows: number): void {
  if (Number.isInteger(row) && row >= 0 && row < rows) return
  throw new ClaimsError(
    'invalid_value',
    `Row ${String(row)} does not exist; the frame has ${String(rows)} rows`,
    {
      problems: [
        {
          field: 'row',
          problem: `${String(row)} does not exist`,
          allowed: `whole numbers from 0 below ${String(rows)}`,
        },
      ],
    },
  )
}
