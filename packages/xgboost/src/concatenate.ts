import { columnData } from './columns.ts'
import type { ColumnData } from './columns.ts'
import type { ColumnBatch } from './data-batch.ts'
import { XGBoostError } from './errors.ts'
import type { RowInfoOptions } from './matrix-info.ts'
import type { ColumnArray, NumericArray } from './native/array-interface.ts'

const ROW_FIELDS: readonly (keyof RowInfoOptions)[] = Object.freeze([
  'label',
  'weight',
  'baseMargin',
  'group',
  'qid',
  'labelLowerBound',
  'labelUpperBound',
])

/**
 * Joins batches of columns: one array for each column and for each field of the rows.
 *
 * @param batches all of the same columns, of the same types
 * @throws XGBoostError `invalid_shape`, `invalid_data`
 */
export function concatenate(batches: readonly ColumnBatch[]): ColumnBatch {
  const [first] = batches
  if (!first) throw new XGBoostError('invalid_shape', 'there must be at least one batch')
  batches.forEach(({ columns }, index) => {
    if (columns.length !== first.columns.length)
      throw new XGBoostError(
        'invalid_shape',
        `batch ${index} has ${columns.length} columns; the first has ${first.columns.length}`,
      )
  })
  const columns = first.columns.map((_, index) =>
    joinColumn(
      index,
      batches.map((batch) => columnData(batch.columns[index]!)),
    ),
  )
  const rowInfo: Partial<Record<keyof RowInfoOptions, NumericArray>> = {}
  for (const field of ROW_FIELDS) {
    const parts = batches.map((batch) => batch[field])
    if (parts.every((part) => part === undefined)) continue
    rowInfo[field] = join(field, parts) as NumericArray
  }
  return { columns, ...rowInfo }
}

const joinColumn = (index: number, chunks: readonly ColumnData[]): ColumnData => {
  const values = join(
    `column ${index}`,
    chunks.map((chunk) => chunk.values),
  )
  const { categories } = chunks[0] ?? {}
  const others = chunks.findIndex((chunk) => chunk.categories?.join('\0') !== categories?.join('\0'))
  if (others !== -1)
    throw new XGBoostError('invalid_data', `column ${index} has other categories in batch ${others}`)
  return {
    values,
    ...(chunks.some(({ validity }) => validity) && { validity: joinValidity(index, chunks, values.length) }),
    ...(categories && { categories }),
  }
}

const joinValidity = (index: number, chunks: readonly ColumnData[], rows: number): Uint8Array => {
  const joined = new Uint8Array(Math.ceil(rows / 8))
  let row = 0
  for (const { values, validity } of chunks) {
    if (validity && validity.byteLength * 8 < values.length)
      throw new XGBoostError('invalid_shape', `column ${index} must hold a validity bit for each row`)
    const bits = validity && new Uint8Array(validity.buffer, validity.byteOffset, validity.byteLength)
    for (let at = 0; at < values.length; at += 1, row += 1)
      if (!bits || (((bits[at >> 3] ?? 0) >> (at & 7)) & 1) === 1)
        joined[row >> 3] = (joined[row >> 3] ?? 0) | (1 << (row & 7))
  }
  return joined
}

const join = (name: string, parts: readonly (ColumnArray | undefined)[]): ColumnArray => {
  const [first] = parts
  const other = parts.findIndex((part) => part?.[Symbol.toStringTag] !== first?.[Symbol.toStringTag])
  if (!first || other !== -1)
    throw new XGBoostError(
      'invalid_data',
      `${name} must be of the same array type in every batch; batch ${other} differs from the first`,
    )
  if (parts.length === 1) return first
  const length = parts.reduce((total, part) => total + (part?.length ?? 0), 0)
  const joined = new (first.constructor as new (length: number) => ColumnArray)(length)
  let offset = 0
  for (const part of parts) {
    if (part) (joined as { set(part: ColumnArray, offset: number): void }).set(part, offset)
    offset += part?.length ?? 0
  }
  return joined
}
