import type { KnownRows } from '@claims/contracts'

/** Rows of one set of data that a model scored. */
export interface ScoredRows {
  /** SHA-256 of the data that rows are numbered by. */
  readonly dataSha256: string
  /** Rows of the data, rejected ones included. */
  readonly dataRows: number
  /** 0-based rows of the data, ascending. */
  readonly rows: Uint32Array
  /** 0 or 1. */
  readonly target: Uint8Array
  /** Calibrated. */
  readonly probability: Float64Array
  readonly groups: Int32Array | undefined
  /** 1 where the model was fitted on the row, which is no test. */
  readonly fitted: Uint8Array
  /** 1 where the row equals, in every feature, one that the model was fitted on, by chance or not. */
  readonly known: Uint8Array
}

/** Rows of a file as one model scored them, and what of them it knows. */
export interface ScoredFile extends ScoredRows {
  readonly source: string
  /** Rows that the model's checks left out. */
  readonly leftOut: number
  /** Of the rows by their features; null where the bundle does not say which rows it was fitted on. */
  readonly knownRows: KnownRows | null
  /** How `fitted` was found: by the rows' places, by their features, or not at all. */
  readonly fittedBy: 'place' | 'features' | null
  /** It is the file of the training, byte by byte. */
  readonly trainingFile: boolean
}
