import type { BundleFiles, ClaimsError, Manifest } from '@claims/contracts'
import type { Bundle } from './bundle/bundle.ts'
import type { HistoryEntry } from './history/history-entry.ts'
import type { ExpectedChange } from './rules/registry-command.ts'

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

/** A model of the registry and where it stands. */
export interface ModelSummary {
  readonly name: string
  readonly latest_version: string
  readonly versions: number
  /** Version by alias. */
  readonly aliases: Readonly<Record<string, string>>
}

/** A model whose history cannot be read, and why. */
export interface DamagedModel {
  readonly name: string
  /** As every other call that names the model throws it: `damaged_bundle`, `unsupported_format_version`, `unreadable_storage`. */
  readonly error: ClaimsError
}

/** The models of a registry; one that is damaged hides no other. */
export interface ModelList {
  /** By name. */
  readonly models: readonly ModelSummary[]
  /** By name. */
  readonly damaged: readonly DamagedModel[]
}

/** A reference that was resolved. It holds on to the version, also where the alias moves on. */
export interface ResolvedModel {
  readonly name: string
  readonly version: string
  readonly manifest: Manifest
  readonly manifestSha256: string
  /**
   * The bundle, its every file read once, checked and held.
   *
   * @throws ClaimsError `damaged_bundle` naming the file
   */
  open(): Promise<Bundle>
  /** Where the bundle is kept, for people: a path or an address. What is found there is not checked. */
  locate(): Promise<string>
}

/** A change of an alias. */
export interface AliasChange extends ExpectedChange {
  /** Version that the alias is to point at. */
  readonly version: string
}

/** A promotion. */
export interface Promotion extends ExpectedChange {
  /** Promotes a model that is not promotable; the reason says why. */
  readonly override?: boolean | undefined
}

/** A registration. */
export interface Registration {
  readonly notes?: string | undefined
  readonly actor?: string | undefined
}

/**
 * Versions of models, the aliases that point at them, and who changed what and why.
 *
 * - A version is immutable: `register` takes a copy, and numbers are given once, in order, without gaps.
 * - Every change is one atomic step and one history entry; a caller that was answered finds it after a crash, and so
 *   does every call that begins later, in any process.
 * - Two processes, containers included, may use one registry at the same time.
 * - A version, once read, may be kept for ever. Where an alias points, and which versions there are, may not: ask again.
 * - An alias is only pointed at a version whose every file is whole; else a change of it is `damaged_bundle`.
 * - Model names match `[a-z][a-z0-9-]*`, aliases `[a-z][a-z0-9_-]*`, except `latest` and names like `v1`;
 *   others are refused as `invalid_parameter`.
 * - The alias `champion` is what serves by default. Only `promote` and `rollback` set it.
 */
export interface ModelRegistry {
  /**
   * Copies a checked bundle in as the next version.
   *
   * @param name of the model
   * @param bundle its directory, or its files
   * @param registration who registers it, and notes
   * @throws ClaimsError `file_not_found`, `damaged_bundle`
   */
  register(name: string, bundle: string | BundleFiles, registration?: Registration): Promise<ModelVersion>

  /** The models, and those whose history cannot be read. */
  list(): Promise<ModelList>

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
   * @throws ClaimsError `damaged_bundle` where the hash chain is broken; `unsupported_format_version` where a newer
   *   product wrote a line that this one does not know; `unknown_model`
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
   * @param name of the model
   * @param change who and why; `expected`, the champion that was seen, keeps two who act at once from going back twice
   * @throws ClaimsError `alias_conflict` where another version is champion than expected; `unknown_alias` where there is
   *   no earlier champion; `unknown_model`
   */
  rollback(name: string, change: ExpectedChange): Promise<HistoryEntry>

  /**
   * Finds the bundle of `name@alias`, `name@3` (a version) or `name` (its champion).
   *
   * @throws ClaimsError `unknown_model`, `unknown_version`, `unknown_alias`; `damaged_bundle` where the manifest
   *   is not the one that was registered
   */
  resolve(reference: string): Promise<ResolvedModel>
}
