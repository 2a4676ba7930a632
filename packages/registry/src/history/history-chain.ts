import { ClaimsError, emptyLedger } from '@claims/contracts'
import { chainLines, checkLine } from '@claims/contracts/chain'
import { historyEntrySchema, type HistoryEntry, type HistoryFacts } from './history-entry.ts'

/** A history whose chain holds. */
export interface History {
  readonly entries: readonly HistoryEntry[]
  /** SHA-256 of the last line, which the next one names. */
  readonly lastSha256: string
}

/**
 * Parses the lines of a model's history and checks their hash chain.
 *
 * @param name of the model, for errors
 * @param lines as the ledger keeps them, oldest first
 * @throws ClaimsError `damaged_bundle` naming the line; `unsupported_format_version` where the chain holds and the line
 *   is one that a newer product wrote
 */
export function readHistory(name: string, lines: readonly string[]): History {
  let lastSha256 = emptyLedger
  const entries = lines.map((line, i) => {
    const at = { name, field: `line ${String(i + 1)}` }
    const { value, sha256, problem } = checkLine(line, lastSha256)
    if (problem !== null) throw brokenChain(at)
    const { data } = historyEntrySchema.safeParse(value)
    if (data === undefined) throw newerLine(at)
    lastSha256 = sha256
    return data
  })
  return { entries, lastSha256 }
}

/**
 * Chains what several entries say to the end of a history.
 *
 * @param facts in order
 * @param lastSha256 of the history that they follow
 * @returns the entries, and the lines to append
 */
export function chainEntries(
  facts: readonly HistoryFacts[],
  lastSha256: string,
): { readonly entries: readonly HistoryEntry[]; readonly lines: readonly string[] } {
  const lines = chainLines(facts, lastSha256)
  return { lines, entries: lines.map((line) => historyEntrySchema.parse(JSON.parse(line))) }
}

interface Line {
  readonly name: string
  readonly field: string
}

function brokenChain({ name, field }: Line): ClaimsError {
  return new ClaimsError('damaged_bundle', `The history of ${name}: ${field} breaks the hash chain`, {
    problems: [
      {
        field,
        problem: 'was altered, or a line before it was',
        allowed: 'the lines as the registry wrote them',
      },
    ],
  })
}

function newerLine({ name, field }: Line): ClaimsError {
  return new ClaimsError(
    'unsupported_format_version',
    `The history of ${name}: ${field} says what this product does not know`,
    { problems: [{ field, problem: 'is of a newer product', allowed: 'the lines of this product' }] },
  )
}
