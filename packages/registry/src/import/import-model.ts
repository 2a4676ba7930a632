import { ClaimsError, emptyLedger, type ArtifactStore, type Ledger } from '@claims/contracts'
import { sha256 } from '@claims/contracts/files'
import { readHistory } from '../history/history-chain.ts'
import { replayHistory } from '../rules/replay-history.ts'
import { bringBundle } from './bring-bundle.ts'

/** A ledger and the bundles that its histories name. */
export interface Stores {
  readonly ledger: Ledger
  readonly artifacts: ArtifactStore
}

/** A version whose bundle is whole on neither side. */
export interface DamagedVersion {
  readonly version: string
  readonly error: ClaimsError
}

/** A model that was brought over. */
export interface ImportedModel {
  readonly name: string
  readonly versions: number
  /** Lines of its history in the directory. */
  readonly lines: number
  /** How many of them were appended now. */
  readonly appended: number
  /** Bundles of its versions, each once. */
  readonly bundles: { readonly brought: number; readonly there: number }
  /** Versions whose bundle could not be brought; their lines are. */
  readonly damaged: readonly DamagedVersion[]
}

/** How often an import begins anew because somebody appended to the same history. */
const attempts = 100

/**
 * Brings one model over.
 *
 * @throws ClaimsError `damaged_bundle` or `unsupported_format_version` of its history; `history_conflict` where the model
 *   has another history there; `unreadable_storage`
 */
export async function importModel(name: string, from: Stores, to: Stores): Promise<ImportedModel> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const lines = await from.ledger.read(name)
    readHistory(name, lines)
    const there = await to.ledger.read(name)
    requireSameHistory(name, lines, there)
    const longer = there.length > lines.length ? there : lines
    const found = await bringBundles(readHistory(name, longer), from, to)
    const missing = lines.slice(there.length)
    const last = there.at(-1)
    const after = last === undefined ? emptyLedger : sha256(last)
    if (missing.length > 0 && !(await to.ledger.append(name, after, missing))) continue
    await verify(name, lines, to.ledger)
    return {
      ...{ name, versions: found.versions, lines: lines.length, appended: missing.length },
      ...{ bundles: found.bundles, damaged: found.damaged },
    }
  }
  throw new ClaimsError('overloaded', `The history of ${name} is changed by others all the time`)
}

async function bringBundles(
  { entries }: ReturnType<typeof readHistory>,
  from: Stores,
  to: Stores,
): Promise<Pick<ImportedModel, 'versions' | 'bundles' | 'damaged'>> {
  const { registrations, deleted } = replayHistory(entries)
  const seen = new Set<string>()
  const damaged: DamagedVersion[] = []
  let [brought, there] = [0, 0]
  for (const { version, manifest_sha256: hash } of registrations) {
    if (deleted.has(version) || seen.has(hash)) continue
    seen.add(hash)
    try {
      if (await bringBundle(hash, from.artifacts, to.artifacts)) brought += 1
      else there += 1
    } catch (error) {
      if (!(error instanceof ClaimsError) || error.entry.retryable) throw error
      damaged.push({ version, error })
    }
  }
  return { versions: registrations.length, bundles: { brought, there }, damaged }
}

/** Reads a history again, as whoever comes later will. */
async function verify(name: string, lines: readonly string[], ledger: Ledger): Promise<void> {
  const stored = await ledger.page(name, { after: 0, limit: lines.length })
  if (stored.length < lines.length) throw historyConflict(name, stored.length + 1)
  requireSameHistory(name, lines, stored)
}

function requireSameHistory(name: string, lines: readonly string[], there: readonly string[]): void {
  const count = Math.min(lines.length, there.length)
  for (let i = 0; i < count; i += 1) if (lines[i] !== there[i]) throw historyConflict(name, i + 1)
}

function historyConflict(name: string, position: number): ClaimsError {
  const problem = `differs from line ${String(position)} on: they are two models of one name`
  return new ClaimsError('history_conflict', `The history of ${name} in the database ${problem}`, {
    problems: [
      {
        field: name,
        problem,
        allowed:
          'a history that goes on with that of the directory; the database and the directory stay as they are',
      },
    ],
  })
}
