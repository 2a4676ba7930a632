import type { ColumnType } from '@claims/contracts'
import fc from 'fast-check'
import {
  booleanColumn,
  categoryColumn,
  Frame,
  numberColumn,
  textColumn,
  timestampColumn,
  type FrameColumn,
} from '@claims/frame'

const text = fc.string({ unit: 'grapheme', maxLength: 12 })
const orMissing = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { freq: 5 })

/** A column of `rows` cells, of any kind, with missing cells among them. */
function arbitraryColumn(kind: ColumnType, rows: number): fc.Arbitrary<FrameColumn> {
  const cells = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
    fc.array(value, { minLength: rows, maxLength: rows })
  switch (kind) {
    case 'number':
      return cells(fc.double()).map((values) => numberColumn(values))
    case 'timestamp':
      return cells(orMissing(fc.integer({ min: -8_640_000_000_000_000, max: 8_640_000_000_000_000 }))).map(
        (values) => timestampColumn(values.map((value) => value ?? NaN)),
      )
    case 'boolean':
      return cells(orMissing(fc.boolean())).map((values) => booleanColumn(values))
    case 'category':
      return cells(orMissing(text)).map((values) => categoryColumn(values))
    case 'text':
      return cells(orMissing(text)).map((values) => textColumn(values))
  }
}

/** The names of columns, awkward ones among them. */
export const columnName: fc.Arbitrary<string> = fc.oneof(
  fc.string({ minLength: 1, maxLength: 8 }),
  fc.constantFrom('__proto__', 'constructor', 'toString', 'a b', 'Größe'),
)

export const columnKind: fc.Arbitrary<ColumnType> = fc.constantFrom(
  'number',
  'category',
  'text',
  'timestamp',
  'boolean',
)

/** A frame of the given kinds with 0 to 20 rows. */
export function frameOf(kinds: ReadonlyMap<string, ColumnType>): fc.Arbitrary<Frame> {
  return fc
    .integer({ min: 0, max: 20 })
    .chain((rows) =>
      fc.tuple(
        ...[...kinds].map(([name, kind]) =>
          arbitraryColumn(kind, rows).map((column): [string, FrameColumn] => [name, column]),
        ),
      ),
    )
    .map((columns) => Frame.fromColumns(new Map(columns)))
}

/** Names and kinds of one to six columns. */
export const arbitraryKinds: fc.Arbitrary<Map<string, ColumnType>> = fc
  .uniqueArray(fc.tuple(columnName, columnKind), { selector: ([name]) => name, minLength: 1, maxLength: 6 })
  .map((columns) => new Map(columns))

/** A frame of one to six columns and 0 to 20 rows. */
export const arbitraryFrame: fc.Arbitrary<Frame> = arbitraryKinds.chain(frameOf)

/** Column name to kind. */
export function kindsOf(frame: Frame): Map<string, ColumnType> {
  return new Map([...frame.entries()].map(([name, column]) => [name, column.kind]))
}
