import { createHash } from 'node:crypto'
import { throwIfAborted } from '../load-file.ts'
import type { Lineage, ScannedTable } from '../raw-table.ts'
import { tableOfRecords } from '../scan-json.ts'
import { emptyData } from '../sniff-format.ts'
import type { DataSource } from './data-source.ts'
import { slices } from './file-batches.ts'

/**
 * Records in memory, such as the answer of a query or of another service; their values are read as those of JSON are.
 *
 * @param records objects of field names and values that JSON can hold; not to be changed as long as the source is used
 * @param options name for people; default `records`
 * @returns the source; its lineage hashes the records as JSON Lines, and so differs where the order of fields does
 * @throws ClaimsError `empty_data`, `duplicate_column`, `unreadable_file` for more names than there can be; when read
 * @example
 * await scoreFile(scorer, { data: recordsSource(rows, { name: 'claims of May' }), out: 'scores.csv', reasons: 4 })
 */
export function recordsSource(
  records: readonly Readonly<Record<string, unknown>>[],
  { name = 'records' }: { readonly name?: string | undefined } = {},
): DataSource {
  const scan = (signal: AbortSignal | undefined): ScannedTable => {
    throwIfAborted(signal)
    if (records.length === 0) throw emptyData(name, 'holds no records')
    return tableOfRecords(records, { format: 'json_lines', findings: [], source: name })
  }
  return {
    name,
    files: [],
    table: (options = {}) =>
      new Promise((resolve) => {
        const { format, ...table } = scan(options.signal)
        resolve({ ...table, lineage: { ...lineageOf(records, name), format } })
      }),
    // eslint-disable-next-line @typescript-eslint/require-await -- records are there already
    batches: async function* (rows, options = {}) {
      const { format: _, ...table } = scan(options.signal)
      for (const part of slices(table, rows)) {
        throwIfAborted(options.signal)
        yield part
      }
    },
  }
}

function lineageOf(records: readonly unknown[], source: string): Omit<Lineage, 'format'> {
  const hash = createHash('sha256')
  let bytes = 0
  for (const record of records) {
    const line = `${JSON.stringify(record)}\n`
    hash.update(line)
    bytes += Buffer.byteLength(line)
  }
  return { source, sha256: hash.digest('hex'), bytes, rows: records.length }
}
