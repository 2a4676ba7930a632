import type { PredictionRecord } from './prediction-record.ts'

/** What became of a record that was handed to `append`. */
export interface PredictionReceipt {
  /** Of the record that is kept: that of an earlier one where its idempotency key and item were there already. */
  readonly id: string
  readonly recorded: boolean
}

/** A record with the place where it stands. */
export interface LoggedPrediction {
  readonly record: PredictionRecord
  /** The line as it is chained, parsed: what `sealed` was bound to, also where a newer product added to it. */
  readonly written: Readonly<Record<string, unknown>>
  /** Name of the sequence of the ledger. */
  readonly sequence: string
  /** Position of its line there, from 1. */
  readonly position: number
}

/** Which records are asked for; what is left out is not asked. */
export interface PredictionQuery {
  readonly model?: string | undefined
  readonly subject?: string | undefined
  /** Keyed hash of an idempotency key. */
  readonly idempotency?: string | undefined
  /** Recorded at or after this moment. */
  readonly from?: Date | undefined
  /** Recorded before this moment, which is after `from`. */
  readonly to?: Date | undefined
  /** Most records of the page, 1 to 1,000. */
  readonly limit: number
  /** Where the page before ended. */
  readonly cursor?: string | undefined
}

/** Records of a query, newest first. */
export interface PredictionPage {
  readonly predictions: readonly LoggedPrediction[]
  /** What the next page begins after; null where this is the last. */
  readonly cursor: string | null
}

/** Records that are in the ledger, and that nobody finds. */
export interface UnindexedSequence {
  readonly sequence: string
  readonly records: number
}

/** What bringing the index in line came to. */
export interface ReindexSummary {
  /** Sequences and records that were read. */
  readonly sequences: number
  readonly predictions: number
  /** Rows of the index that were absent, or said something else. */
  readonly corrected: number
  /** Rows of the index whose record is no more, such as after a drop. */
  readonly removed: number
  /** Lines that are no entry of this or an older product; `claims ledger verify` says more. */
  readonly unreadable: number
}

/**
 * Port: predictions, each a line of the ledger, with an index to find them.
 *
 * What an adapter guarantees; `describePredictionLog` of `@claims/contracts/testing` checks it:
 *
 * - **Place.** A record is a line of the sequence `_predictions-YYYY-MM` of its `recorded_at`, chained to the line before
 *   it; a large `sealed` stands in lines of its own before it. So records are checked, kept and dropped as a ledger is.
 * - **Atomicity.** `append` stores all of its records with their rows of the index, or none.
 * - **Idempotence.** Of records with one idempotency key and item the first is kept, and its id is answered.
 * - **Keys.** A record is stored only while the key of its subject exists: none is sealed for nobody.
 * - **Processes.** Any number of processes append at once; none of their records is lost, each chain is one.
 * - **Order.** Pages go by id, newest first. Whoever follows what is new reads the ledger, whose order is that of storing.
 *
 * The index is made of the ledger and can be made again. A record in it is parsed, not verified: see `@claims/predictions`.
 */
export interface PredictionLog {
  /**
   * Records predictions.
   *
   * @param records at least one, with distinct ids
   * @returns one receipt per record, in order
   * @throws ClaimsError `subject_erased` where the key of a subject is gone: seal anew under another; `idempotency_conflict`
   *   where a key and item stand for another request. Nothing was stored then
   */
  append(records: readonly PredictionRecord[]): Promise<readonly PredictionReceipt[]>

  /**
   * The record of an id, or null where none is known.
   *
   * @throws ClaimsError `damaged_record` where the index names a line that is not this record;
   *   `unsupported_format_version` where a newer product wrote it; `ledger_dropped` where its sequence was dropped
   */
  find(id: string): Promise<LoggedPrediction | null>

  /** Records by time, newest first. @throws ClaimsError `invalid_parameter` where the cursor is none; as `find` */
  list(query: PredictionQuery): Promise<PredictionPage>

  /**
   * Sequences of which the index lacks records, or gives them to somebody else; none where it agrees with the ledger.
   */
  unindexed(): Promise<readonly UnindexedSequence[]>

  /** Brings the index in line with the ledger, some rows at a time. */
  reindex(): Promise<ReindexSummary>
}
