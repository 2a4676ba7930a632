import type { LedgerInspection } from './ledger-inspection.ts'

/** The hash that `append` is told after nothing: that of a ledger's entry before the first. */
export const emptyLedger: string = '0'.repeat(64)

/** Which entries of a sequence are asked for. */
export interface LedgerPage {
  /** How many entries the caller knows from the start; the page begins with the one that follows them. 0 or more. */
  readonly after: number
  /** Most entries that the page holds, 1 or more; it holds fewer only where the sequence ends. */
  readonly limit: number
}

/** Entries that are appended to another sequence together with a drop. */
export interface DropRecord {
  /** Name of the sequence that they are appended to. */
  readonly name: string
  /** SHA-256 of the last entry there that the caller knows, as `append` takes it. */
  readonly after: string
  readonly entries: readonly string[]
}

/**
 * Port: named sequences of short texts that only ever grow, such as the history of each model or an audit trail.
 *
 * What an adapter guarantees; `describeLedger` of `@claims/contracts/testing` checks it:
 *
 * - **Atomicity.** `append` stores all of its entries or none, also where the process is killed or the disk is full in
 *   the middle. No reader ever sees some of them.
 * - **Consistency.** Appends to one name are in one order for everybody. An append happens only where the last entry is
 *   the one that the caller names, so two who decided on the same state cannot both succeed. Once `append` was answered,
 *   every `read` and `page` that begins later, in any process on any machine, has its entries. Nothing is said about the
 *   order of appends to two names.
 * - **Durability.** What was answered survives a crash of the process and of the machine.
 * - **Processes.** Any number of processes, containers included, may use one ledger at once. An object may be shared
 *   by concurrent calls.
 * - **Ownership.** Entries belong to the caller: an adapter keeps their bytes and looks at nothing but the hash of the
 *   last one. Chaining, signing and parsing them is the caller's work. No entry is ever changed, and none is deleted
 *   but with its whole sequence, by `drop`.
 * - **Caching.** Entries that were read may be kept for ever. That none follow them may not be assumed: ask again.
 *
 * Names are those of `isLedgerName`. Those of the product itself begin with `_` (`_system`, `_predictions-2026-11`),
 * so that they are never the name of a model. An entry is one line: not empty, without line feed, carriage return or
 * NUL, at most 1 MB as UTF-8. Positions count from 1.
 *
 * Failures of the store itself (no permission, full disk, no connection) are a `ClaimsError` of a stable code that says what
 * is wrong and where. One that concerns a single name is thrown by the methods that are told this name only. What is no
 * name, no line or no page is a `TypeError`.
 */
export interface Ledger {
  /** Names that have an entry, or whose entries cannot be read, in code-unit order. */
  names(): Promise<readonly string[]>

  /**
   * Every entry of a name, oldest first; none where the name is not known or was dropped. An entry that a crash tore was
   * never answered and is not one.
   */
  read(name: string): Promise<readonly string[]>

  /**
   * Some entries of a name, oldest first, in memory for those alone; none where the sequence ends before them. An entry
   * keeps its position, so one who knows the first n entries asks for those after n.
   */
  page(name: string, page: LedgerPage): Promise<readonly string[]>

  /**
   * Appends entries where the last one is still the expected one.
   *
   * @param name of the sequence, which begins with its first entry
   * @param after SHA-256 (lower-case hexadecimal) of the last entry that the caller knows as UTF-8; `emptyLedger`
   *   where it knows none
   * @param entries at least one
   * @returns whether they were appended; false where another entry is the last, and then nothing was stored
   * @throws TypeError where an entry is no line
   * @throws ClaimsError `ledger_dropped` where the sequence was dropped, whatever `after` is: one that begins again
   *   under its name could pass for the first
   */
  append(name: string, after: string, entries: readonly string[]): Promise<boolean>

  /**
   * Removes every entry of a name for good, where the last one is still the expected one. The name is never listed,
   * read or appended to again; what remains is the mark that there was one. Retention alone calls it, once a signed
   * checkpoint holds the hash.
   *
   * @param name of the sequence
   * @param last SHA-256 of its last entry
   * @param record what is appended to another sequence in the same transaction. An adapter that has none appends first,
   *   so that no sequence is ever gone without its record; it may then be there although the process died before the drop.
   * @returns whether it was removed, and the record appended; false where another entry is the last, where the sequence is
   *   not known or was dropped before, or where the record does not follow `record.after`; then nothing was changed
   */
  drop(name: string, last: string, record?: DropRecord): Promise<boolean>

  /** What the store itself holds, for whoever verifies it. */
  inspect(): LedgerInspection
}
