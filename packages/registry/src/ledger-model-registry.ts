import { setTimeout as wait } from 'node:timers/promises'
import {
  ClaimsError,
  isSystemLedger,
  stopwatch,
  systemClock,
  type ArtifactStore,
  type BundleFiles,
  type Clock,
  type Ledger,
  type Manifest,
} from '@claims/contracts'
import { sealBundle, type Bundle } from './bundle/bundle.ts'
import { readBundle } from './bundle/open-bundle.ts'
import { detailsOf } from './history/details/details-of.ts'
import { registrationDetails, type RegistrationDetails } from './history/details/registration-details.ts'
import { chainEntries, readHistory, type History } from './history/history-chain.ts'
import type { HistoryEntry } from './history/history-entry.ts'
import { leastMinimumAge } from './garbage/collect-garbage.ts'
import { championAlias, parseModelReference, requireAlias, requireModelName } from './model-names.ts'
import type {
  AliasChange,
  DamagedModel,
  ModelList,
  ModelRegistry,
  ModelSummary,
  ModelVersion,
  Promotion,
  Registration,
  ResolvedModel,
} from './model-registry.ts'
import { decide } from './rules/decide.ts'
import { registrationOf, unknownModel, versionOfAlias } from './rules/refusals.ts'
import type { ExpectedChange, RegistryCommand } from './rules/registry-command.ts'
import { replayHistory, type ModelState } from './rules/replay-history.ts'

/** How often a change is decided anew because somebody else's came first. */
const attempts = 1000

interface KeptBundle {
  readonly manifestSha256: string
  readonly details: RegistrationDetails
}

/** What a registry is made of. */
export interface ModelRegistryParts {
  readonly ledger: Ledger
  readonly artifacts: ArtifactStore
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

  constructor({ ledger, artifacts, clock = systemClock, longestUnnamed }: ModelRegistryParts) {
    this.#longestUnnamed = longestUnnamed ?? leastMinimumAge / 2
    this.#ledger = ledger
    this.#artifacts = artifacts
    this.#clock = clock
  }

  async register(
    name: string,
    bundle: string | BundleFiles,
    { actor = 'unknown', notes = '' }: Registration = {},
  ): Promise<ModelVersion> {
    requireModelName(name)
    const keep = async (files: BundleFiles): Promise<KeptBundle> => {
      await this.#artifacts.put(files)
      return { manifestSha256: files.manifestSha256, details: registrationDetails(files.manifest) }
    }
    const keepIt = (): Promise<KeptBundle> =>
      typeof bundle === 'string' ? readBundle(bundle, keep) : keep(bundle)
    const passed = stopwatch()
    const entry = await this.#change(name, { kind: 'register', actor, notes, ...(await keepIt()) })
    // Until it was named, a collection of garbage could take it for an old one.
    if (passed() > this.#longestUnnamed) await keepIt()
    return await this.get(name, entry.version)
  }

  async list(): Promise<ModelList> {
    const models: ModelSummary[] = []
    const damaged: DamagedModel[] = []
    for (const name of await this.#ledger.names()) {
      if (isSystemLedger(name)) continue
      try {
        const summary = summaryOf(name, replayHistory((await this.#history(name)).entries))
        if (summary !== null) models.push(summary)
      } catch (error) {
        if (!(error instanceof ClaimsError) || error.entry.retryable) throw error
        damaged.push({ name, error })
      }
    }
    return { models, damaged }
  }

  async versions(name: string): Promise<readonly ModelVersion[]> {
    const state = await this.#state(name)
    const versions: ModelVersion[] = []
    for (const entry of state.registrations)
      versions.push(await this.#modelVersion(name, entry, { state, facts: detailsOf(entry, 'register') }))
    return versions
  }

  async get(name: string, version: string): Promise<ModelVersion> {
    const state = await this.#state(name)
    return await this.#modelVersion(name, registrationOf(state, name, version), { state })
  }

  async setAlias(name: string, alias: string, change: AliasChange): Promise<HistoryEntry> {
    return await this.#change(name, { ...change, kind: 'set_alias', alias })
  }

  async readAlias(name: string, alias: string): Promise<string> {
    requireAlias(alias)
    return versionOfAlias(await this.#state(name), name, alias)
  }

  async history(name: string): Promise<readonly HistoryEntry[]> {
    const { entries } = await this.#history(name)
    if (entries.length === 0) throw unknownModel(name)
    return entries
  }

  async promote(name: string, version: string, promotion: Promotion): Promise<HistoryEntry> {
    const { headline } = await this.get(name, version)
    const override = promotion.override === true
    return await this.#change(name, { ...promotion, kind: 'promote', version, override }, headline)
  }

  async rollback(name: string, change: ExpectedChange): Promise<HistoryEntry> {
    return await this.#change(name, { ...change, kind: 'rollback' })
  }

  async resolve(reference: string): Promise<ResolvedModel> {
    const { name, version: number, alias = championAlias } = parseModelReference(reference)
    const state = await this.#state(name)
    const version = number ?? versionOfAlias(state, name, alias)
    const { manifest_sha256: manifestSha256 } = registrationOf(state, name, version)
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
    headline?: Manifest['headline'],
  ): Promise<HistoryEntry> {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const { entries: before, lastSha256 } = await this.#history(name)
      const decided = decide(replayHistory(before), command, { name, now: this.#clock.now(), headline })
      if (decided instanceof ClaimsError) throw decided
      const { entries, lines } = chainEntries(decided, lastSha256)
      const entry = entries.at(-1)
      if (entry === undefined) throw new TypeError('A command adds at least one entry')
      // An alias is what is served: it never points at a bundle of which a file is damaged.
      if (entry.alias !== null) await this.#openWhole(entry.manifest_sha256, `${name}@${entry.version}`)
      if (await this.#ledger.append(name, lastSha256, lines)) return entry
      await wait(Math.random() * Math.min(50, attempt))
    }
    throw new ClaimsError('overloaded', `The history of ${name} is changed by others all the time`)
  }

  async #history(name: string): Promise<History> {
    requireModelName(name)
    return readHistory(name, await this.#ledger.read(name))
  }

  async #state(name: string): Promise<ModelState> {
    return replayHistory(await this.history(name))
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

  async #modelVersion(
    name: string,
    entry: HistoryEntry,
    { state, facts }: { readonly state: ModelState; readonly facts?: RegistrationDetails | undefined },
  ): Promise<ModelVersion> {
    const { model, headline } = facts ?? (await this.#open(entry.manifest_sha256)).manifest
    return {
      ...{ name, version: entry.version, registered_at: entry.time, notes: entry.reason },
      ...{ manifest_sha256: entry.manifest_sha256, model, headline },
      aliases: [...state.aliases].filter(([, version]) => version === entry.version).map(([alias]) => alias),
    }
  }
}

function summaryOf(name: string, { registrations, aliases }: ModelState): ModelSummary | null {
  const latest = registrations.at(-1)
  if (latest === undefined) return null
  return {
    name,
    latest_version: latest.version,
    versions: registrations.length,
    aliases: Object.fromEntries([...aliases].sort(([a], [b]) => (a < b ? -1 : 1))),
  }
}
