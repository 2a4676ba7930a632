import { ClaimsError, emptyLedger, type Ledger } from '@claims/contracts'
import { sha256 } from '@claims/contracts/files'
import { emptyState, replayHistory, type ModelState } from '../rules/replay-history.ts'
import { readHistory, type History } from './history-chain.ts'

/** A history whose chain holds, and what it adds up to. */
export interface VerifiedHistory extends History {
  readonly state: ModelState
}

const empty: VerifiedHistory = { entries: [], lastSha256: emptyLedger, state: emptyState }

/** Entries that are read at once. */
const pageEntries = 5_000

/**
 * The histories of a ledger, in memory as far as they were checked. Each `read` asks the ledger for what follows the last
 * entry that is known, so the end is always that of the ledger; what was checked is not read again.
 */
export class VerifiedHistories {
  readonly #ledger: Ledger
  readonly #known = new Map<string, VerifiedHistory>()

  constructor(ledger: Ledger) {
    this.#ledger = ledger
  }

  /**
   * The whole history of a model.
   *
   * @throws ClaimsError `history_rewritten` where the last entry that is known no longer stands at its position, as after a
   *   restore of an older backup; those of `readHistory`
   */
  async read(name: string): Promise<VerifiedHistory> {
    let known = this.#known.get(name) ?? empty
    for (;;) {
      // With the last known entry, to see that it still is what it was.
      const overlap = known.entries.length === 0 ? 0 : 1
      const after = known.entries.length - overlap
      const page = await this.#ledger.page(name, { after, limit: pageEntries })
      const [last] = page
      if (overlap === 1 && (last === undefined || sha256(last) !== known.lastSha256))
        throw rewritten(name, known.entries.length, last)
      known = extend(name, known, page.slice(overlap))
      this.#keep(name, known)
      if (page.length < pageEntries) return known
    }
  }

  /**
   * The whole history of a model, read anew and checked from its first line.
   *
   * @throws ClaimsError as `read`
   */
  async readWhole(name: string): Promise<VerifiedHistory> {
    const known = this.#known.get(name) ?? empty
    const lines = await this.#ledger.read(name)
    const whole = grown(empty, readHistory(name, lines))
    const position = known.entries.length
    const last = position === 0 ? undefined : lines[position - 1]
    if (position > 0 && (last === undefined || sha256(last) !== known.lastSha256))
      throw rewritten(name, position, last)
    this.#keep(name, whole)
    return whole
  }

  /** Takes over entries that this process has appended to a history that it had read. */
  appended(name: string, before: VerifiedHistory, after: History): void {
    this.#keep(name, grown(before, after))
  }

  #keep(name: string, history: VerifiedHistory): void {
    if (history.entries.length > (this.#known.get(name)?.entries.length ?? 0)) this.#known.set(name, history)
  }
}

function extend(name: string, known: VerifiedHistory, lines: readonly string[]): VerifiedHistory {
  if (lines.length === 0) return known
  const from = { lastSha256: known.lastSha256, position: known.entries.length }
  return grown(known, readHistory(name, lines, from))
}

function grown({ entries, state }: VerifiedHistory, more: History): VerifiedHistory {
  return {
    entries: entries.length === 0 ? more.entries : [...entries, ...more.entries],
    lastSha256: more.lastSha256,
    state: replayHistory(more.entries, state),
  }
}

function rewritten(name: string, position: number, found: string | undefined): ClaimsError {
  const field = `line ${String(position)}`
  const problem =
    found === undefined
      ? 'was read by this program before and is not there any more'
      : 'is another one than this program read before'
  return new ClaimsError('history_rewritten', `The history of ${name}: ${field} ${problem}`, {
    problems: [
      {
        field,
        problem,
        allowed:
          'a history that only grows; restart the program where an older backup was restored on purpose',
      },
    ],
  })
}
