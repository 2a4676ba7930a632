import { ClaimsError } from '@claims/contracts'
import type { DatabaseKind } from './database.ts'
import type { FoundFailure } from './found-failure.ts'
import { postgresFailure } from './postgres/postgres-error.ts'
import { sqliteFailure } from './sqlite/sqlite-error.ts'

/** A failure of the database under its code; what `transaction` may run again says so. */
export class DatabaseFailure extends ClaimsError {
  readonly again: boolean

  constructor({ code, problem, again = false }: FoundFailure, place: string, cause: unknown) {
    super(code, `The database ${place} ${problem}`, { cause, problems: [{ field: 'database', problem }] })
    this.again = again
  }
}

/**
 * An error of a driver under a code of ours. What is about one statement (its grammar, a constraint) stays as it is.
 *
 * @param error what the driver threw
 * @param database whose driver it is
 */
export function databaseFailure(
  error: unknown,
  { kind, place }: { readonly kind: DatabaseKind; readonly place: string },
): unknown {
  if (typeof error !== 'object' || error === null || error instanceof ClaimsError) return error
  const found = kind === 'sqlite' ? sqliteFailure(error) : postgresFailure(error)
  return found === undefined ? error : new DatabaseFailure(found, place, error)
}
