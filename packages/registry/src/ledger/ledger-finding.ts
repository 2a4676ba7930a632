/** What can be wrong with a ledger. */
export const ledgerProblems = [
  'edited_entry',
  'edited_hash',
  'broken_chain',
  'not_json',
  'missing_rows',
  'unexpected_rows',
  'missing_head',
  'head_mismatch',
  'unrecorded_drop',
  'restored_rows',
  'missing_mark',
  'missing_sequence',
  'shortened_sequence',
  'rewritten_sequence',
  'unrecorded_checkpoint',
  'unreadable',
] as const
/** What is wrong with a ledger. */
export type LedgerProblem = (typeof ledgerProblems)[number]

/** What is worth a look although the ledger is whole. */
export type LedgerNote = 'clock_backwards' | 'dropped' | 'unfinished_drop' | 'torn_line'

/** Something that was found in a ledger. */
export interface LedgerFinding<TKind extends LedgerNote | LedgerProblem = LedgerNote | LedgerProblem> {
  /** Of the sequence. */
  readonly name: string
  /** Of the row; null where it concerns the sequence. */
  readonly position: number | null
  readonly kind: TKind
  /** A sentence about it, without name and position. */
  readonly message: string
}

/** Findings of a sequence that are listed; what is beyond is counted. */
const listed = 20

/** Findings of one sequence, the first of them in full and the others by their number. */
export class FindingList<TKind extends LedgerNote | LedgerProblem> {
  readonly #name: string
  readonly #findings: LedgerFinding<TKind>[]
  #leftOut: number

  /** @param name of the sequence */
  constructor(name: string) {
    this.#name = name
    this.#findings = []
    this.#leftOut = 0
  }

  /** Adds one. @param position of the row; null where it concerns the sequence */
  add(kind: TKind, position: number | null, message: string): void {
    if (this.#findings.length < listed) this.#findings.push({ name: this.#name, position, kind, message })
    else this.#leftOut += 1
  }

  /** Those that are listed, in the order in which they were found. */
  get findings(): readonly LedgerFinding<TKind>[] {
    return this.#findings
  }

  /** How many are not. */
  get leftOut(): number {
    return this.#leftOut
  }
}
