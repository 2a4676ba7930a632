import { sha256 } from '@claims/contracts/files'
import type { Matrix } from '@claims/frame'

const missing = 0x7fc00000

/**
 * A hash of one row of features. A missing feature is always the same NaN in it: which of the many a processor makes is not
 * part of the value.
 *
 * @param matrix rows x features
 * @returns SHA-256 (hexadecimal) of the row with this 0-based number: its 32-bit floats in order, little-endian
 */
export function featureHash({ values, columns }: Matrix): (row: number) => string {
  const view = new DataView(new ArrayBuffer(columns * 4))
  const bytes = new Uint8Array(view.buffer)
  return (row) => {
    for (let j = 0; j < columns; j++) {
      const value = values[row * columns + j]!
      if (Number.isNaN(value)) view.setUint32(j * 4, missing, true)
      else view.setFloat32(j * 4, value, true)
    }
    return sha256(bytes)
  }
}
