/** Values of one Parquet column; null is missing. */
export interface ParquetColumn {
  readonly name: string
  readonly type: 'text' | 'double' | 'boolean'
  readonly values: readonly (string | number | boolean | null)[]
}

const physicalTypes = { boolean: 0, double: 5, text: 6 } as const

/**
 * A Parquet file of optional columns, plain, uncompressed, one row group with one page a column.
 *
 * @param pages `2`: of the second version, with repetition levels though nothing repeats, as some writers do
 */
export function parquetBytes(columns: readonly ParquetColumn[], rows: number, pages: 1 | 2 = 1): Buffer {
  const parts: Buffer[] = [Buffer.from('PAR1')]
  let offset = 4
  const chunks = columns.map((column) => {
    const repetition = varint(rows * 2)
    const page = pages === 1 ? pageOf(column) : Buffer.concat([repetition, pageOf(column).subarray(4)])
    const missing = column.values.filter((value) => value === null).length
    const second: Field = {
      type: 12,
      bytes: struct([
        [1, i32(rows)],
        [2, i32(missing)],
        [3, i32(rows)],
        [4, i32(0)],
        [5, i32(rows * 2)],
        [6, i32(repetition.length)],
      ]),
    }
    const secondHeader = struct([
      [1, i32(3)],
      [2, i32(page.length)],
      [3, i32(page.length)],
      [8, second],
    ])
    const firstHeader = struct([
      [1, i32(0)],
      [2, i32(page.length)],
      [3, i32(page.length)],
      [
        5,
        {
          type: 12,
          bytes: struct([
            [1, i32(rows)],
            [2, i32(0)],
            [3, i32(3)],
            [4, i32(3)],
          ]),
        },
      ],
    ])
    const header = pages === 1 ? firstHeader : secondHeader
    const start = offset
    parts.push(header, page)
    offset += header.length + page.length
    const size = header.length + page.length
    const metadata = struct([
      [1, i32(physicalTypes[column.type])],
      [2, list(5, [zigzag(0), zigzag(3)])],
      [3, list(8, [binary(column.name)])],
      [4, i32(0)],
      [5, i64(rows)],
      [6, i64(size)],
      [7, i64(size)],
      [9, i64(start)],
    ])
    return struct([
      [2, i64(start)],
      [3, { type: 12, bytes: metadata }],
    ])
  })
  const schema = [
    struct([
      [4, { type: 8, bytes: binary('schema') }],
      [5, i32(columns.length)],
    ]),
    ...columns.map(({ name, type }) =>
      struct([
        [1, i32(physicalTypes[type])],
        [3, i32(1)],
        [4, { type: 8, bytes: binary(name) }],
        ...(type === 'text' ? [[6, i32(0)] as const] : []),
      ]),
    ),
  ]
  const group = struct([
    [1, list(12, chunks)],
    [2, i64(offset - 4)],
    [3, i64(rows)],
  ])
  const footer = struct([
    [1, i32(1)],
    [2, list(12, schema)],
    [3, i64(rows)],
    [4, list(12, [group])],
  ])
  const length = Buffer.alloc(4)
  length.writeUInt32LE(footer.length)
  return Buffer.concat([...parts, footer, length, Buffer.from('PAR1')])
}

interface Field {
  readonly type: number
  readonly bytes: Buffer
}

function pageOf({ type, values }: ParquetColumn): Buffer {
  const levels = Buffer.concat(values.map((value) => Buffer.from([2, value === null ? 0 : 1])))
  const length = Buffer.alloc(4)
  length.writeUInt32LE(levels.length)
  const filled = values.filter((value) => value !== null)
  return Buffer.concat([length, levels, type === 'boolean' ? bits(filled) : Buffer.concat(filled.map(plain))])
}

function plain(value: string | number | boolean): Buffer {
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(8)
    bytes.writeDoubleLE(value)
    return bytes
  }
  const text = Buffer.from(String(value))
  const length = Buffer.alloc(4)
  length.writeUInt32LE(text.length)
  return Buffer.concat([length, text])
}

function bits(values: readonly (string | number | boolean)[]): Buffer {
  const bytes = Buffer.alloc(Math.ceil(values.length / 8))
  values.forEach((value, i) => {
    if (value === true) bytes[i >> 3]! |= 1 << (i & 7)
  })
  return bytes
}

/** A struct of Thrift's compact protocol. */
function struct(fields: readonly (readonly [number, Field])[]): Buffer {
  let last = 0
  const parts = fields.flatMap(([id, { type, bytes }]) => {
    const header = Buffer.from([((id - last) << 4) | type])
    last = id
    return [header, bytes]
  })
  return Buffer.concat([...parts, Buffer.from([0])])
}

function list(type: number, items: readonly Buffer[]): Field {
  const header =
    items.length < 15
      ? Buffer.from([(items.length << 4) | type])
      : Buffer.concat([Buffer.from([0xf0 | type]), varint(items.length)])
  return { type: 9, bytes: Buffer.concat([header, ...items]) }
}

function binary(text: string): Buffer {
  const bytes = Buffer.from(text)
  return Buffer.concat([varint(bytes.length), bytes])
}

function i32(value: number): Field {
  return { type: 5, bytes: zigzag(value) }
}

function i64(value: number): Field {
  return { type: 6, bytes: zigzag(value) }
}

function zigzag(value: number): Buffer {
  return varint(value * 2)
}

function varint(value: number): Buffer {
  const bytes: number[] = []
  let rest = value
  while (rest > 127) {
    bytes.push((rest % 128) | 128)
    rest = Math.floor(rest / 128)
  }
  return Buffer.from([...bytes, rest])
}
