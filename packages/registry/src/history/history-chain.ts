import { ClaimsError, emptyLedger } from '@claims/contracts'
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
 * @throws ClaimsError `damaged_bundle` naming the line
 */
export function readHistory(name: string, lines: readonly string[]): History {
  let lastSha256 = emptyLedger
  const entries = lines.map((line, i) => {
    const entry = parseLine(line)
    if (entry?.previous_sha256 !== lastSha256) {
      throw new ClaimsError(
        'damaged_bundle',
        `The history of ${name}: line ${String(i + 1)} breaks the hash chain`,
        {
          problems: [
            {
              field: `line ${String(i + 1)}`,
              problem: 'was altered, or a line before it was',
              allowed: 'the lines as the registry wrote them',
            },
          ],
        },
      )
    }
    lastSha256 = sha256(line)
    return entry
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
  let previous = lastSha256
  const entries: HistoryEntry[] = []
  const lines: string[] = []
  for (const fact of facts) {
    const entry = historyEntrySchema.parse({ ...fact, previous_sha256: previous })
    const line = JSON.stringify(entry)
    entries.push(entry)
    lines.push(line)
    previous = sha256(line)
  }
  return { entries, lines }
}

function parseLine(line: string): HistoryEntry | null {
  try {
    return historyEntrySchema.parse(JSON.parse(line))
  } catch {
    return null
  }
}
