import { hostname } from 'node:os'
import { MlflowError } from '../errors.ts'
import type { AliasCalls, AliasedModel } from './alias-calls.ts'
import { Guard } from './guard.ts'
import { describeAlias, lastChangeKey, versionOf, type LastChange } from './last-change.ts'

const endpoint = 'aliases.compareAndSet'

/** Which alias moves from where to where. */
export interface CompareAndSetAlias {
  /** Of the registered model. */
  readonly name: string
  /** Letters, digits, `_` and `-`, at most 200. */
  readonly alias: string
  /** Where the alias must point; null: the alias must not exist. */
  readonly expectedVersion: string | null
  /** Where it shall point. */
  readonly version: string
  /** Who asks, for others to read. Default process and host. */
  readonly by?: string | undefined
  /** See {@link compareAndSetAlias}. Milliseconds, default 30,000, at least 1,000. */
  readonly leaseMilliseconds?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/** What happened to an alias. */
export interface AliasChange {
  readonly previousVersion: string | null
  readonly version: string
  /** Why the guard tag is still there; the next client waits for one lease. */
  readonly guardError?: unknown
}

/**
 * Moves an alias if it points where the caller believes it does. MLflow's own call is unconditional: the last writer
 * wins. So clients of this function take turns by tags of the registered model (`alias.<alias>.guard.<id>`), and whoever
 * has the turn reads the alias, sets it, and reads it again. The tag `alias.<alias>.last` keeps who moved it last.
 *
 * Of clients that ask for a move from the same version at once, exactly one wins and the others fail with `conflict`,
 * under three conditions; outside of them the last writer wins, and the window is:
 *
 * - **Everybody uses this function.** A `setAlias` of Python, of the MLflow page or of the plain client between our read
 *   and our set (two calls: some milliseconds) is overwritten unseen. One between our set and our second read is seen,
 *   and fails this call with `conflict`; one after that read is not.
 * - **The server reads what it wrote**: one database, no lagging replica.
 * - **No call takes longer than a quarter of the lease to arrive.** A client that is stopped for longer notices that
 *   before it sets, and gives up with `conflict`; but a request that is already on its way when its client has died or
 *   given up can land after others took that client for dead, which they do after one lease of silence. When the outcome
 *   of our set is unknown, the guard stays for that lease.
 *
 * A client that dies in its turn holds the others up for one lease. Clients may have different leases as long as none
 * waits for less than the others' own. Without others it takes ten calls.
 *
 * @param client the client, or its `registeredModels`
 * @param change the alias, from where to where
 * @throws MlflowError `conflict` when the alias points elsewhere, naming where and who moved it there; `retryable` when
 *   this client was too slow instead. `invalid_argument`, and what the calls throw; after `timed_out` the alias may have moved
 *
 * @example
 * await compareAndSetAlias(mlflow, { name: 'claims', alias: 'champion', expectedVersion: '3', version: '4' })
 */
export async function compareAndSetAlias(
  { registeredModels: calls }: { readonly registeredModels: AliasCalls },
  change: CompareAndSetAlias,
): Promise<AliasChange> {
  const { name, alias, version, expectedVersion, signal } = change
  const { by = `process ${process.pid} on ${hostname()}`, leaseMilliseconds = 30_000 } = change
  validate(change, leaseMilliseconds)
  const requireExpected = (model: AliasedModel): void => {
    if (versionOf(model, alias) !== expectedVersion) throw conflict(model, change)
  }
  requireExpected(await calls.get({ name }, signal && { signal }))
  const guard = new Guard(calls, { name, alias, version, by, leaseMilliseconds, signal })
  let unknown = false
  try {
    await guard.enter(requireExpected)
    requireExpected(await guard.read())
    unknown = true
    await set(calls, change, leaseMilliseconds / 4)
    unknown = false
    const last: LastChange = { version, previous: expectedVersion, by, at: new Date().toISOString() }
    await calls.setTag({ name, key: lastChangeKey(alias), value: JSON.stringify(last) }, signal && { signal })
    const model = await calls.get({ name }, signal && { signal })
    if (versionOf(model, alias) !== version) throw conflict(model, { ...change, expectedVersion: version })
  } catch (error) {
    const refused = error instanceof MlflowError && error.status !== undefined && error.status < 500
    if (!unknown || refused) await leave(guard)
    throw error
  }
  const guardError = await leave(guard)
  return {
    previousVersion: expectedVersion,
    version,
    ...(guardError !== undefined && { guardError }),
  }
}

async function set(calls: AliasCalls, change: CompareAndSetAlias, milliseconds: number): Promise<void> {
  const { name, alias, version, signal } = change
  const limit = AbortSignal.timeout(milliseconds)
  try {
    await calls.setAlias(
      { name, alias, version },
      { signal: signal ? AbortSignal.any([signal, limit]) : limit },
    )
  } catch (error) {
    if (!limit.aborted || signal?.aborted === true) throw error
    throw new MlflowError(
      'timed_out',
      `${endpoint}: setting ${alias} of ${name} took over ${milliseconds} ms, a quarter of the lease; it may still happen`,
      { endpoint, retryable: true, cause: error },
    )
  }
}

/** Why the tag could not be taken away, if so. It dies after one lease by itself. */
async function leave(guard: Guard): Promise<unknown> {
  try {
    await guard.leave()
    return undefined
  } catch (error) {
    return error
  }
}

function conflict(model: AliasedModel, { name, alias, expectedVersion }: CompareAndSetAlias): MlflowError {
  const expected = expectedVersion === null ? 'nowhere' : `at version ${expectedVersion}`
  return new MlflowError(
    'conflict',
    `${endpoint}: alias ${alias} of ${name} was to point ${expected}, but ${describeAlias(model, alias)}`,
    { endpoint, field: 'expectedVersion' },
  )
}

function validate({ alias, version, expectedVersion }: CompareAndSetAlias, lease: number): void {
  const refuse = (field: string, what: string): never => {
    throw new MlflowError('invalid_argument', `${endpoint}: ${field}: ${what}`, { endpoint, field })
  }
  if (!/^[\w-]{1,200}$/.test(alias) || /^(?:latest|v\d+)$/i.test(alias))
    refuse('alias', 'must be 1 to 200 letters, digits, "_" and "-", neither "latest" nor "v" with a number')
  if (!/^\d+$/.test(version)) refuse('version', 'must be the number of a version as text, such as "3"')
  if (expectedVersion !== null && !/^\d+$/.test(expectedVersion))
    refuse('expectedVersion', 'must be null or the number of a version as text, such as "3"')
  if (!(Number.isFinite(lease) && lease >= 1000)) refuse('leaseMilliseconds', 'must be at least 1,000')
}
