import type { Finding } from '@claims/contracts'
import type { TextEncoding } from './text-decoding.ts'

/** Where a table came from. */
export interface Lineage {
  /** Name of the file without folders. */
  readonly source: string
  /** SHA-256 of the stored file, hexadecimal. */
  readonly sha256: string
  /** Size of the stored file. */
  readonly bytes: number
  readonly rows: number
  /** `csv`, `tsv`, `json`, `json_lines` or `parquet`; ` gzip` is appended for a compressed file. */
  readonly format: string
}

/** How a file was read: what was told, or else found. */
export interface FileReading {
  /** Encoding of the text; null for Parquet. */
  readonly encoding: TextEncoding | null
  /** 1-based line of the header; null where lines have none. */
  readonly header_row: number | null
  /** Character between fields; null where there is none. */
  readonly delimiter: string | null
}

/** Cells as bytes of one buffer. */
export interface DelimitedCells {
  readonly kind: 'delimited'
  readonly bytes: Buffer
  /** Per row `names.length + 1` offsets, as in `DelimitedIndex`. */
  readonly offsets: Uint32Array
}

/** Cells as values of JSON or Parquet. */
export interface ValueCells {
  readonly kind: 'values'
  /** One array of `rows` values per column; undefined and null are missing. */
  readonly columns: readonly ArrayLike<unknown>[]
}

/**
 * A table whose cells are found but not yet typed: typed columns are made from it as often as needed without parsing
 * the file again, and lose nothing.
 */
export interface RawTable {
  readonly names: readonly string[]
  readonly rows: number
  readonly cells: DelimitedCells | ValueCells
  /**
   * What was wrong with whole rows, and of the whole file: rules `encoding`, `excel_sep`, `preamble`, `no_header`,
   * `json_shape`, `json_nan`, `duplicate_key`, `nested_column`, `binary_column`.
   */
  readonly findings: readonly Finding[]
  /** Absent for a part of a file. */
  readonly reading?: FileReading
  readonly lineage: Lineage
}

/** A table without its lineage. */
export type ScannedTable = Omit<RawTable, 'lineage'> & { readonly format: string }
