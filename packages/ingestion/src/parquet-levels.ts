import type { PageHeader } from 'hyparquet'

/** Levels of a page of lists, one of each a value. */
export interface ListLevels {
  /** 0 begins a row, 1 goes on with its list. */
  readonly repetition: Uint8Array
  readonly definition: Uint8Array
  /** The page as one of required values: those that are there, without levels. */
  readonly header: PageHeader
  readonly contents: Uint8Array
}

const mostValues = 2 ** 25
const damaged = 'the levels of a page do not fit its size'

/**
 * Takes the levels off a data page of lists of values.
 *
 * @param contents without compression
 * @param most definition level of a value that is there, 1 to 3
 * @throws Error for a damaged page
 */
export function listLevels(contents: Uint8Array, header: PageHeader, most: number): ListLevels {
  const { data_page_header: v1, data_page_header_v2: v2 } = header
  const count = v1?.num_values ?? v2?.num_values ?? 0
  if (count > mostValues) throw new Error('a page has more than 33 million values')
  if (v1 !== undefined && v1.repetition_level_encoding !== 'RLE')
    throw new Error(`levels in the encoding ${v1.repetition_level_encoding} are not read`)
  const parts = new LevelParts(contents)
  const repetition = parts.next({ length: v2?.repetition_levels_byte_length, count, width: 1 })
  const width = most === 1 ? 1 : 2
  const definition = parts.next({ length: v2?.definition_levels_byte_length, count, width })
  let present = 0
  for (const level of definition) {
    if (level > most) throw new Error(damaged)
    if (level === most) present++
  }
  const { data_page_header_v2: _, ...rest } = header
  return {
    repetition,
    definition,
    header: {
      ...rest,
      type: 'DATA_PAGE',
      data_page_header: {
        num_values: present,
        encoding: v1?.encoding ?? v2!.encoding,
        definition_level_encoding: 'RLE',
        repetition_level_encoding: 'RLE',
      },
    },
    contents: contents.subarray(parts.at),
  }
}

class LevelParts {
  readonly #bytes: Uint8Array
  at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** One block of runs. @param of `length` in bytes, where the header states it and not the block itself */
  next(of: { length: number | undefined; count: number; width: number }): Uint8Array {
    const stated = of.length ?? this.#uint32()
    const end = this.at + stated
    if (end > this.#bytes.length) throw new Error(damaged)
    const levels = new Uint8Array(of.count)
    for (let seen = 0; seen < of.count;) {
      const header = this.#varint(end)
      if (header % 2 === 0) {
        const length = header / 2
        if (length === 0 || length > of.count - seen) throw new Error(damaged)
        levels.fill(this.#byte(end), seen, seen + length)
        seen += length
      } else {
        const groups = (header - 1) / 2
        if (groups === 0 || groups * 8 >= of.count - seen + 8) throw new Error(damaged)
        for (let bit = 0; bit < groups * 8; bit++) {
          const from = bit * of.width
          if (seen + bit >= of.count) break
          const byte = this.#bytes[this.at + (from >> 3)]
          if (byte === undefined || this.at + (from >> 3) >= end) throw new Error(damaged)
          levels[seen + bit] = (byte >> (from & 7)) & ((1 << of.width) - 1)
        }
        this.at += groups * of.width
        seen += groups * 8
      }
    }
    this.at = end
    return levels
  }

  #byte(end: number): number {
    const value = this.#bytes[this.at]
    if (value === undefined || this.at >= end) throw new Error(damaged)
    this.at++
    return value
  }

  #uint32(): number {
    const end = this.at + 4
    return this.#byte(end) + this.#byte(end) * 256 + this.#byte(end) * 65_536 + this.#byte(end) * 16_777_216
  }

  #varint(end: number): number {
    let value = 0
    for (let factor = 1; factor < 2 ** 35; factor *= 128) {
      const byte = this.#byte(end)
      value += (byte & 127) * factor
      if (byte < 128) return value
    }
    throw new Error(damaged)
  }
}
