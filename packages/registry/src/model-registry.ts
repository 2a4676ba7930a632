import type { Manifest } from '@claims/contracts'
import { z } from 'zod'

/** A registered version of a model; its bundle never changes. */
export interface ModelVersion {
  readonly name: string
  /** `'1'`, `'2'`, ...: the order of registration. */
  readonly version: string
  readonly registered_at: string
  readonly notes: string
  readonly manifest_sha256: string
  readonly model: Manifest['model']
  readonly headline: Manifest['headline']
  /** Aliases that point at this version now. */
  readonly aliases: readonly string[]
}

/** One line of a model's history. Each holds the hash of the line before it, so that a change is noticed. */
export interface HistoryEntry {
  readonly time: string
  readonly actor: string
  readonly action: 'register' | 'set_alias' | 'promote' | 'rollback'
  readonly version: string
  readonly alias: string | null
  /** Version that the alias pointed at before; null where it did not exist, or for a registration. */
  readonly previous: string | null
  readonly reason: string
  /** Whether a promotion passed over a reason against it. */
  readonly override: boolean
  readonly manifest_sha256: string
  /** SHA-256 of the line before, without its line end; 64 zeros on the first line. */
  readonly previous_sha256: string
}

/** Schema of a line of the history. */
export const historyEntrySchema: z.ZodType<HistoryEntry> = z.strictObject({
  time: z.iso.datetime(),
  actor: z.string(),
  action: z.enum(['register', 'set_alias', 'promote', 'rollback']),
  version: z.string(),
  alias: z.string().nullable(),
  previous: z.string().nullable(),
  reason: z.string(),
  override: z.boolean(),
  manifest_sha256: z.string(),
  previous_sha256: z.string(),
})

/** A model of the registry and where it stands. */
export interface ModelSummary {
  readonly name: string
  readonly latest_version: string
  readonly versions: number
  /** Version by alias. */
  readonly aliases: Readonly<Record<string, string>>
}

/** A reference that was resolved. */
export interface ResolvedModel {
  readonly name: string
  readonly version: string
  /** Directory of the bundle. */
  readonly directory: string
  readonly manifest: Manifest
}

/** Who changes something, and why; both are recorded. */
export interface Change {
  readonly actor: string
  readonly reason: string
}

/** A change that holds only where an alias is where it is expected. */
export interface ExpectedChange extends Change {
  /** Compare-and-set: the version that the alias must point at now; null where it must not exist. */
  readonly expected?: string | null
}

/** A change of an alias. */
export interface AliasChange extends ExpectedChange {
  /** Version that the alias is to point at. */
  readonly version: string
}

/** A promotion. */
export interface Promotion extends ExpectedChange {
  /** Promotes a model that is not promotable; the reason says why. */
  readonly override?: boolean
}

/** A registration. */
export interface Registration {
  readonly notes?: string
  readonly actor?: string
}

/**
 * Port: versions of models, the aliases that point at them, and who changed what and why.
 *
 * - A version is immutable: `register` takes a copy, and numbers are given once, in order, without gaps.
 * - Every change is one atomic step and one history entry; a caller that was answered finds it after a crash.
 * - Two processes may use one registry at the same time.
 * - Model names match `[a-z][a-z0-9-]*`, aliases `[a-z][a-z0-9_-]*`, except `latest` and names like `v1`;
 *   others are refused as `invalid_parameter`.
 * - The alias `champion` is what serves by default. Only `promote` and `rollback` set it.
 */
export interface ModelRegistry {
  /**
   * Copies a checked bundle in as the next version.
   *
   * @throws ClaimsError `file_not_found`, `damaged_bundle`
   */
  register(name: string, bundleDirectory: string, registration?: Registration): Promise<ModelVersion>

  /** The models, by name. */
  list(): Promise<readonly ModelSummary[]>

  /**
   * Versions of a model, oldest first.
   *
   * @throws ClaimsError `unknown_model`
   */
  versions(name: string): Promise<readonly ModelVersion[]>

  /** @throws ClaimsError `unknown_model`, `unknown_version` */
  get(name: string, version: string): Promise<ModelVersion>

  /**
   * Points an alias at a version.
   *
   * @throws ClaimsError `alias_conflict` where `expected` is given and does not hold; `unknown_model`;
   *   `unknown_version`; `invalid_parameter` for the alias `champion`
   */
  setAlias(name: string, alias: string, change: AliasChange): Promise<HistoryEntry>

  /**
   * The version that an alias points at.
   *
   * @throws ClaimsError `unknown_model`, `unknown_alias`
   */
  readAlias(name: string, alias: string): Promise<string>

  /**
   * Every change of a model, oldest first.
   *
   * @throws ClaimsError `damaged_bundle` where the hash chain is broken; `unknown_model`
   */
  history(name: string): Promise<readonly HistoryEntry[]>

  /**
   * Makes a version the champion.
   *
   * @throws ClaimsError `promotion_refused`, naming every reason of its training, where the model is not promotable
   *   and there is no override; `alias_conflict`; `unknown_model`; `unknown_version`
   */
  promote(name: string, version: string, promotion: Promotion): Promise<HistoryEntry>

  /**
   * Makes the champion before this one the champion again; rolling back twice goes back two champions.
   *
   * @throws ClaimsError `unknown_alias` where there is no earlier champion; `unknown_model`
   */
  rollback(name: string, change: Change): Promise<HistoryEntry>

  /**
   * Finds the bundle of `name@alias`, `name@3` (a version) or `name` (its champion).
   *
   * @throws ClaimsError `unknown_model`, `unknown_version`, `unknown_alias`; `damaged_bundle` where the manifest
   *   is not the one that was registered
   */
  resolve(reference: string): Promise<ResolvedModel>
}
