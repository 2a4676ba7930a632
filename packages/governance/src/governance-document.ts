import type { Fact } from './fact.ts'

/** Rows that say the same about several things, each with the record that it was read from. */
export interface FactTable {
  readonly columns: readonly string[]
  /** Cells in the order of `columns`; null is missing. */
  readonly rows: readonly {
    readonly cells: readonly (string | number | null)[]
    readonly record: string
  }[]
}

/** Part of a document. */
export interface DocumentSection {
  readonly title: string
  /** What the reader has to know to read it right. */
  readonly note?: string
  readonly facts?: readonly Fact[]
  readonly table?: FactTable
}

/** A document for people outside of the team, made of stored facts alone. */
export interface GovernanceDocument {
  readonly format_version: 1
  readonly kind: string
  readonly title: string
  /** What it is about: `fraud@3`, or every model. */
  readonly subject: string
  /** ISO 8601, UTC. */
  readonly generated_at: string
  /** What the document is and what it is not. */
  readonly statement: string
  readonly sections: readonly DocumentSection[]
  /** Facts that no record holds, over all sections. */
  readonly missing: number
}

/** What an author of a document gives. */
export type DocumentParts = Omit<GovernanceDocument, 'format_version' | 'missing'>

/** A document with the count of what it lacks. */
export function governanceDocument(parts: DocumentParts): GovernanceDocument {
  const missing = parts.sections.reduce(
    (sum, { facts = [], table }) =>
      sum +
      facts.filter(({ value }) => value === null).length +
      (table?.rows.flatMap(({ cells }) => cells).filter((cell) => cell === null).length ?? 0),
    0,
  )
  return { format_version: 1, ...parts, missing }
}
