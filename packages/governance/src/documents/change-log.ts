import type { DocumentParts } from '../governance-document.ts'
import type { ModelFacts } from '../model-facts.ts'
import { historyTable, linesOf, periodText, type Period } from '../sections/history.ts'

/** Everything that was done to a model, line by line, with the hashes that chain it. */
export function changeLog(facts: ModelFacts, period: Period, generatedAt: string): DocumentParts {
  const lines = linesOf(facts, period)
  return {
    kind: 'change-log',
    title: `Change log: ${facts.name}`,
    subject: `${facts.name}, ${periodText(period)}`,
    generated_at: generatedAt,
    statement: `${String(lines.length)} of ${String(facts.history.length)} lines of the history, whose chain of hashes holds. Actors are as the operating system or the caller stated them.`,
    sections: [{ title: 'Changes', table: historyTable(lines) }],
  }
}
