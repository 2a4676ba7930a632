import { ClaimsError, emptyLedger } from '@claims/contracts'
import { chainLines, checkLine } from '@claims/contracts/chain'
import { sha256 } from '@claims/contracts/files'
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
 * @param from what was checked before them: the hash of the last line, and how many lines there were
 * @throws ClaimsError `damaged_bundle` naming the line; `unsupported_format_version` where the chain holds and the line
 *   is one that a newer product wrote
 */
export function readHistory(
  name: string,
  lines: readonly string[],
  from: { readonly lastSha256: string; readonly position: number } = { lastSha256: emptyLedger, position: 0 },
): History {
  let { lastSha256 } = from
  const entries = lines.map((line, i) => {
    const at = { name, field: `line ${String(from.position + i + 1)}` }
    const { value, problem, sha256: hash } = checkLine(line, lastSha256)
    if (problem !== null) throw brokenChain(at)
    const { data } = historyEntrySchema.safeParse(value)
    if (data === undefined) throw newerLine(at)
    lastSha256 = hash
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
): History & { readonly lines: readonly string[] } {
  const lines = chainLines(facts, lastSha256)
  const last = lines.at(-1)
  return {
    lines,
    entries: lines.map((line) => historyEntrySchema.parse(JSON.parse(line))),
    lastSha256: last === undefined ? lastSha256 : sha256(last),
  }
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
