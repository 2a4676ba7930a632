import type { LedgerPositions } from '@claims/contracts'

/** Where each sequence ends, for either kind. */
export const positionsStatement = 'select name, position, sha256 from ledger_heads where dropped = 0'
/** How far the schema is, for either kind. */
export const schemaStatement = 'select max(version) as version from schema_migrations'

/** What a watch is told beside the positions, and how often it looks. */
export interface WatchedBy {
  readonly pollMilliseconds: number
  readonly onSchema: (version: number) => void
}

/** The rows of `positionsStatement` by name. */
export function positionsOf(rows: readonly Readonly<Record<string, unknown>>[]): LedgerPositions {
  return new Map(
    rows.map(({ name, position, sha256 }) => [String(name), `${String(position)} ${String(sha256)}`]),
  )
}
