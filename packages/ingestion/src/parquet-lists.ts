import { readParquetPages, type ColumnChunk } from './parquet-pages.ts'

/** One column of lists of one row group. */
export interface ListChunk extends ColumnChunk {
  /** Whether a list may be missing. */
  readonly listOptional: boolean
}

/**
 * The lists of one column of one row group: an array a row, null for a missing list. An item that is missing is null.
 *
 * @param bytes the whole file
 * @returns `rows` values
 * @throws any Error for a damaged file
 */
export function readParquetLists(bytes: Buffer, chunk: ListChunk): unknown[] {
  const { metadata, rows, listOptional } = chunk
  const empty = listOptional ? 1 : 0
  const most = empty + 1 + (chunk.element.repetition_type === 'OPTIONAL' ? 1 : 0)
  const lists: (unknown[] | null)[] = []
  let list: unknown[] | null = null
  const expected = Number(metadata.num_values)
  for (const { values, levels } of readParquetPages(bytes, { ...chunk, rows: expected, listLevels: most })) {
    if (levels === undefined) throw new Error('a page of lists has no levels')
    const { repetition, definition } = levels
    let next = 0
    for (let i = 0; i < definition.length; i++) {
      const definedAs = definition[i]!
      if (repetition[i] === 0) {
        list = definedAs < empty ? null : []
        if (lists.push(list) > rows) throw new Error('a column has more lists than rows')
      } else if (list === null || list.length === 0 || definedAs <= empty) {
        throw new Error('a list goes on that did not begin')
      }
      if (definedAs > empty) list?.push(definedAs === most ? values[next++] : null)
    }
  }
  if (lists.length !== rows) throw new Error('a column does not have as many lists as there are rows')
  return lists
}
