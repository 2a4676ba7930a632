import { setTimeout as wait } from 'node:timers/promises'
import {
  ClaimsError,
  isSystemLedger,
  stopwatch,
  systemClock,
  type ArtifactStore,
  type BundleFiles,
  type Clock,
  type DocumentStore,
  type Ledger,
} from '@claims/contracts'
import { LedgerApprovers } from './approvals/ledger-approvers.ts'
import type { Approvers } from './approvals/approvers.ts'
import { checkBundle } from './bundle/check-bundle.ts'
import { sealBundle, type Bundle } from './bundle/bundle.ts'
import { readBundle } from './bundle/open-bundle.ts'
import { describeVersion, summaryOf } from './describe-version.ts'
import { bundleEvidence } from './evidence/read-evidence.ts'
import { LedgerGates } from './gates/ledger-gates.ts'
import type { ModelGates } from './gates/model-gates.ts'
import { registrationDetails, type RegistrationDetails } from './history/details/registration-details.ts'
import { chainEntries } from './history/history-chain.ts'
import type { HistoryEntry } from './history/history-entry.ts'
import { leastMinimumAge } from './garbage/collect-garbage.ts'
import { predictionsNaming } from './history/predictions-naming.ts'
import { VerifiedHistories } from './history/verified-histories.ts'
import { championAlias, parseModelReference, requireAlias, requireModelName } from './model-names.ts'
import type {
  AliasChange,
  DamagedModel,
  DescriptionChange,
  ModelList,
  ModelRegistry,
  ModelSummary,
  ModelVersion,
  PageOptions,
  Promotion,
  Registration,
  ResolvedModel,
  RetentionOptions,
  TagChange,
  VersionsPage,
  VersionsPageOptions,
} from './model-registry.ts'
import { cursorAfter, readCursor, requireLimit, type PagedList } from './page-cursor.ts'
import { decide, type DecisionFacts } from './rules/decide.ts'
import { RecordedRefusal } from './rules/recorded-refusal.ts'
import { requireRetention } from './rules/decide-delete.ts'
import { planRetention, type RetentionPlan } from './rules/plan-retention.ts'
import { usualRetention } from './rules/reasons-to-keep.ts'
import { versionDeleted } from './rules/refusals-of-versions.ts'
import { registrationOf, unknownModel, versionOfAlias } from './rules/refusals.ts'
import type { Change, ExpectedChange, RegistryCommand, RestoringChange } from './rules/registry-command.ts'
import { knownDetails, type ModelState } from './rules/replay-history.ts'

/** How often a change is decided anew because somebody else's came first. */
const attempts = 1000

/** What a decision asks for beside history, name and clock. */
type FurtherFacts = Omit<DecisionFacts, 'name' | 'now' | 'lastSha256'>

interface KeptBundle {
  readonly manifestSha256: string
  readonly details: RegistrationDetails
}

/** What a registry is made of. */
export interface ModelRegistryParts {
  readonly ledger: Ledger
  readonly artifacts: ArtifactStore
  /** Where evaluations that are added later are kept; without it none can be added. */
  readonly documents?: DocumentStore | undefined
  readonly clock?: Clock | undefined
  /** Milliseconds after which a registration keeps its bundle once more when it is named. Default half an hour. */
  readonly longestUnnamed?: number | undefined
}

/**
 * The model registry over a ledger of histories and a store of bundles: it reads a history, lets `decide` say what a
 * command adds to it, and appends that where nobody else appended meanwhile; else it begins anew.
 *
 * @example
 * const registry = new LedgerModelRegistry({ ledger: new DirectoryLedger(root), artifacts: new DirectoryArtifactStore(root) })
 */
export class LedgerModelRegistry implements ModelRegistry {
  readonly #ledger: Ledger
  readonly #artifacts: ArtifactStore
  readonly #clock: Clock
  readonly #longestUnnamed: number
  readonly #histories: VerifiedHistories
  readonly #gates: LedgerGates
  readonly gates: ModelGates
  readonly approvers: Approvers

