import type { DropRecord, LedgerPage } from './ledger.ts'

const pattern = /^[a-z_][a-z0-9_-]{0,99}$/

/**
 * Whether a text may name a sequence of a ledger: at most 100 lower-case letters, digits, `-` and `_`, beginning with
 * a letter or `_`.
 */
export function isLedgerName(text: string): boolean {
  return pattern.test(text)
}

/** Whether a sequence is one of the product's own, and no model's history. */
export function isSystemLedger(name: string): boolean {
  return name.startsWith('_')
}

/** What an adapter of `Ledger` is told. */
export interface LedgerInput {
  readonly name: string
  readonly page?: LedgerPage
  readonly entries?: readonly string[]
  readonly record?: DropRecord | undefined
}

/**
 * Refuses what the port `Ledger` does not take; every adapter calls it.
 *
 * @throws TypeError naming what is wrong
 */
export function requireLedgerInput({ name, page, entries, record }: LedgerInput): void {
  if (!isLedgerName(name)) throw new TypeError(`"${name}" is no name of a ledger`)
  if (page !== undefined && !(isCount(page.after, 0) && isCount(page.limit, 1)))
    throw new TypeError('A page begins after 0 or more entries and holds 1 or more')
  if (record !== undefined) {
    requireLedgerInput({ name: record.name, entries: record.entries })
    if (record.name === name) throw new TypeError('The record of a drop belongs to another sequence')
  }
  if (entries === undefined) return
  if (entries.length === 0 || entries.some((entry) => entry === '' || /[\n\r\0]/.test(entry)))
    throw new TypeError('A ledger takes at least one entry, each one line')
}

function isCount(value: number, least: number): boolean {
  return Number.isSafeInteger(value) && value >= least
}
