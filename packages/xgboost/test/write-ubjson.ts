/** A value of lists and objects. */
type Value = null | boolean | number | string | readonly Value[] | { readonly [key: string]: Value }

/**
 * Writes Universal Binary JSON as XGBoost does: lists of numbers in a tree as typed arrays.
 *
 * @param value what to write
 * @param floats names of lists that hold 32-bit floats
 */
export function writeUbjson(value: Value, floats: ReadonlySet<string>): Uint8Array {
  return Buffer.concat(partsOf(value, { floats, name: '' }))
}

/** Names of lists that hold 32-bit integers, and those that hold bytes and 64-bit integers. */
const INTEGERS = new Set([
  'left_children',
  'right_children',
  'parents',
  'split_indices',
  'categories',
  'categories_nodes',
])
const BYTES = new Set(['default_left', 'split_type'])
const LONG = new Set(['categories_segments', 'categories_sizes'])

const long = (value: number): Buffer => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64BE(BigInt.asIntN(64, BigInt(Math.trunc(value))))
  return bytes
}

const text = (value: string): Buffer[] => {
  const bytes = Buffer.from(value)
  return [Buffer.from('L'), long(bytes.length), bytes]
}

const partsOf = (value: Value, context: { floats: ReadonlySet<string>; name: string }): Buffer[] => {
  if (value === null) return [Buffer.from('Z')]
  if (typeof value === 'boolean') return [Buffer.from(value ? 'T' : 'F')]
  if (typeof value === 'string') return [Buffer.from('S'), ...text(value)]
  if (typeof value === 'number') {
    if (Number.isInteger(value) && !Object.is(value, -0)) return [Buffer.from('L'), long(value)]
    const bytes = Buffer.alloc(4)
    bytes.writeFloatBE(value)
    return [Buffer.from('d'), bytes]
  }
  if (Array.isArray(value)) return listOf(value as readonly Value[], context)
  return [
    Buffer.from('{'),
    ...Object.entries(value).flatMap(([name, item]) => [
      ...text(name),
      ...partsOf(item, { ...context, name }),
    ]),
    Buffer.from('}'),
  ]
}

const listOf = (list: readonly Value[], context: { floats: ReadonlySet<string>; name: string }): Buffer[] => {
  const { floats, name } = context
  const type = floats.has(name)
    ? 'd'
    : INTEGERS.has(name)
      ? 'l'
      : BYTES.has(name)
        ? 'U'
        : LONG.has(name)
          ? 'L'
          : ''
  if (type === '' || !list.every((item) => typeof item === 'number'))
    return [Buffer.from('[#L'), long(list.length), ...list.flatMap((item) => partsOf(item, context))]
  const size = { d: 4, l: 4, U: 1, L: 8 }[type]
  const bytes = Buffer.alloc(list.length * size)
  list.forEach((item, at) => {
    if (type === 'd') bytes.writeFloatBE(item, at * 4)
    else if (type === 'l') bytes.writeInt32BE(item | 0, at * 4)
    else if (type === 'U') bytes.writeUInt8(item & 255, at)
    else bytes.set(long(Number.isFinite(item) ? item : 0), at * 8)
  })
  return [Buffer.from(`[$${type}#L`), long(list.length), bytes]
}
