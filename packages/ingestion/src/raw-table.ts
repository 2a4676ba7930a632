import type { Finding } from '@claims/contracts'

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
  /** What was wrong with whole rows or the encoding. */
  readonly findings: readonly Finding[]
  readonly lineage: Lineage
}

/** A table without its lineage. */
export type ScannedTable = Omit<RawTable, 'lineage'> & { readonly format: string }
