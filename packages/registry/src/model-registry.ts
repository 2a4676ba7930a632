import type { BundleFiles, ClaimsError, Manifest } from '@claims/contracts'
import type { Approvers } from './approvals/approvers.ts'
import type { Bundle } from './bundle/bundle.ts'
import type { RegistrationDetails } from './history/details/registration-details.ts'
import type { ModelGates } from './gates/model-gates.ts'
import type { ActorSource, HistoryEntry } from './history/history-entry.ts'
import type { ModelStage } from './model-stage.ts'
import type { RetentionPlan } from './rules/plan-retention.ts'
import type { Change, ExpectedChange, RestoringChange } from './rules/registry-command.ts'

/** Who ended a version's use, when and why. */
export interface Ending {
  readonly time: string
  readonly actor: string
  readonly reason: string
}

/** A registered version of a model; its bundle never changes. What the bundle says stands beside it. */
export interface ModelVersion extends Omit<RegistrationDetails, 'evidence'> {
  readonly name: string
  /** `'1'`, `'2'`, ...: the order of registration. */
  readonly version: string
  readonly registered_at: string
  readonly notes: string
  readonly manifest_sha256: string
  /** Aliases that point at this version now. */
  readonly aliases: readonly string[]
  /** Follows from the aliases and from whether it is retired. */
  readonly stage: ModelStage
  readonly description: string
  readonly tags: Readonly<Record<string, string>>
  /** Null where it is in use, or may be. */
  readonly retired: Ending | null
  /** Null where its bundle is kept. */
  readonly deleted: Ending | null
}

/** Which part of a list is asked for. */
export interface PageOptions {
  /** `next` of the page before; absent for the first one. */
  readonly cursor?: string | undefined
  /** Most of the page, 1 to 1,000; default 50. */
  readonly limit?: number | undefined
}

/** Which versions are asked for. */
export interface VersionsPageOptions extends PageOptions {
  /** Whether the newest comes first. Default true. */
  readonly newestFirst?: boolean | undefined
}

/** Some versions of a model. */
export interface VersionsPage {
  readonly versions: readonly ModelVersion[]
  /** Cursor of the next page; absent where this is the last. */
  readonly next?: string | undefined
  /** How many versions the model has. */
  readonly total: number
}

/** A model of the registry and where it stands. */
export interface ModelSummary {
  readonly name: string
  /** The newest one that is not deleted. */
  readonly latest_version: string
  /** How many were registered, deleted ones included. */
  readonly versions: number
  /** Version by alias. */
  readonly aliases: Readonly<Record<string, string>>
  /** The newest version of each stage that has any. */
  readonly stages: Readonly<Partial<Record<ModelStage, string>>>
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
  /** Cursor of the next page; absent where this is the last, or where everything was asked for. */
  readonly next?: string | undefined
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
export interface Promotion extends RestoringChange {
  /**
   * Passes over what a second person's signed override lets it pass over: what training and evaluations found,
   * constraints, suspected leaks. Recorded where it was needed.
   */
  readonly override?: boolean | undefined
}

/** A change of tags. */
export interface TagChange {
  readonly actor: string
  readonly reason?: string | undefined
  /** Values by key. */
  readonly set?: Readonly<Record<string, string>> | ReadonlyMap<string, string> | undefined
  /** Keys to take away. */
  readonly remove?: readonly string[] | undefined
}

/** A change of a description. */
export interface DescriptionChange {
  readonly actor: string
  readonly reason?: string | undefined
  /** What the version is described by; empty takes the description away. */
  readonly description: string
}

/** What retention is to keep. */
export interface RetentionOptions {
  /** How many of the versions that each alias last pointed at are kept, at least 1. */
  readonly keep: number
}

/** A registration. */
export interface Registration {
  /** Where the actor's name is from; not recorded where nobody says. */
  readonly actorSource?: ActorSource | undefined
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
 * - A promotion passes every gate or is refused; both stand in the history with how it stood at each gate.
 * - A history only grows. One that is behind what this object has read before is `history_rewritten` from every method that
 *   names the model.
 * - A retired version takes no alias until it is restored. A deleted one keeps its line and number for ever, and its
 *   bundle is what the artifact store may collect: asking for the bundle is `version_deleted`.
 */
export interface ModelRegistry {
  /** What promotions have to pass. */
  readonly gates: ModelGates
  /** The people whose approvals count. */
  readonly approvers: Approvers

  /**
   * Copies a checked bundle in as the next version.
   *
   * @param name of the model
   * @param bundle its directory, or its files
   * @param registration who registers it, and notes
   * @throws ClaimsError `file_not_found`, `damaged_bundle`
   */
  register(name: string, bundle: string | BundleFiles, registration?: Registration): Promise<ModelVersion>

  /**
   * The models, and those whose history cannot be read, by name; all of them, or one page.
   *
   * @throws ClaimsError `invalid_parameter` for a cursor or a limit
   */
  list(page?: PageOptions): Promise<ModelList>

