/** An entry as a store holds it. */
export interface LedgerRow {
  /** As stored; what a store does not number is counted from 1. */
  readonly position: number
  readonly entry: string
  /** The hash that is stored beside the entry; null where the store keeps none. */
  readonly sha256: string | null
}

/** What a store holds of the end of a sequence. */
export interface LedgerHead {
  /** Of the last entry. */
  readonly position: number
  /** Of the last entry. */
  readonly sha256: string
  /** Whether the sequence was dropped; position and hash are then those that it had. */
  readonly dropped: boolean
}

/**
 * What a store holds of its sequences, as it is: damaged or not, dropped or not. Whoever verifies a ledger compares it with the
 * chains of the entries. Rows and heads are read one after the other, while others append.
 */
export interface LedgerInspection {
  /** Whether every sequence has a head, so that one without is damaged; else heads are those of dropped ones alone. */
  readonly keepsHeads: boolean

  /** Every name that has a row or a head, in code-unit order. */
  names(): Promise<readonly string[]>

  /**
   * Rows of a name in the order of their positions, in pieces of bounded size.
   *
   * @param after the last position that the caller knows; null for every row, whatever its position
   */
  rows(name: string, after: number | null): AsyncIterable<readonly LedgerRow[]>

  /** The head of a name; null where there is none. */
  head(name: string): Promise<LedgerHead | null>

  /** What of a name is no entry although it is stored, such as a line that a crash tore; null where there is nothing. */
  remainder(name: string): Promise<string | null>
}
