import { XGBoostError } from '../errors.ts'
import { addressOf } from './native-memory.ts'

/** The typed arrays that the library reads without conversion. */
export type NumericArray =
  Float32Array | Float64Array | Int8Array | Int16Array | Int32Array | Uint8Array | Uint16Array | Uint32Array

/** {@link NumericArray} and the 64-bit integers, which the library reads as 32-bit floats like all others. */
export type ColumnArray = NumericArray | BigInt64Array | BigUint64Array

/** A bit for each row, the least significant first, 1 where there is a value, as Arrow and DuckDB keep it. */
export type ValidityBits = Uint8Array | BigUint64Array

const TYPE_STRINGS: Readonly<Record<string, string>> = Object.freeze({
  Float32Array: '<f4',
  Float64Array: '<f8',
  Int8Array: '<i1',
  Int16Array: '<i2',
  Int32Array: '<i4',
  Uint8Array: '<u1',
  Uint16Array: '<u2',
  Uint32Array: '<u4',
  BigInt64Array: '<i8',
  BigUint64Array: '<u8',
})

/** By the array's tag, since `instanceof` fails for an array from another realm. */
const typeString = (array: ColumnArray): string => {
  const found = ArrayBuffer.isView(array) ? TYPE_STRINGS[array[Symbol.toStringTag]] : undefined
  if (found === undefined)
    throw new XGBoostError('invalid_data', `an array must be one of ${Object.keys(TYPE_STRINGS).join(', ')}`)
  if ('resizable' in array.buffer && array.buffer.resizable === true)
    throw new XGBoostError('invalid_data', 'an array must not lie in a resizable buffer')
  return found
}

/** Writes the JSON array interface (numpy protocol, version 3) of a row-major array that stays where it is. */
export const arrayInterface = (array: ColumnArray, shape: readonly number[]): string => {
  const type = typeString(array)
  return `{"data":[${addressOf(array)},true],"shape":[${shape.join(',')}],"strides":null,"typestr":"${type}","version":3}`
}

/** {@link arrayInterface} of a column with a bit for each row that has a value. */
export const maskedInterface = (array: ColumnArray, validity: ValidityBits): string =>
  `${arrayInterface(array, [array.length]).slice(0, -1)},"mask":{"data":[${addressOf(validity)},true],"shape":[${array.length}],"strides":null,"typestr":"<t1","version":3}}`

/**
 * Proves after a native call that the arrays it read were still attached. Reading their lengths here also keeps
 * them reachable until the call is over, which an address alone does not.
 */
export function assertAttached(arrays: readonly ArrayBufferView[], expectedBytes: number): void {
  if (byteLengthOf(arrays) !== expectedBytes)
    throw new XGBoostError('invalid_data', 'an array was detached while the library read it')
}

/** The bytes that all the arrays hold together, for {@link assertAttached}. */
export function byteLengthOf(arrays: readonly ArrayBufferView[]): number {
  let bytes = 0
  for (const array of arrays) bytes += array.byteLength
  return bytes
}
