/** The hash that `append` is told after nothing: that of a ledger's entry before the first. */
export const emptyLedger: string = '0'.repeat(64)

/**
 * Port: named sequences of short texts that only ever grow, such as the history of each model or an audit trail.
 *
 * What an adapter guarantees; `describeLedger` of `@claims/contracts/testing` checks it:
 *
 * - **Atomicity.** `append` stores all of its entries or none, also where the process is killed or the disk is full in
 *   the middle. No reader ever sees some of them.
 * - **Consistency.** Appends to one name are in one order for everybody. An append happens only where the last entry is
 *   the one that the caller names, so two who decided on the same state cannot both succeed. Once `append` was answered,
 *   every `read` that begins later, in any process on any machine, has its entries. Nothing is said about the order of
 *   appends to two names.
 * - **Durability.** What was answered survives a crash of the process and of the machine.
 * - **Processes.** Any number of processes, containers included, may use one ledger at once. An object may be shared
 *   by concurrent calls.
 * - **Ownership.** Entries belong to the caller: an adapter keeps their bytes and looks at nothing but the hash of the
 *   last one. Chaining, signing and parsing them is the caller's work. No entry is ever changed or deleted.
 * - **Caching.** Entries that were read may be kept for ever. That none follow them may not be assumed: ask again.
 *
 * Names match `[a-z][a-z0-9-]{0,99}`; callers check them. An entry is one line: not empty, without line feed,
 * carriage return or NUL, at most 1 MB as UTF-8.
 *
 * Failures of the store itself (no permission, full disk, no connection) are a `ClaimsError` of a stable code that says what
 * is wrong and where. One that concerns a single name is thrown by the methods that are told this name only.
 */
export interface Ledger {
  /** Names that have an entry, or whose entries cannot be read, in code-unit order. */
  names(): Promise<readonly string[]>

  /**
   * Every entry of a name, oldest first; none where the name is not known. An entry that a crash tore was never
   * answered and is not one.
   */
  read(name: string): Promise<readonly string[]>

  /**
   * Appends entries where the last one is still the expected one.
   *
   * @param name of the sequence, which begins with its first entry
   * @param after SHA-256 (lower-case hexadecimal) of the last entry that the caller knows as UTF-8; `emptyLedger`
   *   where it knows none
   * @param entries at least one
   * @returns whether they were appended; false where another entry is the last, and then nothing was stored
   * @throws TypeError where an entry is no line
   */
  append(name: string, after: string, entries: readonly string[]): Promise<boolean>
}
