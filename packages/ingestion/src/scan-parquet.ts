import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib'
import {
  parquetMetadataAsync,
  parquetRead,
  type AsyncBuffer,
  type Compressors,
  type FileMetaData,
} from 'hyparquet'
import { rejectDuplicates } from './delimited-header.ts'
import { unreadable } from './file-error.ts'
import type { ScannedTable } from './raw-table.ts'

/** Codecs beside Snappy, which hyparquet brings: those of Node. */
const compressors: Compressors = {
  GZIP: (input) => gunzipSync(input),
  BROTLI: (input) => brotliDecompressSync(input),
  ZSTD: (input) => zstdDecompressSync(input),
}

/** An opened Parquet file in memory. */
export interface ParquetFile {
  readonly buffer: AsyncBuffer
  readonly metadata: FileMetaData
  readonly names: readonly string[]
  readonly rows: number
  readonly source: string
}

/** All rows of a Parquet file. @throws ClaimsError `unreadable_file`, `duplicate_column` */
export async function scanParquet(bytes: Buffer, source: string): Promise<ScannedTable> {
  const file = await openParquet(bytes, source)
  const columns = await readParquetRows(file, 0, file.rows)
  return {
    names: file.names,
    rows: file.rows,
    cells: { kind: 'values', columns },
    findings: [],
    format: 'parquet',
  }
}

/** Reads the footer of a Parquet file. @throws ClaimsError `unreadable_file`, `duplicate_column` */
export async function openParquet(bytes: Buffer, source: string): Promise<ParquetFile> {
  const buffer: AsyncBuffer = {
    byteLength: bytes.length,
    slice: (start, end) => {
      const part = bytes.subarray(start, end)
      const copy = new ArrayBuffer(part.length)
      new Uint8Array(copy).set(part)
      return copy
    },
  }
  try {
    const metadata = await parquetMetadataAsync(buffer)
    const root = metadata.schema[0]
    const names: string[] = []
    for (let i = 1; i < metadata.schema.length; i++) {
      const element = metadata.schema[i]!
      names.push(element.name)
      i += descendants(metadata.schema, i)
    }
    if (root === undefined || names.length === 0) throw new Error('there is no schema')
    rejectDuplicates(names, source)
    return { buffer, metadata, names, rows: Number(metadata.num_rows), source }
  } catch (error) {
    throw damaged(source, error)
  }
}

/** Values of the rows from `start` up to but without `end`, one array per column. @throws ClaimsError `unreadable_file` */
export async function readParquetRows(file: ParquetFile, start: number, end: number): Promise<unknown[][]> {
  const columns = file.names.map(() => new Array<unknown>(end - start).fill(null))
  const position = new Map(file.names.map((name, i) => [name, i]))
  try {
    await parquetRead({
      file: file.buffer,
      metadata: file.metadata,
      rowStart: start,
      rowEnd: end,
      compressors,
      onChunk: (chunk) => {
        const column = columns[position.get(chunk.columnName) ?? -1]
        if (column === undefined) return
        const from = Math.max(chunk.rowStart, start)
        const to = Math.min(chunk.rowEnd, end)
        for (let row = from; row < to; row++)
          column[row - start] = chunk.columnData[row - chunk.rowStart] as unknown
      },
    })
  } catch (error) {
    throw damaged(file.source, error)
  }
  return columns
}

function descendants(schema: FileMetaData['schema'], at: number): number {
  let count = 0
  for (let child = 0; child < (schema[at]?.num_children ?? 0); child++) {
    count += 1 + descendants(schema, at + count + 1)
  }
  return count
}

function damaged(source: string, error: unknown): Error {
  if (error instanceof Error && error.name === 'ClaimsError') return error
  const reason = error instanceof Error ? error.message : String(error)
  return unreadable(source, `is a Parquet file that cannot be read: ${reason}`, {
    allowed: 'a whole Parquet file',
    cause: error,
  })
}
