import type { ErrorCode } from '@claims/contracts'

/** What an error of a driver says about the database. */
export interface FoundFailure {
  readonly code: Extract<
    ErrorCode,
    'database_unavailable' | 'database_refused' | 'database_outdated' | 'damaged_database'
  >
  /** Follows the place in a message. */
  readonly problem: string
  /** Whether the same transaction may succeed when it is run again at once. */
  readonly again?: boolean
}
