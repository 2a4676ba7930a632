import koffi from 'koffi'
import type { Pointer } from './native-api.ts'

/** The address of an array's first byte. Valid while the array is reachable and not detached. */
export const addressOf = (array: ArrayBufferView): Pointer => koffi.address(array)

/** Copies `length` floats out of native memory. */
export const readFloats = (pointer: Pointer, length: number): Float32Array =>
  length === 0 ? new Float32Array(0) : new Float32Array(koffi.view(pointer, length * 4)).slice()

/** Floats in native memory, seen where they are: valid until the library changes or frees them. */
export const viewFloats = (pointer: Pointer, length: number): Float32Array =>
  new Float32Array(koffi.view(pointer, length * 4))

/** Copies `length` bytes out of native memory. */
export const readBytes = (pointer: Pointer, length: number): Uint8Array =>
  length === 0 ? new Uint8Array(0) : new Uint8Array(koffi.view(pointer, length)).slice()

/** Copies `length` unsigned 64-bit integers out of native memory, as numbers. */
export const readUint64s = (pointer: Pointer, length: number): number[] =>
  length === 0 ? [] : Array.from(new BigUint64Array(koffi.view(pointer, length * 8)), Number)

/** Copies `length` unsigned 32-bit integers out of native memory. */
export const readUint32s = (pointer: Pointer, length: number): Uint32Array =>
  length === 0 ? new Uint32Array(0) : new Uint32Array(koffi.view(pointer, length * 4)).slice()

/** Reads a NUL-terminated UTF-8 string. */
export const readString = (pointer: Pointer): string => koffi.decode.string(pointer)

/** Reads `length` strings from a `char **`. */
export const readStrings = (pointer: Pointer, length: number): string[] =>
  length === 0 ? [] : Array.from(new BigUint64Array(koffi.view(pointer, length * 8)).slice(), readString)

/** A NUL-terminated UTF-8 string in memory whose address stays the same. */
export function cString(text: string): Uint8Array {
  const encoded = new TextEncoder().encode(text)
  const bytes = new Uint8Array(new ArrayBuffer(encoded.length + 1))
  bytes.set(encoded)
  return bytes
}
