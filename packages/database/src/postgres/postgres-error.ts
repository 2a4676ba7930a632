import type { FoundFailure } from '../found-failure.ts'

/** SQLSTATE, or its first two characters where they say enough (postgresql.org/docs/current/errcodes-appendix.html). */
const failures: ReadonlyMap<string, FoundFailure> = new Map<string, FoundFailure>([
  ['40001', { code: 'database_unavailable', problem: 'was changed by others at the same time', again: true }],
  ['40P01', { code: 'database_unavailable', problem: 'found a deadlock', again: true }],
  ['55P03', { code: 'database_unavailable', problem: 'is locked', again: true }],
  ['57014', { code: 'database_unavailable', problem: 'took too long for a statement' }],
  ['25006', { code: 'database_refused', problem: 'may only be read' }],
  ['25P03', { code: 'database_unavailable', problem: 'ended a transaction that was idle for too long' }],
  ['08', { code: 'database_unavailable', problem: 'lost the connection' }],
  ['53', { code: 'database_unavailable', problem: 'has not enough memory, disk or connections' }],
  ['57', { code: 'database_unavailable', problem: 'is shutting down or starting' }],
  ['58', { code: 'database_unavailable', problem: 'cannot be read or written by its system' }],
  ['28', { code: 'database_refused', problem: 'does not take the user or its password' }],
  ['3D', { code: 'database_refused', problem: 'does not exist' }],
  ['42501', { code: 'database_refused', problem: 'does not allow this to the user' }],
  ['42P01', { code: 'database_outdated', problem: 'lacks a table' }],
  ['42703', { code: 'database_outdated', problem: 'lacks a column' }],
  ['XX001', { code: 'damaged_database', problem: 'is damaged' }],
  ['XX002', { code: 'damaged_database', problem: 'has a damaged index' }],
])

/** What `pg` says without a code. */
const said: readonly (readonly [RegExp, FoundFailure])[] = [
  [/password/i, { code: 'database_refused', problem: 'asks for a password that the address does not have' }],
  [/does not support SSL/, { code: 'database_refused', problem: 'does not speak TLS' }],
  [/timeout/i, { code: 'database_unavailable', problem: 'did not answer in time' }],
  [
    /connection (?:terminated|error)|not queryable|has been discarded/i,
    { code: 'database_unavailable', problem: 'lost the connection' },
  ],
]

/** What an error of `pg` or of the system's network says about the database, or undefined where it is about a statement. */
export function postgresFailure(error: object): FoundFailure | undefined {
  const code = 'code' in error ? String(error.code) : ''
  const message = 'message' in error ? String(error.message) : ''
  const found =
    failures.get(code) ?? (/^[0-9A-Z]{5}$/.test(code) ? failures.get(code.slice(0, 2)) : undefined)
  if (found !== undefined) return found
  if (/CERT|SIGNED|ERR_TLS|ERR_SSL|VERIFY/.test(code))
    return { code: 'database_refused', problem: `did not show a certificate that is trusted (${code})` }
  if (/^E[A-Z_]+$/.test(code)) return { code: 'database_unavailable', problem: `cannot be reached (${code})` }
  return code === '' ? said.find(([words]) => words.test(message))?.[1] : undefined
}