  constructor(parts: ModelRegistryParts) {
    const { ledger, artifacts, documents, clock = systemClock, longestUnnamed } = parts
    this.#longestUnnamed = longestUnnamed ?? leastMinimumAge / 2
    this.#ledger = ledger
    this.#artifacts = artifacts
    this.#clock = clock
    this.#histories = new VerifiedHistories(ledger)
    const approvers = new LedgerApprovers({ ledger, clock })
    this.approvers = approvers
    this.#gates = new LedgerGates({
      ...{ approvers, documents, clock },
      read: async (name) => {
        requireModelName(name)
        return await this.#histories.read(name)
      },
      change: (...command) => this.#change(...command),
      open: (manifestSha256) => this.#open(manifestSha256),
    })
    this.gates = this.#gates
  }

  async register(
    name: string,
    bundle: string | BundleFiles,
    { actor = 'unknown', actorSource, notes = '' }: Registration = {},
  ): Promise<ModelVersion> {
    requireModelName(name)
    const keep = async (files: BundleFiles): Promise<KeptBundle> => {
      await this.#artifacts.put(files)
      const evidence = await bundleEvidence(files)
      const details = { ...registrationDetails(files.manifest), ...(evidence !== undefined && { evidence }) }
      return { manifestSha256: files.manifestSha256, details }
    }
    const keepIt = (): Promise<KeptBundle> =>
      typeof bundle === 'string' ? readBundle(bundle, keep) : keep(bundle)
    const passed = stopwatch()
    const command = { kind: 'register', actor, actorSource, notes, ...(await keepIt()) } as const
    const entry = await this.#change(name, command)
    // Until it was named, a collection of garbage could take it for an old one.
    if (passed() > this.#longestUnnamed) await keepIt()
    return await this.get(name, entry.version)
  }

  async list({ cursor, limit }: PageOptions = {}): Promise<ModelList> {
    const of: PagedList = { list: 'models', newestFirst: false }
    const all = (await this.#ledger.names()).filter((name) => !isSystemLedger(name))
    const after = cursor === undefined ? '' : readCursor(of, cursor)
    const following = all.filter((name) => name > after)
    // Without a word of pages, everything is listed.
    const most = cursor === undefined && limit === undefined ? all.length : requireLimit(limit)
    const names = following.slice(0, most)
    const models: ModelSummary[] = []
    const damaged: DamagedModel[] = []
    for (const name of names) {
      try {
        const summary = summaryOf(name, (await this.#histories.read(name)).state)
        if (summary !== null) models.push(summary)
      } catch (error) {
        if (!(error instanceof ClaimsError) || error.entry.retryable) throw error
        damaged.push({ name, error })
      }
    }
    const last = names.at(-1)
    const hasNext = last !== undefined && following.length > most
    return { models, damaged, ...(hasNext && { next: cursorAfter(of, last) }) }
  }

  async versions(name: string): Promise<readonly ModelVersion[]> {
    const state = await this.#state(name)
    const versions: ModelVersion[] = []
    for (const entry of state.registrations) versions.push(await this.#listed(name, entry, state))
    return versions
  }

  async versionsPage(name: string, page: VersionsPageOptions = {}): Promise<VersionsPage> {
    const { cursor, newestFirst = true } = page
    const limit = requireLimit(page.limit)
    const of: PagedList = { list: `versions of ${name}`, newestFirst }
    const state = await this.#state(name)
    const total = state.registrations.length
    const after = cursor === undefined ? null : registrationOf(state, name, readCursor(of, cursor)).version
    const [start, end] = rangeOf({ after: after === null ? null : Number(after), limit, total, newestFirst })
    const entries = state.registrations.slice(start, end)
    if (newestFirst) entries.reverse()
    const versions: ModelVersion[] = []
    for (const entry of entries) versions.push(await this.#listed(name, entry, state))
    const last = versions.at(-1)
    const hasNext = last !== undefined && (newestFirst ? start > 0 : end < total)
    return { versions, total, ...(hasNext && { next: cursorAfter(of, last.version) }) }
  }

  async get(name: string, version: string): Promise<ModelVersion> {
    const state = await this.#state(name)
    const entry = registrationOf(state, name, version)
    if (state.deleted.has(version)) return await this.#listed(name, entry, state)
    const { manifest } = await this.#open(entry.manifest_sha256)
    return describeVersion(name, entry, { state, details: registrationDetails(manifest) })
  }

  async setAlias(name: string, alias: string, change: AliasChange): Promise<HistoryEntry> {
    return await this.#change(name, { ...change, kind: 'set_alias', alias })
  }

  async removeAlias(name: string, alias: string, change: ExpectedChange): Promise<HistoryEntry> {
    return await this.#change(name, { ...change, kind: 'remove_alias', alias })
  }

  async tag(name: string, version: string, change: TagChange): Promise<HistoryEntry> {
    const { actor, reason = '', remove = [], set = {} } = change
    const tags = set instanceof Map ? (set as ReadonlyMap<string, string>) : new Map(Object.entries(set))
    return await this.#change(name, { kind: 'tag', actor, reason, version, set: tags, remove })
  }

  async describe(name: string, version: string, change: DescriptionChange): Promise<HistoryEntry> {
    const { actor, reason = '', description } = change
    return await this.#change(name, { kind: 'describe', actor, reason, version, description })
  }

  async retire(name: string, version: string, change: Change): Promise<HistoryEntry> {
    return await this.#change(name, { ...change, kind: 'retire', version })
  }

  async restore(name: string, version: string, change: Change): Promise<HistoryEntry> {
    return await this.#change(name, { ...change, kind: 'restore', version })
  }

  async delete(name: string, version: string, change: Change): Promise<HistoryEntry> {
    const state = await this.#state(name)
    const facts = await this.#deletionFacts(state, [registrationOf(state, name, version)])
    const { actor, reason } = change
    const command = { kind: 'delete', actor, reason, versions: [version], retention: usualRetention } as const
    return await this.#change(name, command, facts)
  }

  async planRetention(name: string, { keep }: RetentionOptions): Promise<RetentionPlan> {
    const state = await this.#state(name)
    requireRetention({ keep, of: 'every alias' })
    return planRetention(state, {
      ...{ name, keep, now: this.#clock.now() },
      namedBy: await this.#namedElsewhere(state),
    })
  }

  async applyRetention(name: string, options: RetentionOptions & Change): Promise<RetentionPlan> {
    const { keep, actor, reason } = options
    const state = await this.#state(name)
    requireRetention({ keep, of: 'every alias' })
    const namedBy = await this.#namedElsewhere(state)
    const plan = planRetention(state, { name, keep, now: this.#clock.now(), namedBy })
    const versions = plan.deletes.map(({ version }) => version)
    if (versions.length === 0) return plan
    const entries = versions.map((version) => registrationOf(state, name, version))
    const command = { actor, reason, versions, retention: { keep, of: 'every alias' } } as const
    const facts = { namedBy, details: await this.#unknownDetails(state, entries) }
    await this.#change(name, { ...command, kind: 'delete' }, facts)
    return plan
  }

  async readAlias(name: string, alias: string): Promise<string> {
    requireAlias(alias)
    return versionOfAlias(await this.#state(name), name, alias)
  }

  async history(name: string): Promise<readonly HistoryEntry[]> {
    requireModelName(name)
    const { entries } = await this.#histories.readWhole(name)
    if (entries.length === 0) throw unknownModel(name)
    return entries
  }

  async promote(name: string, version: string, promotion: Promotion): Promise<HistoryEntry> {
    const state = await this.#state(name)
    const registration = registrationOf(state, name, version)
    const deleted = state.deleted.get(version)
    if (deleted !== undefined) throw versionDeleted(name, deleted)
    const override = promotion.override === true
    return await this.#change(name, { ...promotion, kind: 'promote', version, override }, () =>
      this.#gates.facts(registration),
    )
  }

  async rollback(name: string, change: RestoringChange): Promise<HistoryEntry> {
    return await this.#change(name, { ...change, kind: 'rollback' })
  }

  async resolve(reference: string): Promise<ResolvedModel> {
    const { name, version: number, alias = championAlias } = parseModelReference(reference)
    const state = await this.#state(name)
    const version = number ?? versionOfAlias(state, name, alias)
    const { manifest_sha256: manifestSha256 } = registrationOf(state, name, version)
    const deleted = state.deleted.get(version)
    if (deleted !== undefined) throw versionDeleted(name, deleted)
    const { manifest } = await this.#open(manifestSha256)
    return {
      ...{ name, version, manifest, manifestSha256 },
      open: async () => await this.#openWhole(manifestSha256, `${name}@${version}`),
      locate: () => this.#artifacts.locate(manifestSha256),
    }
  }

  async #change(
    name: string,
    command: RegistryCommand,
    facts: FurtherFacts | (() => Promise<FurtherFacts>) = {},
  ): Promise<HistoryEntry> {
    requireModelName(name)
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const before = await this.#histories.read(name)
      const further = typeof facts === 'function' ? await facts() : facts
      const about = { name, now: this.#clock.now(), lastSha256: before.lastSha256, ...further }
      const decided = decide(before.state, command, about)
      if (decided instanceof ClaimsError) throw decided
      const refusal = decided instanceof RecordedRefusal ? decided.refusal : null
      const added = decided instanceof RecordedRefusal ? decided.entries : decided
      const { entries, lines, lastSha256 } = chainEntries(added, before.lastSha256)
      const entry = entries.at(-1)
      if (entry === undefined) throw new TypeError('A command adds at least one entry')
      // An alias is what is served: it never points at a bundle of which a file is damaged.
      if (entry.alias !== null && entry.action !== 'remove_alias')
        await checkBundle(await this.#open(entry.manifest_sha256))
      if (await this.#ledger.append(name, before.lastSha256, lines)) {
        this.#histories.appended(name, before, { entries, lastSha256 })
        if (refusal !== null) throw refusal
        return entry
      }
      await wait(Math.random() * Math.min(50, attempt))
    }
    throw new ClaimsError('overloaded', `The history of ${name} is changed by others all the time`)
  }

  async #state(name: string): Promise<ModelState> {
    requireModelName(name)
    const { state } = await this.#histories.read(name)
    if (state.registrations.length === 0) throw unknownModel(name)
    return state
  }

  async #namedElsewhere(state: ModelState): Promise<ReadonlyMap<string, string>> {
    const kept = state.registrations.filter(({ version }) => !state.deleted.has(version))
    return await predictionsNaming(this.#ledger, new Set(kept.map((entry) => entry.manifest_sha256)))
  }

  async #deletionFacts(
    state: ModelState,
    entries: readonly HistoryEntry[],
  ): Promise<Pick<DecisionFacts, 'namedBy' | 'details'>> {
    const hashes = new Set(entries.map((entry) => entry.manifest_sha256))
    return {
      namedBy: await predictionsNaming(this.#ledger, hashes),
      details: await this.#unknownDetails(state, entries),
    }
  }

  /** What the bundles say of which no line says it. */
  async #unknownDetails(
    state: ModelState,
    entries: readonly HistoryEntry[],
  ): Promise<ReadonlyMap<string, RegistrationDetails>> {
    const details = new Map<string, RegistrationDetails>()
    for (const entry of entries) {
      if (state.deleted.has(entry.version) || knownDetails(state, entry) !== undefined) continue
      const { manifest } = await this.#open(entry.manifest_sha256)
      details.set(entry.version, registrationDetails(manifest))
    }
    return details
  }

  async #open(manifestSha256: string): Promise<BundleFiles> {
    try {
      return await this.#artifacts.open(manifestSha256)
    } catch (error) {
      if (!(error instanceof ClaimsError) || error.code !== 'file_not_found') throw error
      // The history names it, so it was there.
      throw new ClaimsError(
        'damaged_bundle',
        `A registered bundle is gone or was altered: ${error.message}`,
        {
          problems: error.problems,
          cause: error,
        },
      )
    }
  }

  async #openWhole(manifestSha256: string, origin: string): Promise<Bundle> {
    return await sealBundle(await this.#open(manifestSha256), origin)
  }

  /** A version as lists show it: by its line where that says enough, else by its manifest. */
  async #listed(name: string, entry: HistoryEntry, state: ModelState): Promise<ModelVersion> {
    const details =
      knownDetails(state, entry) ?? registrationDetails((await this.#open(entry.manifest_sha256)).manifest)
    return describeVersion(name, entry, { state, details })
  }
}

/** Indices of the registrations of a page. */
function rangeOf(page: {
  readonly after: number | null
  readonly limit: number
  readonly total: number
  readonly newestFirst: boolean
}): readonly [start: number, end: number] {
  const { after, limit, total, newestFirst } = page
  if (!newestFirst) return [after ?? 0, Math.min((after ?? 0) + limit, total)]
  const end = after === null ? total : after - 1
  return [Math.max(0, end - limit), end]
}
