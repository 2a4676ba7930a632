import {
  ClaimsError,
  stopwatch,
  systemClock,
  type ArtifactStore,
  type Clock,
  type KeptBundle,
  type Ledger,
  type Removal,
} from '@claims/contracts'
import { bundlesInLedger } from './bundles-in-ledger.ts'

/** Least minimum age, in milliseconds: what a registration may take, and more. */
export const leastMinimumAge = 3_600_000
/** Minimum age where nobody says another, in milliseconds. */
export const defaultMinimumAge = 86_400_000

/** What is collected, and how. */
export interface GarbageOptions {
  /** Every ledger that names bundles of the store; one that is left out loses its bundles. */
  readonly ledgers: readonly Ledger[]
  readonly artifacts: ArtifactStore
  /** Milliseconds since a bundle was put, or its version was deleted, below which it stays. Default 24 hours. */
  readonly minimumAge?: number | undefined
  /** Whether to say what would be removed and change nothing. Default false. */
  readonly dryRun?: boolean | undefined
  /** SHA-256 of manifests that something else than a ledger names. */
  readonly alsoNamed?: Iterable<string> | AsyncIterable<string> | undefined
  /** Goes on where no ledger holds a line about any bundle of the store. Default false. */
  readonly allowUnknown?: boolean | undefined
  /** Allows a minimum age below one hour, where nobody registers meanwhile. Default false. */
  readonly nobodyRegisters?: boolean | undefined
  readonly clock?: Clock | undefined
  readonly signal?: AbortSignal | undefined
}

/** What a collection found and did, or would do. */
export interface GarbageCollection {
  readonly dryRun: boolean
  /** In milliseconds. */
  readonly minimumAge: number
  /** Bundles of the store when it was listed. */
  readonly kept: { readonly bundles: number; readonly bytes: number }
  /** How many of them something names. */
  readonly named: number
  /** How many nothing names, and that stay since they are young. */
  readonly young: number
  /** How many of those that are removed a ledger knows: their versions were deleted. */
  readonly ofDeletedVersions: number
  readonly removal: Removal
}

/**
 * Removes bundles that nothing names any more: neither a version that was not deleted, nor a record of a prediction, nor
 * any other line of a ledger. The store is listed first and the ledgers are read then, so that a bundle which was put and
 * named in between counts; one that was put and is not yet named is younger than the minimum age.
 *
 * @param options the ledgers, the store, and how old a bundle must be
 * @returns what was removed, and what stays
 * @throws ClaimsError `invalid_parameter` for a minimum age below one hour; `invalid_configuration` where no ledger knows
 *   any of the bundles; that of a ledger or a store which cannot be read. Nothing is removed then
 *
 * @example
 * const said = await collectGarbage({ ledgers: [ledger], artifacts, dryRun: true })
 * console.log(said.removal.removed.length, said.removal.bytes)
 */
export async function collectGarbage(options: GarbageOptions): Promise<GarbageCollection> {
  const { artifacts, minimumAge = defaultMinimumAge, dryRun = false, clock = systemClock, signal } = options
  requireMinimumAge(minimumAge, options.nobodyRegisters === true)
  const all = new Map<string, KeptBundle>()
  for await (const bundle of artifacts.list()) all.set(bundle.manifestSha256, bundle)
  signal?.throwIfAborted()
  const passed = stopwatch()
  const kept = new Set(all.keys())
  const named = new Set<string>()
  const mentioned = new Set<string>()
  for (const ledger of options.ledgers) {
    const found = await orNothing(bundlesInLedger(ledger, kept, clock.now().getTime() - minimumAge))
    for (const hash of found.named) named.add(hash)
    for (const hash of found.mentioned) mentioned.add(hash)
  }
  for await (const hash of options.alsoNamed ?? []) if (kept.has(hash)) named.add(hash)
  const unnamed = [...all.values()].filter(({ manifestSha256 }) => !named.has(manifestSha256))
  const old = unnamed.filter(({ age }) => age >= minimumAge).map(({ manifestSha256 }) => manifestSha256)
  const known = mentioned.size + named.size > 0 || options.allowUnknown === true
  if (old.length > 0 && !known) throw unknownStore(all.size)
  signal?.throwIfAborted()
  // Ages count from before the ledgers were read: what was put since may have been named since.
  const removal = await artifacts.remove(old, { minimumAge: minimumAge + passed() + 1000, dryRun, signal })
  return {
    ...{ dryRun, minimumAge, removal, named: named.size },
    kept: { bundles: all.size, bytes: [...all.values()].reduce((sum, { bytes }) => sum + bytes, 0) },
    young: unnamed.length - old.length + removal.young.length,
    ofDeletedVersions: removal.removed.filter((hash) => mentioned.has(hash)).length,
  }
}

function requireMinimumAge(minimumAge: number, nobodyRegisters: boolean): void {
  const least = nobodyRegisters ? 0 : leastMinimumAge
  if (Number.isFinite(minimumAge) && minimumAge >= least) return
  const allowed = `${String(least)} milliseconds or more: a bundle is kept before its version is registered`
  throw new ClaimsError('invalid_parameter', `The minimum age is not allowed: ${allowed}`, {
    problems: [{ field: 'minimumAge', problem: 'is not allowed', allowed, received: minimumAge }],
  })
}

/** Says of what stops a collection that it did. */
async function orNothing<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading
  } catch (error) {
    if (!(error instanceof ClaimsError)) throw error
    const message = `No bundle is removed, since what names them cannot be read: ${error.message}`
    throw new ClaimsError(error.code, message, { problems: error.problems, cause: error })
  }
}

function unknownStore(count: number): ClaimsError {
  const problem = `names none of the ${String(count)} bundles that are kept`
  return new ClaimsError('invalid_configuration', `The registry ${problem}: they may be another one's`, {
    problems: [
      {
        field: 'ARTIFACTS_URI',
        problem: `holds bundles of which the registry ${problem}`,
        allowed: 'the store of this registry',
      },
    ],
  })
}