  /**
   * Every version of a model, oldest first. Where there may be many, ask for pages.
   *
   * @throws ClaimsError `unknown_model`
   */
  versions(name: string): Promise<readonly ModelVersion[]>

  /**
   * Some versions of a model. A version that is registered between two pages is on neither, or on one, never on both.
   *
   * @throws ClaimsError `unknown_model`; `invalid_parameter` for a cursor or a limit
   */
  versionsPage(name: string, page?: VersionsPageOptions): Promise<VersionsPage>

  /**
   * A version, with what its manifest says.
   *
   * @throws ClaimsError `unknown_model`, `unknown_version`; `damaged_bundle`
   */
  get(name: string, version: string): Promise<ModelVersion>

  /**
   * Points an alias at a version.
   *
   * @throws ClaimsError `alias_conflict` where `expected` is given and does not hold; `unknown_model`;
   *   `unknown_version`; `invalid_parameter` for the alias `champion`
   */
  setAlias(name: string, alias: string, change: AliasChange): Promise<HistoryEntry>

  /**
   * Takes an alias away.
   *
   * @throws ClaimsError `unknown_alias`; `alias_conflict` where `expected` is given and does not hold; `unknown_model`;
   *   `invalid_parameter` for the alias `champion`
   */
  removeAlias(name: string, alias: string, change: ExpectedChange): Promise<HistoryEntry>

  /**
   * Sets tags of a version and takes others away, in one step.
   *
   * @throws ClaimsError `invalid_parameter`; `unknown_model`; `unknown_version`; `version_deleted`
   */
  tag(name: string, version: string, change: TagChange): Promise<HistoryEntry>

  /** Describes a version in words. @throws ClaimsError as `tag` */
  describe(name: string, version: string, change: DescriptionChange): Promise<HistoryEntry>

  /**
   * Takes a version out of use: no alias may point at it until it is restored.
   *
   * @throws ClaimsError `version_in_use` naming each alias that points at it; `version_retired`; `version_deleted`;
   *   `unknown_model`; `unknown_version`
   */
  retire(name: string, version: string, change: Change): Promise<HistoryEntry>

  /**
   * Takes a retired version back into use.
   *
   * @throws ClaimsError `invalid_parameter` where it is not retired; `version_deleted`; `unknown_model`; `unknown_version`
   */
  restore(name: string, version: string, change: Change): Promise<HistoryEntry>

  /**
   * Gives up the bundle of a version; its line stays. Every prediction record is looked through.
   *
   * @throws ClaimsError `version_in_use` where an alias points at it, where it is one of the last ten that were champion,
   *   where a rollback makes it champion, or where a prediction record names its bundle; `version_deleted`;
   *   `unknown_model`; `unknown_version`
   */
  delete(name: string, version: string, change: Change): Promise<HistoryEntry>

  /**
   * What retention would keep and give up; nothing is changed.
   *
   * @throws ClaimsError `unknown_model`; `invalid_parameter` for `keep`
   */
  planRetention(name: string, options: RetentionOptions): Promise<RetentionPlan>

  /**
   * Gives up the bundles of what retention does not keep, all in one step, and says what it did.
   *
   * @throws ClaimsError as `planRetention`; `version_in_use` where a version became needed meanwhile: nothing was given up
   */
  applyRetention(name: string, options: RetentionOptions & Change): Promise<RetentionPlan>

  /**
   * The version that an alias points at.
   *
   * @throws ClaimsError `unknown_model`, `unknown_alias`
   */
  readAlias(name: string, alias: string): Promise<string>

  /**
   * Every change of a model, oldest first, read anew from the ledger and checked from the first line to the last.
   *
   * @throws ClaimsError `damaged_bundle` where the hash chain is broken; `unsupported_format_version` where a newer
   *   product wrote a line that this one does not know; `unknown_model`
   */
  history(name: string): Promise<readonly HistoryEntry[]>

  /**
   * Makes a version the champion.
   *
   * @throws ClaimsError `promotion_refused`, naming every gate that it does not pass, after the refusal was appended;
   *   `version_retired` without `restore`; `version_deleted`; `alias_conflict`; `unknown_model`;
   *   `unknown_version`
   */
  promote(name: string, version: string, promotion: Promotion): Promise<HistoryEntry>

  /**
   * Makes the champion before this one the champion again; rolling back twice goes back two champions.
   *
   * @param name of the model
   * @param change who and why; `expected`, the champion that was seen, keeps two who act at once from going back twice
   * @throws ClaimsError `alias_conflict` where another version is champion than expected; `unknown_alias` where there is
   *   no earlier champion; `version_retired` without `restore`; `version_deleted`; `unknown_model`
   */
  rollback(name: string, change: RestoringChange): Promise<HistoryEntry>

  /**
   * Finds the bundle of `name@alias`, `name@3` (a version) or `name` (its champion).
   *
   * @throws ClaimsError `unknown_model`, `unknown_version`, `unknown_alias`, `version_deleted`; `damaged_bundle` where the
   *   manifest is not the one that was registered
   */
  resolve(reference: string): Promise<ResolvedModel>
}
