import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Encoding, PageHeader, SchemaElement } from 'hyparquet'
import { listLevels } from '../src/parquet-levels.ts'
import { checkRuns } from '../src/parquet-runs.ts'

type Run = { readonly repeated: number; readonly level: number } | { readonly packed: readonly number[] }

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) | 128, ...varint(Math.floor(value / 128))]
}

/** Parquet's hybrid of repeated and packed values, packed ones in groups of eight. */
function encode(runs: readonly Run[], width: number): number[] {
  return runs.flatMap((run) => {
    if ('repeated' in run)
      return [...varint(run.repeated * 2), ...Array.from({ length: Math.ceil(width / 8) }, () => run.level)]
    const groups = Math.ceil(run.packed.length / 8)
    const bytes = new Array<number>(groups * width).fill(0)
    run.packed.forEach((level, i) => {
      for (let bit = 0; bit < width; bit++)
        if (((level >> bit) & 1) === 1) bytes[(i * width + bit) >> 3]! |= 1 << ((i * width + bit) & 7)
    })
    return [...varint(groups * 2 + 1), ...bytes]
  })
}

const valuesOf = (runs: readonly Run[]): number[] =>
  runs.flatMap((run) =>
    'repeated' in run ? Array.from({ length: run.repeated }, () => run.level) : run.packed,
  )

/** Runs of levels up to a highest one; packed runs but the last hold whole groups. */
function runsOf(highest: number): fc.Arbitrary<Run[]> {
  const level = fc.integer({ min: 0, max: highest })
  const repeated = fc.record({ repeated: fc.integer({ min: 1, max: 300 }), level })
  const groups = fc
    .integer({ min: 1, max: 3 })
    .chain((n) => fc.array(level, { minLength: 8 * n, maxLength: 8 * n }).map((packed) => ({ packed })))
  const rest = fc.array(level, { minLength: 1, maxLength: 20 }).map((packed) => ({ packed }))
  return fc
    .tuple(fc.array(fc.oneof(repeated, groups), { maxLength: 5 }), fc.option(rest, { nil: undefined }))
    .map(([first, last]): Run[] => [...first, ...(last === undefined ? [] : [last])])
    .filter((runs) => runs.length > 0)
}

const uint32 = (value: number): number[] => [
  value & 255,
  (value >> 8) & 255,
  (value >> 16) & 255,
  value >>> 24,
]
const block = (bytes: readonly number[]): number[] => [...uint32(bytes.length), ...bytes]

function firstVersion(values: number, encoding: Encoding = 'PLAIN'): PageHeader {
  return {
    type: 'DATA_PAGE',
    uncompressed_page_size: 0,
    compressed_page_size: 0,
    data_page_header: {
      num_values: values,
      encoding,
      definition_level_encoding: 'RLE',
      repetition_level_encoding: 'RLE',
    },
  }
}

function secondVersion(
  values: number,
  of: { repetition: number; definition: number; nulls: number },
): PageHeader {
  return {
    type: 'DATA_PAGE_V2',
    uncompressed_page_size: 0,
    compressed_page_size: 0,
    data_page_header_v2: {
      num_values: values,
      num_nulls: of.nulls,
      num_rows: values,
      encoding: 'PLAIN',
      definition_levels_byte_length: of.definition,
      repetition_levels_byte_length: of.repetition,
      is_compressed: false,
    },
  }
}

describe('levels of a page of lists', () => {
  test.each([1, 2, 3])('are those that were written, of both versions, highest %d', (most) => {
    fc.assert(
      fc.property(runsOf(most), (runs) => {
        const definition = valuesOf(runs)
        const n = definition.length
        const repetition = Array.from({ length: n }, (_, i) => (i % 3 === 0 ? 0 : 1))
        const repetitionBytes = encode([{ packed: repetition }], 1)
        const definitionBytes = encode(runs, most === 1 ? 1 : 2)
        const values = [7, 8, 9]
        const first = listLevels(
          Uint8Array.from([...block(repetitionBytes), ...block(definitionBytes), ...values]),
          firstVersion(n),
          most,
        )
        const second = listLevels(
          Uint8Array.from([...repetitionBytes, ...definitionBytes, ...values]),
          secondVersion(n, {
            repetition: repetitionBytes.length,
            definition: definitionBytes.length,
            nulls: 0,
          }),
          most,
        )
        const present = definition.filter((level) => level === most).length
        for (const read of [first, second]) {
          expect([...read.repetition]).toEqual(repetition)
          expect([...read.definition]).toEqual(definition)
          expect([...read.contents]).toEqual(values)
          expect(read.header.data_page_header).toMatchObject({ num_values: present, encoding: 'PLAIN' })
          expect(read.header.data_page_header_v2).toBeUndefined()
        }
      }),
    )
  })

  const read = (repetition: number[], definition: number[], count: number): unknown =>
    listLevels(Uint8Array.from([...block(repetition), ...block(definition)]), firstVersion(count), 3)
  const right = encode([{ repeated: 5, level: 1 }], 2)
  const zeros = encode([{ repeated: 5, level: 0 }], 1)

  test.each<[string, () => unknown]>([
    ['a run of nothing', () => read(zeros, [0, 1], 5)],
    ['a run beyond the values', () => read(zeros, encode([{ repeated: 6, level: 1 }], 2), 5)],
    ['a level above the highest', () => read(zeros, encode([{ repeated: 5, level: 4 }], 2), 5)],
    ['too few runs', () => read(zeros, encode([{ repeated: 4, level: 1 }], 2), 5)],
    ['a packed run of nothing', () => read(zeros, [1, 0], 5)],
    ['a packed run of a group too many', () => read(zeros, [5, 0, 0, 0, 0], 5)],
    ['a packed run that ends early', () => read(zeros, [3, 0], 5)],
    ['a length that never ends', () => read(zeros, [255, 255, 255, 255, 255, 255, 255, 255], 5)],
    [
      'a block beyond the page',
      () => listLevels(Uint8Array.from([9, 0, 0, 0, ...zeros]), firstVersion(5), 3),
    ],
  ])('%s is refused', (_, work) => {
    expect(() => read(zeros, right, 5)).not.toThrow()
    expect(work).toThrow('the levels of a page do not fit its size')
  })

  test('other encodings of levels are refused', () => {
    const header = firstVersion(5)
    const data = { ...header.data_page_header!, repetition_level_encoding: 'BIT_PACKED' as const }
    const page = Uint8Array.from([...block(zeros), ...block(right)])
    expect(() => listLevels(page, { ...header, data_page_header: data }, 3)).toThrow(
      'BIT_PACKED are not read',
    )
  })
})

