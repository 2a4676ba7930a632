import { ClaimsError, type Finding } from '@claims/contracts'
import { parquetMetadata, type FileMetaData } from 'hyparquet'
import { columnNames } from './column-names.ts'
import { rejectDuplicates } from './delimited-header.ts'
import { shortened, unreadable } from './file-error.ts'
import { codecNeeds, isReadCodec, parquetCodecs } from './parquet-codecs.ts'
import { readParquetLists } from './parquet-lists.ts'
import { readParquetChunk } from './parquet-pages.ts'
import { parquetColumns, type ParquetColumn } from './parquet-schema.ts'
import { itemPlan, valuePlan, type ParquetValue, type ValuePlan } from './parquet-value.ts'
import type { ScannedTable } from './raw-table.ts'
import { fileFinding } from './row-findings.ts'

/** An opened Parquet file in memory. */
export interface ParquetFile {
  readonly names: readonly string[]
  readonly rows: number
  /** Rows of each row group. */
  readonly groups: readonly number[]
  /** Columns that are left out. */
  readonly findings: readonly Finding[]
  readonly source: string
  readonly bytes: Buffer
  readonly metadata: FileMetaData
  /** `written` is the name in the file, `name` that of the table. */
  readonly columns: readonly (ParquetColumn & { readonly written: string; readonly read: ParquetValue })[]
}

const maximumCells = 2 ** 29
const maximumFooter = 64 * 1024 * 1024

/** All rows of a Parquet file. @throws ClaimsError `unreadable_file`, `unsupported_format`, `duplicate_column` */
export function scanParquet(bytes: Buffer, source: string): ScannedTable {
  const file = openParquet(bytes, source)
  if (file.rows * file.columns.length > maximumCells) throw tooLarge(source)
  const parts = file.groups.map((_, group) => readParquetGroup(file, group))
  const columns = file.columns.map((_, i) =>
    parts.length === 1 ? parts[0]![i]! : parts.flatMap((part) => part[i]!),
  )
  return {
    names: file.names,
    rows: file.rows,
    cells: { kind: 'values', columns },
    findings: file.findings,
    format: 'parquet',
    reading: { encoding: null, header_row: null, delimiter: null },
  }
}

/**
 * Reads the footer of a Parquet file and checks that it fits together. A list of texts is an array a row; other nested
 * and some rare columns are left out, with a finding that names them.
 *
 * @throws ClaimsError `unreadable_file`, `unsupported_format`, `duplicate_column`
 */
export function openParquet(bytes: Buffer, source: string): ParquetFile {
  return guarded(source, () => {
    const ending = bytes.toString('latin1', Math.max(bytes.length - 4, 0))
    if (bytes.length < 12 || ending !== 'PAR1') throw new Error('it does not end as a Parquet file does')
    const length = bytes.readUInt32LE(bytes.length - 8)
    if (length > Math.min(bytes.length - 12, maximumFooter))
      throw new Error('its footer is larger than the file')
    const metadata = parquetMetadata(bytes.subarray(bytes.length - 8 - length), { geoparquet: false })
    const written = parquetColumns(metadata)
    const called = columnNames(written.map(({ name }) => name))
    const all = written.map((column, i) => ({ ...column, written: column.name, name: called[i]! }))
    rejectDuplicates(
      all.map(({ name }) => name),
      source,
    )
    const left: { name: string; why: string }[] = []
    const columns = all.flatMap((column) => {
      const plan = planOf(column)
      if ('read' in plan) return [{ ...column, read: plan.read }]
      left.push({ name: column.name, why: plan.left })
      return []
    })
    const findings = left.map(({ name, why }) => leftOut(name, why))
    if (columns.length === 0)
      throw unreadable(source, 'is a Parquet file without a column that can be read', {
        allowed: 'columns of one value a row',
      })
    const groups = metadata.row_groups.map(({ num_rows: rows }) => Number(rows))
    const rows = groups.reduce((sum, count) => sum + count, 0)
    if (
      rows !== Number(metadata.num_rows) ||
      groups.some((count) => !Number.isSafeInteger(count) || count < 0)
    )
      throw new Error('its row groups do not have the rows that it states')
    const file = {
      names: columns.map(({ name }) => name),
      rows,
      groups,
      findings,
      source,
      bytes,
      metadata,
      columns,
    }
    checkChunks(file)
    return file
  })
}

