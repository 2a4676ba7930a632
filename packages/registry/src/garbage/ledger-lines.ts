import type { Ledger } from '@claims/contracts'

/** How much text of a sequence is held at a time, roughly. */
const pageLength = 4 << 20
const mostLines = 5000

/**
 * Every line of a sequence, oldest first; a part of them is held at a time.
 *
 * @param ledger it stands in
 * @param name of the sequence
 */
export async function* ledgerLines(ledger: Ledger, name: string): AsyncGenerator<string, void, undefined> {
  let after = 0
  let limit = 100
  for (;;) {
    const lines = await ledger.page(name, { after, limit })
    yield* lines
    if (lines.length < limit) return
    after += lines.length
    const length = lines.reduce((sum, line) => sum + line.length, 0)
    limit = Math.max(1, Math.min(mostLines, Math.floor((pageLength * lines.length) / length)))
  }
}
