import { ClaimsError, emptyLedger, isSystemLedger, type Ledger } from '@claims/contracts'
import { checkLine } from '@claims/contracts/chain'
import { hashesIn } from '@claims/contracts/files'
import { ledgerLines } from './ledger-lines.ts'

/** What a ledger says of bundles that are kept. */
export interface BundlesInLedger {
  /** SHA-256 of manifests that a line names, but for the lines of a version that was deleted long enough ago. */
  readonly named: Set<string>
  /** SHA-256 of manifests that any line holds. */
  readonly mentioned: Set<string>
}

/** What the own lines of a version say. */
interface VersionLines {
  readonly hashes: Set<string>
  /** When it was deleted; null where its last line says something else. */
  deleted: string | null
}

/** A sequence of a ledger. */
interface Sequence {
  readonly ledger: Ledger
  readonly name: string
}

/**
 * Finds which bundles a ledger names, in whatever way: a bundle is named by every line that holds the SHA-256 of its
 * manifest, whatever the line is about. One kind of line does not count: those of a version of a model whose last one
 * says that it was deleted, as far as they hold that version's own hash.
 *
 * @param ledger read page by page, every sequence of it
 * @param kept SHA-256 of manifests to look for
 * @param deletedBefore a version that was deleted later still counts; milliseconds since 1970
 * @throws ClaimsError of a sequence that cannot be read; `damaged_bundle` where lines of one do not follow each other
 */
export async function bundlesInLedger(
  ledger: Ledger,
  kept: ReadonlySet<string>,
  deletedBefore: number,
): Promise<BundlesInLedger> {
  const found: BundlesInLedger = { named: new Set(), mentioned: new Set() }
  for (const name of await ledger.names()) {
    const versions = await readSequence({ ledger, name }, kept, found)
    for (const { hashes, deleted } of versions.values()) {
      // A time that cannot be read is that of no deletion.
      if (deleted !== null && Date.parse(deleted) <= deletedBefore) continue
      for (const hash of hashes) found.named.add(hash)
    }
  }
  return found
}

async function readSequence(
  { ledger, name }: Sequence,
  kept: ReadonlySet<string>,
  { named, mentioned }: BundlesInLedger,
): Promise<ReadonlyMap<string, VersionLines>> {
  const versions = new Map<string, VersionLines>()
  const system = isSystemLedger(name)
  let last = emptyLedger
  let position = 0
  for await (const line of ledgerLines(ledger, name)) {
    position += 1
    const { value, sha256, problem } = checkLine(line, last)
    // A sequence of the product's own need not be a chain; one that is, holds.
    if (problem !== null && !(system && problem !== 'does not follow the line before it'))
      throw brokenSequence(name, position, problem)
    last = sha256
    const own = system ? null : ownLines(versions, value)
    const ownHash = own === null ? null : String(value?.['manifest_sha256']).toLowerCase()
    for (const hash of hashesIn(line)) {
      if (!kept.has(hash)) continue
      mentioned.add(hash)
      if (own !== null && hash === ownHash) own.hashes.add(hash)
      else named.add(hash)
    }
  }
  return versions
}

/** The lines of the version that an entry is about; null where it is about none. */
function ownLines(
  versions: Map<string, VersionLines>,
  value: Readonly<Record<string, unknown>> | null,
): VersionLines | null {
  const version = value?.['version']
  if (typeof version !== 'string' || version === '') return null
  const lines = versions.get(version) ?? { hashes: new Set(), deleted: null }
  lines.deleted = value?.['action'] === 'delete' ? String(value['time']) : null
  versions.set(version, lines)
  return lines
}

function brokenSequence(name: string, position: number, problem: string): ClaimsError {
  const field = `line ${String(position)}`
  return new ClaimsError('damaged_bundle', `The history of ${name}: ${field} ${problem}`, {
    problems: [{ field, problem, allowed: 'the lines as the registry wrote them' }],
  })
}
