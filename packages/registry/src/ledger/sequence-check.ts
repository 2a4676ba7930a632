import { emptyLedger, type LedgerRow } from '@claims/contracts'
import { checkLine, type CheckedLine } from '@claims/contracts/chain'
import { FindingList, type LedgerNote, type LedgerProblem } from './ledger-finding.ts'

/** Writers look at the clock before it is their turn, so rows of several lie in another order by less than this, in ms. */
const writersApart = 1_000

/** A row whose text does not have the hash that is stored beside it; which of the two was changed, the next row says. */
interface Disagreement {
  readonly position: number
  readonly computed: string
  readonly stored: string
  /** What is wrong with its link, which a change of its text explains. */
  readonly link: readonly [LedgerProblem, string] | null
}

/**
 * Checks the rows of one sequence as they come: that each follows the one before it, at the next position, and has the
 * hash that is stored beside it. After a row that does not, it goes on from there, so that one change is one problem.
 */
export class SequenceCheck {
  readonly name: string
  readonly problems: FindingList<LedgerProblem>
  readonly notes: FindingList<LedgerNote>
  #position: number
  #sha256: string
  #rows: number
  #doubt: Disagreement | null
  #time: number

  /** @param name of the sequence */
  constructor(name: string) {
    this.name = name
    this.problems = new FindingList(name)
    this.notes = new FindingList(name)
    this.#position = 0
    this.#sha256 = emptyLedger
    this.#rows = 0
    this.#doubt = null
    this.#time = -Infinity
  }

  /** Of the last row; 0 before the first. */
  get position(): number {
    return this.#position
  }

  /** Of the last row, computed; `emptyLedger` before the first. */
  get sha256(): string {
    return this.#sha256
  }

  /** How many there were. */
  get rows(): number {
    return this.#rows
  }

  /** The next row. @returns what it says, for whoever reads the sequence meanwhile */
  add({ position, entry, sha256: stored }: LedgerRow): CheckedLine {
    const checked = checkLine(entry, this.#sha256)
    this.#rows += 1
    if (position < 1) {
      this.problems.add('unexpected_rows', position, 'lies before the first position')
      return checked
    }
    const isNext = position === this.#position + 1
    if (!isNext) this.missing(this.#position + 1, position - 1)
    const link = this.#judge(checked, position, isNext)
    const agrees = stored === null || stored === checked.sha256
    if (agrees && link !== null) this.problems.add(link[0], position, link[1])
    this.#doubt = agrees ? null : { position, computed: checked.sha256, stored, link }
    this.#readTime(checked, position)
    this.#position = position
    this.#sha256 = checked.sha256
    return checked
  }

  /**
   * After the last row.
   *
   * @param head hash that the head of the sequence has; null where there is none
   * @returns whether a change that is listed explains that the head has another hash than the last row
   */
  end(head: string | null): boolean {
    const explained = head !== null && this.#doubt?.stored === head
    this.#settle(head)
    return explained
  }

  /** Rows that are not there. */
  missing(first: number, last: number): void {
    const which = first === last ? 'is missing' : `and those up to row ${String(last)} are missing`
    this.problems.add('missing_rows', first, which)
  }

  /** What is wrong with the link of a row to the one before it. */
  #judge(
    { value, problem }: CheckedLine,
    position: number,
    isNext: boolean,
  ): readonly [LedgerProblem, string] | null {
    const previous = value?.['previous_sha256']
    const followsStored = this.#doubt !== null && previous === this.#doubt.stored
    this.#settle(typeof previous === 'string' ? previous : null)
    if (problem === null || followsStored) return null
    if (value === null) return ['not_json', problem]
    // Where rows are missing before it, that is why.
    if (!isNext) return null
    return [
      'broken_chain',
      position === 1
        ? 'says that a row is before it: rows before it were removed, or it was changed'
        : `does not follow row ${String(position - 1)}: one of both was changed, exchanged or inserted, or rows between them were removed`,
    ]
  }

  /** Says of the row before which of text and hash was changed. @param next the hash that what follows it names */
  #settle(next: string | null): void {
    if (this.#doubt === null) return
    const { position, computed, stored, link } = this.#doubt
    this.#doubt = null
    if (next === stored) {
      this.problems.add('edited_entry', position, 'its text was changed')
      return
    }
    if (link !== null) this.problems.add(link[0], position, link[1])
    if (next === computed)
      this.problems.add('edited_hash', position, 'the hash that is stored beside its text was changed')
    else
      this.problems.add('edited_entry', position, 'its text does not have the hash that is stored beside it')
  }

  #readTime({ value }: CheckedLine, position: number): void {
    const text = value?.['time'] ?? value?.['recorded_at']
    if (typeof text !== 'string') return
    const time = Date.parse(text)
    if (Number.isNaN(time)) return
    const wentBack = time <= this.#time - writersApart
    if (wentBack) {
      const before = new Date(this.#time).toISOString()
      this.notes.add('clock_backwards', position, `says ${text}, and a row before it ${before}`)
    }
    // What follows is compared with the clock as it is now, so that one step back is one note.
    this.#time = wentBack ? time : Math.max(this.#time, time)
  }
}