describe('the runs of a page', () => {
  const optional: SchemaElement = { name: 'x', type: 'INT64', repetition_type: 'OPTIONAL' }
  const required: SchemaElement = { ...optional, repetition_type: 'REQUIRED' }

  test('hold as many values as are not missing', () => {
    fc.assert(
      fc.property(runsOf(1), (runs) => {
        const levels = valuesOf(runs)
        const present = levels.filter((level) => level === 1).length
        const bytes = encode(runs, 1)
        const data = new Array<number>(present * 8).fill(0)
        const first = Uint8Array.from([...block(bytes), ...data])
        const second = Uint8Array.from([...bytes, ...data])
        const nulls = levels.length - present
        const header = secondVersion(levels.length, { repetition: 0, definition: bytes.length, nulls })
        const page = { element: optional, levels: bytes.length }
        expect(checkRuns(first, firstVersion(levels.length), page)).toBe(present)
        expect(checkRuns(second, header, page)).toBe(present)
        const wrong = secondVersion(levels.length, {
          repetition: 0,
          definition: bytes.length,
          nulls: nulls + 1,
        })
        expect(() => checkRuns(second, wrong, page)).toThrow('do not fit')
        if (present > 0)
          expect(() => checkRuns(first.subarray(0, -1), firstVersion(levels.length), page)).toThrow(
            'do not fit',
          )
      }),
    )
  })

  test.each([
    ['BOOLEAN', undefined, 2],
    ['INT32', undefined, 40],
    ['FLOAT', undefined, 40],
    ['BYTE_ARRAY', undefined, 40],
    ['INT64', undefined, 80],
    ['DOUBLE', undefined, 80],
    ['INT96', undefined, 120],
    ['FIXED_LEN_BYTE_ARRAY', 3, 30],
  ] as const)('ten plain values of %s (%s) take %d bytes at least', (type, length, bytes) => {
    const element: SchemaElement = {
      ...required,
      type,
      ...(length === undefined ? {} : { type_length: length }),
    }
    const check = (size: number): number =>
      checkRuns(new Uint8Array(size), firstVersion(10), { element, levels: 0 })
    expect(check(bytes)).toBe(10)
    expect(() => check(bytes - 1)).toThrow('do not fit')
  })

  test('codes of a dictionary have a width of 32 bits at most, and as many values as there are', () => {
    const check = (bytes: number[], count = 10): number =>
      checkRuns(Uint8Array.from(bytes), firstVersion(count, 'RLE_DICTIONARY'), {
        element: required,
        levels: 0,
      })
    for (const width of [1, 2, 7, 8, 9, 16, 31, 32]) {
      const level = 1
      expect(check([width, ...encode([{ repeated: 10, level }], width)])).toBe(10)
      expect(() => check([width, ...encode([{ repeated: 10, level }], width).slice(0, -1)])).toThrow(
        'do not fit',
      )
      expect(() => check([width, ...encode([{ repeated: 11, level }], width)])).toThrow('do not fit')
      const packed = Array.from({ length: 10 }, () => 1)
      expect(check([width, ...encode([{ packed }], width)])).toBe(10)
    }
    expect(() => check([33, ...encode([{ repeated: 10, level: 1 }], 33)])).toThrow('do not fit')
    expect(check([0])).toBe(10)
  })

  test('an encoding that nobody knows is refused', () => {
    const check = (): number =>
      checkRuns(new Uint8Array(80), firstVersion(10, 'BIT_PACKED'), { element: required, levels: 0 })
    expect(check).toThrow('the encoding BIT_PACKED is not read')
  })
})