/** Values of the rows of one row group, one array per column. @throws ClaimsError `unreadable_file` */
export function readParquetGroup(file: ParquetFile, group: number): unknown[][] {
  const rows = file.groups[group]!
  if (rows * file.columns.length > maximumCells) throw tooLarge(file.source)
  const end = file.bytes.length - 8 - file.metadata.metadata_length
  return file.columns.map(({ name, element, shape, listOptional, leaf, read }) =>
    guarded(file.source, () => {
      const metadata = file.metadata.row_groups[group]!.columns[leaf]!.meta_data!
      try {
        const chunk = { element, metadata, read, rows, end }
        return shape === 'list'
          ? readParquetLists(file.bytes, { ...chunk, listOptional })
          : readParquetChunk(file.bytes, chunk)
      } catch (error) {
        throw new Error(
          `the column "${shortened(name)}": ${error instanceof Error ? error.message : String(error)}`,
          { cause: error },
        )
      }
    }),
  )
}

/** Checks what the footer says of each column of each row group. */
function checkChunks(file: Omit<ParquetFile, 'source'> & { source: string }): void {
  file.metadata.row_groups.forEach(({ columns: chunks }, group) => {
    for (const { name, written, element, shape, depth, leaf } of file.columns) {
      const chunk = chunks[leaf]
      const about = `the column "${shortened(name)}"`
      if (chunk?.crypto_metadata !== undefined || chunk?.encrypted_column_metadata !== undefined)
        throw unsupported(file.source, `${about} is encrypted`, 'columns that are not encrypted')
      if (chunk?.file_path !== undefined && chunk.file_path !== '')
        throw unsupported(file.source, `${about} lies in another file`, 'files that hold their columns')
      const metadata = chunk?.meta_data
      if (metadata === undefined) throw new Error(`${about} is missing in row group ${String(group + 1)}`)
      if (metadata.path_in_schema.length !== depth || metadata.path_in_schema[0] !== written)
        throw new Error(`${about} is called otherwise in row group ${String(group + 1)}`)
      if (metadata.type !== element.type) throw new Error(`${about} has two types`)
      const [values, rows] = [Number(metadata.num_values), file.groups[group]!]
      if (shape === 'list' && values > maximumCells) throw tooLarge(file.source)
      if (shape === 'list' ? values < rows : values !== rows)
        throw new Error(`${about} does not have as many values as there are rows`)
      if (!isReadCodec(metadata.codec))
        throw unsupported(
          file.source,
          `${about} is compressed with ${String(metadata.codec)}`,
          `the codecs ${parquetCodecs.join(', ')}${codecNeeds(metadata.codec)}`,
        )
    }
  })
}

function planOf({ element, shape }: ParquetColumn): ValuePlan {
  if (shape === 'list') return itemPlan(element)
  return shape === 'value' ? valuePlan(element) : { left: 'nested or repeated' }
}

function leftOut(name: string, why: string): Finding {
  const nested = why === 'nested or repeated'
  return {
    ...fileFinding(
      nested ? 'nested_column' : 'binary_column',
      `the column is ${why} and was left out`,
      'a column of one number, text, date or truth value a row, or of a list of texts',
    ),
    field: shortened(name),
  }
}

/** Runs a step; what it throws about the file's contents becomes an error about the file. */
function guarded<T>(source: string, step: () => T): T {
  try {
    return step()
  } catch (error) {
    if (error instanceof ClaimsError) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw unreadable(source, `is a damaged Parquet file, or not read: ${shortened(reason)}`, {
      allowed: 'a whole Parquet file',
      cause: error,
    })
  }
}

function unsupported(source: string, problem: string, allowed: string): ClaimsError {
  return new ClaimsError('unsupported_format', `${source} is a Parquet file of which ${problem}`, {
    problems: [{ field: source, problem, allowed }],
  })
}

function tooLarge(source: string): ClaimsError {
  return unreadable(source, 'is a Parquet file with more than 500 million cells', {
    allowed: 'fewer rows or columns, or smaller row groups to score',
  })
}
