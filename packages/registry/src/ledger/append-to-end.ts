import { setTimeout as wait } from 'node:timers/promises'
import { ClaimsError, emptyLedger, type DropRecord, type Ledger } from '@claims/contracts'
import { chainLines } from '@claims/contracts/chain'
import { sha256 } from '@claims/contracts/files'

/** Entries that are held while the end of a sequence is looked for, and how often that begins anew. */
const [pageEntries, attempts] = [256, 100]

/** What an append to the end is made of. */
export interface EndAppend {
  readonly name: string
  /** Told each entry on the way to the end. */
  readonly onEntry?: (line: string) => void
  /** What is appended behind those entries; asked again where another was appended meanwhile. */
  readonly objects: () => readonly object[] | Promise<readonly object[]>
  /** Stores the lines; default `ledger.append`. @returns false where they do not follow the last entry any more */
  readonly store?: (record: DropRecord) => Promise<boolean>
}

/**
 * Appends objects to a sequence whose last entry the caller does not know.
 *
 * @throws ClaimsError `overloaded` where others append all the time
 */
export async function appendToEnd(
  ledger: Ledger,
  { name, onEntry, objects, store }: EndAppend,
): Promise<void> {
  const keep = store ?? ((record) => ledger.append(record.name, record.after, record.entries))
  let [position, after] = [0, emptyLedger]
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    for (;;) {
      const page = await ledger.page(name, { after: position, limit: pageEntries })
      const last = page.at(-1)
      if (last === undefined) break
      page.forEach((line) => onEntry?.(line))
      position += page.length
      after = sha256(last)
    }
    if (await keep({ name, after, entries: chainLines(await objects(), after) })) return
    await wait(Math.random() * Math.min(50, attempt))
  }
  throw new ClaimsError('overloaded', `The ledger ${name} is changed by others all the time`)
}
