import { crc32 } from 'node:zlib'
import type {
  ColumnMetaData,
  DecodedArray,
  Encoding,
  PageHeader,
  ParquetParsers,
  SchemaElement,
} from 'hyparquet'
import { parquetHeader, readPage } from 'hyparquet/src/column.js'
import { decompressParquetPage } from './parquet-codecs.ts'
import { listLevels, type ListLevels } from './parquet-levels.ts'
import { checkRuns } from './parquet-runs.ts'
import type { ParquetValue } from './parquet-value.ts'

/** One column of one row group. */
export interface ColumnChunk {
  readonly element: SchemaElement
  readonly metadata: ColumnMetaData
  readonly read: ParquetValue
  /** Values that all pages have together; of a flat column, its rows. */
  readonly rows: number
  /** Offset after which no page can lie. */
  readonly end: number
  /** Of lists, the definition level of a value that is there. */
  readonly listLevels?: number
}

/** Values of one page. */
export interface PageValues {
  /** Of a flat column with null for missing, of lists those that are there. */
  readonly values: readonly unknown[]
  /** Of lists. */
  readonly levels: ListLevels | undefined
}

const maximumPage = 1024 * 1024 * 1024
/** Size that a page may have even where its column states less. */
const usualPage = 64 * 1024 * 1024
const maximumHeader = 1024 * 1024

/**
 * The values of one flat column of one row group; null is missing. Every size that the file states is checked against
 * what it can be before room is made for it.
 *
 * @param bytes the whole file
 * @returns `rows` values
 * @throws any Error for a damaged file
 */
export function readParquetChunk(bytes: Buffer, chunk: ColumnChunk): unknown[] {
  const all = new Array<unknown>(chunk.rows)
  let done = 0
  for (const { values } of readParquetPages(bytes, chunk)) for (const value of values) all[done++] = value
  return all
}

/** The pages of one column of one row group, one after the other. @throws any Error for a damaged file */
export function* readParquetPages(bytes: Buffer, chunk: ColumnChunk): Generator<PageValues> {
  const { metadata, rows, end } = chunk
  let done = 0
  let dictionary: unknown[] | undefined
  let at = Number(startOf(metadata))
  while (done < rows) {
    if (!Number.isSafeInteger(at) || at < 4 || at >= end) throw new Error('a page lies outside the file')
    const page = pageAt(bytes, at, chunk)
    at = page.next
    if (page.header.type === 'DICTIONARY_PAGE') {
      dictionary = Array.from(pageValues(page, chunk, undefined) as Iterable<unknown>, chunk.read)
      continue
    }
    const decoded = pageValues(page, chunk, dictionary)
    const { levels } = page
    const count = levels?.definition.length ?? decoded.length
    if (count > rows - done) throw new Error('a column has more values than rows')
    const values = Array.from(decoded as Iterable<unknown>, (value) => {
      if (value === undefined) throw new Error('a value is not in its dictionary')
      return value === null || page.coded ? value : chunk.read(value)
    })
    yield { values, levels }
    done += count
  }
}

interface Page {
  readonly header: PageHeader
  /** Contents without compression. */
  readonly contents: Uint8Array
  /** Whether the values are codes of a dictionary. */
  readonly coded: boolean
  /** Values that are not missing; of a dictionary, all. */
  readonly present: number
  /** Offset after the page. */
  readonly next: number
  readonly levels: ListLevels | undefined
}

function pageAt(bytes: Buffer, at: number, chunk: ColumnChunk): Page {
  const { metadata, element, end } = chunk
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, Math.min(end - at, maximumHeader))
  const reader = { view, offset: 0 }
  const header = parquetHeader(reader)
  const { compressed_page_size: stored, uncompressed_page_size: size, crc } = header
  const from = at + reader.offset
  if (!isCount(stored, end - from)) throw new Error('a page is larger than the file')
  const limit = Math.min(maximumPage, Math.max(usualPage, Number(metadata.total_uncompressed_size)))
  if (!isCount(size, limit)) throw new Error('a page is larger than its column')
  const body = bytes.subarray(from, from + stored)
  if (typeof crc === 'number' && crc32(body) !== crc >>> 0)
    throw new Error('the checksum of a page does not fit')
  const flat = chunk.listLevels === undefined ? withoutRepetition(header, body) : { header, body }
  const opened = open(flat.header, flat.body, chunk)
  const { contents, levels, coded } = opened
  if (chunk.listLevels !== undefined && header.type !== 'DICTIONARY_PAGE') {
    const lists = listLevels(contents, header, chunk.listLevels)
    const items: SchemaElement = { ...element, repetition_type: 'REQUIRED' }
    const present = checkRuns(lists.contents, lists.header, { element: items, levels: 0 })
    return {
      header: lists.header,
      contents: alone(lists.contents),
      coded,
      present,
      next: from + stored,
      levels: lists,
    }
  }
  const present =
    header.type === 'DICTIONARY_PAGE' ? 1 : checkRuns(contents, flat.header, { element, levels })
  return {
    header: flat.header,
    contents: alone(contents),
    coded,
    present,
    next: from + stored,
    levels: undefined,
  }
}

/** A page of a column without lists, without the repetition levels (all of them 0) that some writers put before it. */
function withoutRepetition(header: PageHeader, body: Uint8Array): { header: PageHeader; body: Uint8Array } {
  const v2 = header.data_page_header_v2
  const bytes = v2?.repetition_levels_byte_length ?? 0
  if (v2 === undefined || bytes === 0) return { header, body }
  if (!isCount(bytes, Math.min(body.length, header.uncompressed_page_size)))
    throw new Error('a page has counts that do not fit')
  return {
    header: {
      ...header,
      uncompressed_page_size: header.uncompressed_page_size - bytes,
      compressed_page_size: header.compressed_page_size - bytes,
      data_page_header_v2: { ...v2, repetition_levels_byte_length: 0 },
    },
    body: body.subarray(bytes),
  }
}

