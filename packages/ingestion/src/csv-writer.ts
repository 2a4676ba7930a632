import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Cell } from '@claims/frame'
import { openOutput, type OpenOutputOptions } from './output/open-output.ts'

const gzipAsync = promisify(gzip)
const flushLength = 1024 * 1024
const needsQuotes = /[",;\t|\r\n]|^[\s\uFEFF]|\s$/
const plainHeader = /^[A-Za-z_][\w .-]*$/

/** Writes a CSV file that appears under its name only when it is whole. */
export interface CsvWriter {
  /** Adds rows; resolves when there is room for more. @param rows cells in the header's order; null and NaN are empty */
  write: (rows: Iterable<readonly Cell[]>) => Promise<void>
  /** Flushes to the disk and gives the file its name. */
  close: () => Promise<void>
  /** Takes the unfinished file away; does nothing after `close`. */
  abort: () => Promise<void>
}

/**
 * Opens a CSV file for writing (RFC 4180, UTF-8, LF). It is written under a temporary name beside its own, flushed and
 * renamed by `close`; rows for a pipe or a device are streamed. A name that ends with `.gz` makes it gzip.
 *
 * @param path where the file will be; an existing one is replaced, so ask `requireOutput` first whether it may be
 * @param header names of the columns
 * @param options ledger and signal; see `openOutput`
 * @throws ClaimsError `file_not_found` when the folder does not exist, `unreadable_file` when it cannot be written to
 * @example
 * const writer = await createCsvWriter('scores.csv', ['claim_id', 'probability'])
 * await writer.write([['C-1', 0.42]])
 * await writer.close()
 */
export async function createCsvWriter(
  path: string,
  header: readonly string[],
  options: OpenOutputOptions = {},
): Promise<CsvWriter> {
  const file = await openOutput(path, options)
  const compress = path.endsWith('.gz')
  let pending = `${header.map((name) => (plainHeader.test(name) ? name : quoted(name))).join(',')}\n`
  const flush = async (): Promise<void> => {
    if (pending === '') return
    const text = pending
    pending = ''
    // Each part is a gzip member of its own; members one after the other are one gzip file.
    await file.write(compress ? await gzipAsync(text) : text)
  }
  return {
    async write(rows) {
      for (const row of rows) {
        pending += csvLine(row)
        if (pending.length > flushLength) await flush()
      }
    },
    async close() {
      await flush()
      await file.close()
    },
    abort: file.abort,
  }
}

/**
 * Writes a whole CSV file; see `createCsvWriter`.
 *
 * @param rows cells in the header's order
 */
export async function writeCsv(
  path: string,
  header: readonly string[],
  rows: Iterable<readonly Cell[]>,
): Promise<void> {
  await writeAll(await createCsvWriter(path, header), rows)
}

/** Writes all rows and closes, or takes the unfinished file away. */
export async function writeAll(writer: CsvWriter, rows: Iterable<readonly Cell[]>): Promise<void> {
  try {
    await writer.write(rows)
  } catch (error) {
    await writer.abort()
    throw error
  }
  await writer.close()
}

function csvLine(row: readonly Cell[]): string {
  const line = row.map(csvCell).join(',')
  // An empty line would be no row.
  return line === '' ? '""\n' : `${line}\n`
}

function csvCell(cell: Cell): string {
  if (cell === null) return ''
  if (typeof cell === 'string') return needsQuotes.test(cell) ? quoted(cell) : cell
  if (typeof cell !== 'number') return String(cell)
  return Number.isNaN(cell) ? '' : Object.is(cell, -0) ? '-0' : String(cell)
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`
}
