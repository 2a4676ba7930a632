import type { Encoding, PageHeader, ParquetType, SchemaElement } from 'hyparquet'
import { deltaBinaryUnpack } from 'hyparquet/src/delta.js'

/** What is known of a page before its values are decoded. */
export interface PageContents {
  readonly element: SchemaElement
  /** Bytes of the levels of a page of version 2. */
  readonly levels: number
}

const maximumBytes = 1024 * 1024 * 1024
const damaged = 'the values of a page do not fit its size'

/**
 * Walks the runs of a page (levels, codes of a dictionary, deltas) without decoding them, so that the decoder, which
 * trusts them, neither makes more room than there are values nor goes round in a page.
 *
 * @param contents of a data page, without compression
 * @returns how many values are not missing
 * @throws Error for a damaged page
 */
export function checkRuns(
  contents: Uint8Array,
  header: PageHeader,
  { element, levels }: PageContents,
): number {
  const walk = new Walk(contents)
  const { data_page_header: v1, data_page_header_v2: v2 } = header
  const values = v1?.num_values ?? v2?.num_values ?? 0
  const encoding = v1?.encoding ?? v2?.encoding
  let present = values
  if (element.repetition_type !== 'REQUIRED') {
    const end = v1 === undefined ? levels : walk.uint32() + 4
    present = walk.runs({ count: values, width: 1, end })
    walk.at = end
  }
  if (v2 !== undefined && present !== values - v2.num_nulls) throw new Error(damaged)
  if (present > 0) checkValues(walk, { encoding, present, element, plainRuns: v1 !== undefined })
  return present
}

function checkValues(
  walk: Walk,
  page: { encoding: Encoding | undefined; present: number; element: SchemaElement; plainRuns: boolean },
): void {
  const { encoding, present, element } = page
  const left = walk.bytes.length - walk.at
  switch (encoding) {
    case 'PLAIN':
    case 'BYTE_STREAM_SPLIT':
      if (present * leastBytes(element.type, element.type_length) > left) throw new Error(damaged)
      break
    case 'RLE':
      walk.uint32()
      walk.runs({ count: present, width: 1, end: walk.bytes.length })
      break
    case 'PLAIN_DICTIONARY':
    case 'RLE_DICTIONARY': {
      const width = walk.byte()
      if (width > 32) throw new Error(damaged)
      if (width > 0 || !page.plainRuns) walk.runs({ count: present, width, end: walk.bytes.length })
      break
    }
    case 'DELTA_BINARY_PACKED':
    case 'DELTA_LENGTH_BYTE_ARRAY':
      walk.deltas(present)
      break
    case 'DELTA_BYTE_ARRAY': {
      const prefixes = walk.deltas(present)
      const suffixes = walk.deltas(present)
      let previous = 0
      let total = 0
      for (let i = 0; i < present; i++) {
        const [prefix, suffix] = [prefixes[i]!, suffixes[i]!]
        if (prefix < 0 || suffix < 0 || prefix > previous) throw new Error(damaged)
        previous = prefix + suffix
        total += previous
        if (total > maximumBytes) throw new Error('a page holds more than 1 GiB of text')
      }
      break
    }
    default:
      throw new Error(`the encoding ${String(encoding)} is not read`)
  }
}

class Walk {
  readonly bytes: Uint8Array
  at = 0

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }

  byte(): number {
    const value = this.bytes[this.at++]
    if (value === undefined) throw new Error(damaged)
    return value
  }

  uint32(): number {
    return this.byte() + this.byte() * 256 + this.byte() * 65_536 + this.byte() * 16_777_216
  }

  varint(): number {
    let value = 0
    for (let factor = 1; factor < 2 ** 49; factor *= 128) {
      const byte = this.byte()
      value += (byte & 127) * factor
      if (byte < 128) return value
    }
    throw new Error(damaged)
  }

  /** Walks runs of the hybrid of repeated and packed values. @returns of width 1, how many are 1 */
  runs({ count, width, end }: { count: number; width: number; end: number }): number {
    if (end > this.bytes.length) throw new Error(damaged)
    let ones = 0
    let seen = 0
    while (seen < count) {
      const header = this.varint()
      if (this.at > end) throw new Error(damaged)
      const left = count - seen
      if (header % 2 === 1) {
        const packed = ((header - 1) / 2) * 8
        // The last group of eight may go beyond the values, and its bytes beyond those may be missing.
        if (packed === 0 || packed >= left + 8) throw new Error(damaged)
        if (width === 1) ones += this.#onesOf(Math.min(packed, left))
        this.at += (packed * width) / 8
        if (this.at > end + width) throw new Error(damaged)
        seen += Math.min(packed, left)
      } else {
        const length = header / 2
        if (length === 0 || length > left) throw new Error(damaged)
        if (width === 1 && this.bytes[this.at] === 1) ones += length
        if (width === 1 && (this.bytes[this.at] ?? 2) > 1) throw new Error(damaged)
        this.at += Math.ceil(width / 8)
        if (this.at > end) throw new Error(damaged)
        seen += length
      }
    }
    return ones
  }

  /** Walks one block of deltas and decodes it as 32-bit integers, which lengths are. */
  deltas(count: number): Int32Array {
    const start = this.at
    const block = this.varint()
    const parts = this.varint()
    const total = this.varint()
    this.#longVarint()
    const perPart = block / parts
    if (parts < 1 || parts > 4096 || perPart < 8 || perPart % 8 !== 0 || block > 2 ** 24 || total < count)
      throw new Error(damaged)
    for (let left = count - 1; left > 0;) {
      this.#longVarint()
      const widths = this.at
      this.at += parts
      for (let part = 0; part < parts && left > 0; part++) {
        const width = this.bytes[widths + part] ?? 255
        if (width > 64) throw new Error(damaged)
        this.at += (perPart * width) / 8
        left -= perPart
      }
      if (this.at > this.bytes.length) throw new Error(damaged)
    }
    const view = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.length)
    const decoded = new Int32Array(count)
    deltaBinaryUnpack({ view, offset: start }, count, decoded)
    return decoded
  }

  #longVarint(): void {
    for (let length = 0; length < 10; length++) if (this.byte() < 128) return
    throw new Error(damaged)
  }

  #onesOf(bits: number): number {
    let ones = 0
    for (let bit = 0; bit < bits; bit++) ones += ((this.bytes[this.at + (bit >> 3)] ?? 0) >> (bit & 7)) & 1
    return ones
  }
}

function leastBytes(type: ParquetType | undefined, length = 0): number {
  switch (type) {
    case 'BOOLEAN':
      return 1 / 8
    case 'INT32':
    case 'FLOAT':
    case 'BYTE_ARRAY':
      return 4
    case 'INT64':
    case 'DOUBLE':
      return 8
    case 'INT96':
      return 12
    case 'FIXED_LEN_BYTE_ARRAY':
    case undefined:
      return length
  }
}
