import { ClaimsError, emptyLedger, type ArtifactStore, type Ledger } from '@claims/contracts'
import { readHistory } from '../history/history-chain.ts'
import { replayHistory } from '../rules/replay-history.ts'
import { readApprovers } from '../approvals/read-approvers.ts'
import { ledgerName as approversLedger } from '../approvals/ledger-approvers.ts'
import { bringBundle } from './bring-bundle.ts'

import { recordImport, type ImportFacts } from './record-import.ts'
import { uncheckedIn, type Unchecked } from './unchecked.ts'

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
  /** What the lines that were appended say and nobody could check. */
  readonly unchecked: Unchecked
}

/** How often an import begins anew because somebody appended to the same history. */
const attempts = 100

/** From where to where, and what the import is recorded with. */
export interface ModelImport {
  readonly from: Stores
  readonly to: Stores
  readonly facts: ImportFacts
}

/**
 * Brings one model over: all of its lines in one append where the database does not know it, and no line where it does.
 *
 * @throws ClaimsError `damaged_bundle` or `unsupported_format_version` of its history; `history_conflict` where the model
 *   has another history there, or a shorter one: lines that no gate judged are not added to a model; `unreadable_storage`
 */
export async function importModel(name: string, { from, to, facts }: ModelImport): Promise<ImportedModel> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const lines = await from.ledger.read(name)
    const { entries } = readHistory(name, lines)
    const there = await to.ledger.read(name)
    requireSameHistory(name, lines, there)
    if (there.length > 0 && there.length < lines.length) throw historyConflict(name, there.length + 1)
    const longer = there.length > lines.length ? there : lines
    const found = await bringBundles(readHistory(name, longer), from, to)
    const appended = there.length === 0 ? lines.length : 0
    const unchecked =
      appended === 0
        ? { promotions: 0, approvals: 0 }
        : uncheckedIn(entries, readApprovers(await to.ledger.read(approversLedger)))
    if (appended > 0) {
      await recordImport(to.ledger, { name, lines }, facts)
      if (!(await to.ledger.append(name, emptyLedger, lines))) continue
    }
    await verify(name, lines, to.ledger)
    return {
      ...{ name, versions: found.versions, lines: lines.length, appended },
      ...{ bundles: found.bundles, damaged: found.damaged, unchecked },
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
  const problem = `differs from that of the directory from line ${String(position)} on`
  return new ClaimsError('history_conflict', `The history of ${name} in the database ${problem}`, {
    problems: [
      {
        field: name,
        problem,
        allowed:
          'the lines of the directory, or these and what the database added: a model that is known is not extended',
      },
    ],
  })
}
