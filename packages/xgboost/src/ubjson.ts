import { XGBoostError } from './errors.ts'

/** A value read from JSON or from Universal Binary JSON; a typed array may stand for a list of numbers. */
export type ModelValue =
  | null
  | boolean
  | number
  | string
  | readonly ModelValue[]
  | NumberList
  | { readonly [key: string]: ModelValue }

/** A list of numbers, as an array or as a typed array. */
type NumberList = Float32Array | Float64Array | Int8Array | Uint8Array | Int16Array | Int32Array

/** The most levels of lists and objects: the library reads them by recursion. */
export const MOST_LEVELS = 64

const damaged = (offset: number, problem: string): XGBoostError =>
  new XGBoostError('invalid_model', `not a whole UBJSON model: ${problem} at byte ${offset}`)

/**
 * Reads Universal Binary JSON (draft 12, big-endian) as XGBoost writes it.
 *
 * @param bytes the whole document
 * @returns the value
 * @throws XGBoostError `invalid_model` naming the byte at which the document ends or goes wrong
 */
export function parseUbjson(bytes: Uint8Array): ModelValue {
  const reader = new UbjsonReader(bytes)
  const value = reader.value(reader.marker(), 0)
  reader.requireEnd()
  return value
}

class UbjsonReader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  readonly #decoder = new TextDecoder()
  #offset = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  marker(): string {
    return String.fromCharCode(this.#view.getUint8(this.#take(1)))
  }

  requireEnd(): void {
    if (this.#offset !== this.#bytes.length) throw damaged(this.#offset, 'bytes after the end')
  }

  value(marker: string, depth: number): ModelValue {
    if (depth > MOST_LEVELS) throw damaged(this.#offset, `more than ${MOST_LEVELS} levels`)
    switch (marker) {
      case 'Z':
        return null
      case 'T':
        return true
      case 'F':
        return false
      case 'S':
        return this.#text()
      case 'C':
        return this.marker()
      case '{':
        return this.#object(depth)
      case '[':
        return this.#array(depth)
      default:
        return this.#number(marker)
    }
  }

  #take(size: number): number {
    const start = this.#offset
    if (size > this.#bytes.length - start) throw damaged(start, 'the end')
    this.#offset += size
    return start
  }

  #number(marker: string): number {
    switch (marker) {
      case 'i':
        return this.#view.getInt8(this.#take(1))
      case 'U':
        return this.#view.getUint8(this.#take(1))
      case 'I':
        return this.#view.getInt16(this.#take(2))
      case 'l':
        return this.#view.getInt32(this.#take(4))
      case 'L':
        return Number(this.#view.getBigInt64(this.#take(8)))
      case 'd':
        return this.#view.getFloat32(this.#take(4))
      case 'D':
        return this.#view.getFloat64(this.#take(8))
      default:
        throw damaged(this.#offset - 1, `unknown marker ${JSON.stringify(marker)}`)
    }
  }

  #length(): number {
    const at = this.#offset
    const length = this.#number(this.marker())
    if (!Number.isSafeInteger(length) || length < 0) throw damaged(at, `length ${length}`)
    return length
  }

  #text(): string {
    const length = this.#length()
    const start = this.#take(length)
    return this.#decoder.decode(this.#bytes.subarray(start, start + length))
  }

  #object(depth: number): Record<string, ModelValue> {
    const object = Object.create(null) as Record<string, ModelValue>
    while (String.fromCharCode(this.#peek()) !== '}') {
      const at = this.#offset
      const key = this.#text()
      // The library keeps the first of two, JSON's readers keep the last.
      if (Object.hasOwn(object, key)) throw damaged(at, `${JSON.stringify(key.slice(0, 100))} stands twice`)
      object[key] = this.value(this.marker(), depth + 1)
    }
    this.#take(1)
    return object
  }

  #peek(): number {
    if (this.#offset >= this.#bytes.length) throw damaged(this.#offset, 'the end')
    return this.#bytes[this.#offset] ?? 0
  }

  #array(depth: number): ModelValue {
    const next = String.fromCharCode(this.#peek())
    if (next === '$') {
      this.#take(1)
      const type = this.marker()
      if (this.marker() !== '#') throw damaged(this.#offset - 1, 'a typed array without a length')
      return this.#typedArray(type, this.#length())
    }
    const items: ModelValue[] = []
    if (next === '#') {
      this.#take(1)
      const length = this.#length()
      for (let index = 0; index < length; index += 1) items.push(this.value(this.marker(), depth + 1))
      return items
    }
    while (String.fromCharCode(this.#peek()) !== ']') items.push(this.value(this.marker(), depth + 1))
    this.#take(1)
    return items
  }

  #typedArray(type: string, length: number): NumberList {
    const view = this.#view
    const fill = <T extends NumberList>(
      array: new (length: number) => T,
      size: number,
      read: (at: number) => number,
    ): T => {
      if (length > (this.#bytes.length - this.#offset) / size) throw damaged(this.#offset, 'the end')
      const values = new array(length)
      const start = this.#take(length * size)
      for (let index = 0; index < length; index += 1) values[index] = read(start + index * size)
      return values
    }
    switch (type) {
      case 'i':
        return fill(Int8Array, 1, (at) => view.getInt8(at))
      case 'U':
        return fill(Uint8Array, 1, (at) => view.getUint8(at))
      case 'I':
        return fill(Int16Array, 2, (at) => view.getInt16(at))
      case 'l':
        return fill(Int32Array, 4, (at) => view.getInt32(at))
      case 'L':
        return fill(Float64Array, 8, (at) => Number(view.getBigInt64(at)))
      case 'd':
        return fill(Float32Array, 4, (at) => view.getFloat32(at))
      case 'D':
        return fill(Float64Array, 8, (at) => view.getFloat64(at))
      default:
        throw damaged(this.#offset, `unknown array type ${JSON.stringify(type)}`)
    }
  }
}
