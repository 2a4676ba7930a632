import { cp, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { ClaimsError, type Clock, type Manifest, systemClock } from '@claims/contracts'
import { digestFile, sha256 } from '../bundle/file-digest.ts'
import { flushDirectory } from '../bundle/flush.ts'
import { listFiles } from '../bundle/list-files.ts'
import { openBundle, parseManifest } from '../bundle/open-bundle.ts'
import { isSystemError } from '../bundle/system-error.ts'
import { recoverAndClean, temporarySibling } from '../bundle/temporary-sibling.ts'
import {
  championAlias,
  parseModelReference,
  requireAlias,
  requireFilled,
  requireModelName,
} from '../model-names.ts'
import type {
  AliasChange,
  Change,
  ExpectedChange,
  HistoryEntry,
  ModelRegistry,
  ModelSummary,
  ModelVersion,
  Promotion,
  Registration,
  ResolvedModel,
} from '../model-registry.ts'
import { replayHistory, type ModelState } from '../replay-history.ts'
import { withFileLock } from './file-lock.ts'
import { appendHistory, readHistory, type HistoryContent } from './history-file.ts'

/** What an entry of the history says beside its time and chain. */
type EntryFacts = Omit<HistoryEntry, 'time' | 'manifest_sha256' | 'previous_sha256'>

/**
 * The model registry in a directory:
 *
 *     NAME/history.jsonl      every change; versions and aliases are what it adds up to
 *     NAME/versions/3/        the bundle of version 3
 *     NAME/lock               excludes other writers
 *
 * A version exists once its line is in the history; a bundle that a killed process left without a line is
 * overwritten by the next registration.
 *
 * @example
 * const registry = new DirectoryModelRegistry('.claims/registry')
 * const { version } = await registry.register('auto-fraud', 'auto-fraud-bundle')
 * await registry.promote('auto-fraud', version, { actor: 'ada', reason: 'first model' })
 */
export class DirectoryModelRegistry implements ModelRegistry {
  readonly #root: string
  readonly #clock: Clock

  constructor(root: string, options: { clock?: Clock } = {}) {
    this.#root = resolve(root)
    this.#clock = options.clock ?? systemClock
  }

  async register(
    name: string,
    bundleDirectory: string,
    registration: Registration = {},
  ): Promise<ModelVersion> {
    requireModelName(name)
    const source = await openBundle(bundleDirectory)
    const versions = join(this.#root, name, 'versions')
    await mkdir(versions, { recursive: true })
    await recoverAndClean(join(versions, 'incoming'))
    const incoming = temporarySibling(join(versions, 'incoming'), 'new')
    try {
      await copyBundle(source.directory, incoming, Object.keys(source.manifest.files))
      const { manifestSha256 } = await openBundle(incoming)
      const version = await this.#locked(name, async (state, append) => {
        const next = String(state.registrations.length + 1)
        await rm(join(versions, next), { recursive: true, force: true })
        await rename(incoming, join(versions, next))
        await flushDirectory(versions)
        await append(
          {
            actor: registration.actor ?? 'unknown',
            action: 'register',
            version: next,
            alias: null,
            previous: null,
            reason: registration.notes ?? '',
            override: false,
          },
          manifestSha256,
        )
        return next
      })
      return await this.get(name, version)
    } catch (error) {
      await rm(incoming, { recursive: true, force: true })
      throw error
    }
  }

  async list(): Promise<readonly ModelSummary[]> {
    const summaries: ModelSummary[] = []
    for (const name of (await namesIn(this.#root)).sort()) {
      const { entries } = await readHistory(this.#historyPath(name))
      const { registrations, aliases } = replayHistory(entries)
      const latest = registrations.at(-1)
      if (latest === undefined) continue
      summaries.push({
        name,
        latest_version: latest.version,
        versions: registrations.length,
        aliases: Object.fromEntries([...aliases].sort(([a], [b]) => (a < b ? -1 : 1))),
      })
    }
    return summaries
  }

  async versions(name: string): Promise<readonly ModelVersion[]> {
    const state = await this.#state(name)
    return await Promise.all(state.registrations.map((entry) => this.#modelVersion(name, entry, state)))
  }

  async get(name: string, version: string): Promise<ModelVersion> {
    const state = await this.#state(name)
    return await this.#modelVersion(name, registrationOf(name, version, state), state)
  }

  async setAlias(name: string, alias: string, change: AliasChange): Promise<HistoryEntry> {
    requireAlias(alias)
    if (alias === championAlias) {
      throw new ClaimsError('invalid_parameter', 'Only promote and rollback set the alias "champion"', {
        problems: [{ field: 'alias', problem: 'is set by promote and rollback', allowed: 'another alias' }],
      })
    }
    return await this.#point(
      name,
      { alias, version: change.version, action: 'set_alias', override: false },
      change,
    )
  }

  async readAlias(name: string, alias: string): Promise<string> {
    requireAlias(alias)
    return versionOfAlias(name, alias, await this.#state(name))
  }

  async history(name: string): Promise<readonly HistoryEntry[]> {
    return (await this.#content(name)).entries
  }

  async promote(name: string, version: string, promotion: Promotion): Promise<HistoryEntry> {
    const { headline } = await this.get(name, version)
    const override = !headline.promotable && promotion.override === true
    if (!headline.promotable && !override) {
      const reasons = reasonsAgainst(headline)
      throw new ClaimsError(
        'promotion_refused',
        `Version ${version} of ${name} may not be promoted: ${reasons.join(' ')}`,
        {
          problems: reasons.map((problem) => ({
            field: 'version',
            problem,
            allowed: 'a promotable version, or an override with a reason',
            received: version,
          })),
        },
      )
    }
    return await this.#point(name, { alias: championAlias, version, action: 'promote', override }, promotion)
  }

  async rollback(name: string, change: Change): Promise<HistoryEntry> {
    requireChange(change)
    return await this.#locked(name, async (state, append) => {
      if (state.registrations.length === 0) throw unknownModel(name)
      const [version, current] = state.champions.slice(-2)
      if (version === undefined || current === undefined) {
        throw new ClaimsError('unknown_alias', `${name} has no champion before the present one`, {
          problems: [{ field: 'name', problem: 'has no earlier champion', received: name }],
        })
      }
      return await append({
        ...{ actor: change.actor, reason: change.reason, action: 'rollback', override: false },
        ...{ alias: championAlias, version, previous: current },
      })
    })
  }

  async resolve(reference: string): Promise<ResolvedModel> {
    const { name, version: number, alias = championAlias } = parseModelReference(reference)
    const state = await this.#state(name)
    const version = number ?? versionOfAlias(name, alias, state)
    const manifest = await this.#manifest(name, registrationOf(name, version, state))
    return { name, version, directory: this.#directory(name, version), manifest }
  }

  async #point(
    name: string,
    target: Pick<EntryFacts, 'action' | 'version' | 'override'> & { alias: string },
    change: ExpectedChange,
  ): Promise<HistoryEntry> {
    requireModelName(name)
    requireChange(change)
    return await this.#locked(name, async (state, append) => {
      registrationOf(name, target.version, state)
      const previous = state.aliases.get(target.alias) ?? null
      if (change.expected !== undefined && change.expected !== previous) {
        throw new ClaimsError(
          'alias_conflict',
          `${name}@${target.alias} points at ${previous ?? 'nothing'}, not at ${change.expected ?? 'nothing'}`,
          {
            problems: [
              {
                field: 'expected',
                problem: 'is not where the alias points',
                allowed: previous ?? 'null',
                received: change.expected,
              },
            ],
          },
        )
      }
      return await append({ ...target, actor: change.actor, reason: change.reason, previous })
    })
  }

  async #locked<T>(
    name: string,
    work: (
      state: ModelState,
      append: (facts: EntryFacts, manifestSha256?: string) => Promise<HistoryEntry>,
    ) => Promise<T>,
  ): Promise<T> {
    requireModelName(name)
    if (!(await namesIn(this.#root)).includes(name)) throw unknownModel(name)
    return await withFileLock(join(this.#root, name, 'lock'), async () => {
      const path = this.#historyPath(name)
      const content = await readHistory(path)
      const state = replayHistory(content.entries)
      return await work(state, async (facts, manifestSha256) => {
        const hash = manifestSha256 ?? registrationOf(name, facts.version, state).manifest_sha256
        const time = this.#clock.now().toISOString()
        return await appendHistory(path, content, { time, ...facts, manifest_sha256: hash })
      })
    })
  }

  async #content(name: string): Promise<HistoryContent> {
    requireModelName(name)
    const content = await readHistory(this.#historyPath(name))
    if (content.entries.length === 0) throw unknownModel(name)
    return content
  }

  async #state(name: string): Promise<ModelState> {
    return replayHistory((await this.#content(name)).entries)
  }

  async #manifest(name: string, entry: HistoryEntry): Promise<Manifest> {
    const path = join(this.#directory(name, entry.version), 'manifest.json')
    let content: string
    try {
      content = await readFile(path, 'utf8')
    } catch (error) {
      if (isSystemError(error, 'ENOENT')) throw damagedManifest(path, 'is missing')
      throw error
    }
    if (sha256(content) !== entry.manifest_sha256) throw damagedManifest(path, 'is not what was registered')
    return parseManifest(content)
  }

  async #modelVersion(name: string, entry: HistoryEntry, state: ModelState): Promise<ModelVersion> {
    const { model, headline } = await this.#manifest(name, entry)
    return {
      ...{ name, version: entry.version, registered_at: entry.time, notes: entry.reason },
      ...{ manifest_sha256: entry.manifest_sha256, model, headline },
      aliases: [...state.aliases].filter(([, version]) => version === entry.version).map(([alias]) => alias),
    }
  }

  #historyPath(name: string): string {
    return join(this.#root, name, 'history.jsonl')
  }

  #directory(name: string, version: string): string {
    return join(this.#root, name, 'versions', version)
  }
}

/** Why a model is not promotable, as its training wrote it; what can be told of a bundle of format 1, which does not say. */
function reasonsAgainst({
  reasons,
  roc_auc_lower: lower,
  roc_auc_upper: upper,
}: Manifest['headline']): string[] {
  if (reasons !== undefined && reasons.length > 0) return reasons
  const interval = `the interval of the test AUC, ${lower.toFixed(3)} to ${upper.toFixed(3)}`
  return [
    lower <= 0.5
      ? `There is nothing to learn here: ${interval}, is not above 0.5, which is what a coin gets.`
      : 'It misses a limit of its blueprint or saves nothing; its evaluation.json says which.',
  ]
}

async function copyBundle(from: string, to: string, files: readonly string[]): Promise<void> {
  for (const name of [...files, 'manifest.json']) {
    await cp(join(from, name), join(to, name))
    await digestFile(join(to, name), { flush: true })
  }
  for (const name of [...(await listFiles(to)).directories].reverse()) await flushDirectory(join(to, name))
  await flushDirectory(to)
}

async function namesIn(root: string): Promise<string[]> {
  try {
    return (await readdir(root, { withFileTypes: true })).filter((e) => e.isDirectory()).map((e) => e.name)
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return []
    throw error
  }
}

function requireChange(change: Change): void {
  requireFilled('actor', change.actor)
  requireFilled('reason', change.reason)
}

function registrationOf(name: string, version: string, state: ModelState): HistoryEntry {
  if (state.registrations.length === 0) throw unknownModel(name)
  const entry = state.registrations.find((registration) => registration.version === version)
  if (entry !== undefined) return entry
  const newest = String(state.registrations.length)
  throw new ClaimsError('unknown_version', `${name} has no version ${version}; the newest is ${newest}`, {
    problems: [{ field: 'version', problem: 'does not exist', allowed: `1 to ${newest}`, received: version }],
  })
}

function versionOfAlias(name: string, alias: string, state: ModelState): string {
  const version = state.aliases.get(alias)
  if (version !== undefined) return version
  const allowed = [...state.aliases.keys()].sort().join(', ') || 'a version number: no alias is set'
  throw new ClaimsError('unknown_alias', `${name} has no alias "${alias}"`, {
    problems: [{ field: 'alias', problem: 'does not exist', allowed, received: alias }],
  })
}

function unknownModel(name: string): ClaimsError {
  return new ClaimsError('unknown_model', `No model "${name}" is registered`, {
    problems: [{ field: 'name', problem: 'is not registered', received: name }],
  })
}

function damagedManifest(path: string, problem: string): ClaimsError {
  return new ClaimsError('damaged_bundle', `${path} ${problem}`, {
    problems: [{ field: 'manifest.json', problem, allowed: 'the file as it was registered' }],
  })
}