/** Checks a page's counts and takes its compression off. */
function open(
  header: PageHeader,
  body: Uint8Array,
  { metadata, element, rows, listLevels }: ColumnChunk,
): { contents: Uint8Array; levels: number; coded: boolean } {
  const { codec } = metadata
  const size = header.uncompressed_page_size
  const { data_page_header: v1, data_page_header_v2: v2, dictionary_page_header: dictionary } = header
  if (header.type === 'DATA_PAGE' && v1 !== undefined) {
    if (!isCount(v1.num_values, rows)) throw new Error('a page has more values than rows')
    if (element.repetition_type !== 'REQUIRED' && v1.definition_level_encoding !== 'RLE')
      throw new Error(`levels in the encoding ${v1.definition_level_encoding} are not read`)
    return { contents: decompressParquetPage(codec, body, size), levels: 0, coded: isCoded(v1.encoding) }
  }
  if (header.type === 'DATA_PAGE_V2' && v2 !== undefined) {
    const levels = v2.definition_levels_byte_length + v2.repetition_levels_byte_length
    if (
      !isCount(v2.num_values, rows) ||
      !isCount(v2.num_nulls, v2.num_values) ||
      !isCount(levels, Math.min(body.length, size)) ||
      !isCount(v2.repetition_levels_byte_length, listLevels === undefined ? 0 : levels)
    )
      throw new Error('a page has counts that do not fit')
    const rest = body.subarray(levels)
    const contents = v2.is_compressed === false ? rest : decompressParquetPage(codec, rest, size - levels)
    if (contents.length !== size - levels) throw new Error('a page does not have the size that it states')
    return {
      contents: Buffer.concat([body.subarray(0, levels), contents]),
      levels,
      coded: isCoded(v2.encoding),
    }
  }
  if (header.type === 'DICTIONARY_PAGE' && dictionary !== undefined) {
    const contents = decompressParquetPage(codec, body, size)
    if (!isCount(dictionary.num_values, contents.length * 8))
      throw new Error('a dictionary is larger than its page')
    return { contents, levels: 0, coded: false }
  }
  throw new Error(`pages of the type ${header.type} are not read`)
}

/** Decodes a page whose compression is off. */
function pageValues(page: Page, chunk: ColumnChunk, dictionary: unknown[] | undefined): DecodedArray {
  const { header, contents } = page
  const values = header.data_page_header?.num_values ?? header.data_page_header_v2?.num_values ?? 0
  if (page.present === 0) return new Array<unknown>(values).fill(null)
  if (page.coded && dictionary === undefined) throw new Error('a dictionary is missing')
  const { element, metadata } = chunk
  const repetition = page.levels === undefined ? element.repetition_type : 'REQUIRED'
  // Without its annotations the library hands out the stored values, which `chunk.read` turns into what they mean.
  const plain: SchemaElement = {
    name: element.name,
    // Keeps INT96 from being made a date of, in some pages and not in others.
    converted_type: 'INT_64',
    ...(element.type === undefined ? {} : { type: element.type }),
    ...(element.type_length === undefined ? {} : { type_length: element.type_length }),
    ...(repetition === undefined ? {} : { repetition_type: repetition }),
  }
  const root = { name: 'schema', num_children: 1 }
  const tree = { count: 1, element: plain, children: [], path: [element.name] }
  const decoder = {
    pathInSchema: [element.name],
    type: metadata.type,
    element: plain,
    schemaPath: [{ count: 2, element: root, children: [tree], path: [] }, tree],
    codec: 'UNCOMPRESSED' as const,
    utf8: false,
    parsers: storedParsers,
  }
  const bare: PageHeader = {
    ...header,
    compressed_page_size: contents.length,
    uncompressed_page_size: contents.length,
    ...(header.data_page_header_v2 === undefined
      ? {}
      : { data_page_header_v2: { ...header.data_page_header_v2, is_compressed: false } }),
  }
  const view = new DataView(contents.buffer, contents.byteOffset, contents.length)
  const { data } = readPage({ view, offset: 0 }, bare, decoder, dictionary, undefined, 0)
  return data ?? []
}

/** Memory of its own, so that the decoder cannot read beyond the end of a page. */
function alone(bytes: Uint8Array): Uint8Array {
  return bytes.length === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes)
}

/** Stored values as they are. */
const storedParsers: ParquetParsers = {
  timestampFromMilliseconds: (stored) => stored,
  timestampFromMicroseconds: (stored) => stored,
  timestampFromNanoseconds: (stored) => stored,
  dateFromDays: (stored) => stored,
  stringFromBytes: (stored) => stored,
  jsonFromBytes: (stored) => stored,
  geometryFromBytes: (stored) => stored,
  geographyFromBytes: (stored) => stored,
  uuidFromBytes: (stored) => stored,
}

function startOf({ dictionary_page_offset: dictionary, data_page_offset: data }: ColumnMetaData): bigint {
  // Some writers state a dictionary at 0 where there is none.
  return dictionary !== undefined && dictionary > 0n && dictionary < data ? dictionary : data
}

function isCoded(encoding: Encoding): boolean {
  return encoding === 'PLAIN_DICTIONARY' || encoding === 'RLE_DICTIONARY'
}

function isCount(value: unknown, limit: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= limit
}
