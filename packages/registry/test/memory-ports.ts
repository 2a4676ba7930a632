import { createHash } from 'node:crypto'
import {
  ClaimsError,
  emptyLedger,
  ledgerDropped,
  requireLedgerInput,
  streamFile,
  type ArtifactStore,
  type BundleFiles,
  type DropRecord,
  type Ledger,
  type LedgerHead,
  type LedgerInspection,
  type LedgerPage,
} from '@claims/contracts'

/** A ledger in memory: what every adapter must do at least. */
export class MemoryLedger implements Ledger {
  readonly #entries = new Map<string, readonly string[]>()
  readonly #dropped = new Map<string, LedgerHead>()

  names(): Promise<readonly string[]> {
    return Promise.resolve([...this.#entries.keys()].sort())
  }

  read(name: string): Promise<readonly string[]> {
    return Promise.resolve(this.#entries.get(name) ?? [])
  }

  async page(name: string, page: LedgerPage): Promise<readonly string[]> {
    requireLedgerInput({ name, page })
    return (await this.read(name)).slice(page.after, page.after + page.limit)
  }

  // Async, so that what it throws is a rejection.
  async append(name: string, after: string, entries: readonly string[]): Promise<boolean> {
    requireLedgerInput({ name, entries })
    if (this.#dropped.has(name)) throw ledgerDropped(name)
    const known = this.#entries.get(name) ?? []
    const last = known.at(-1)
    if ((last === undefined ? emptyLedger : hash(last)) !== after) return await Promise.resolve(false)
    this.#entries.set(name, [...known, ...entries])
    return true
  }

  async drop(name: string, last: string, record?: DropRecord): Promise<boolean> {
    requireLedgerInput({ name, record })
    const known = this.#entries.get(name)?.at(-1)
    if (known === undefined || hash(known) !== last) return false
    if (record !== undefined && !(await this.append(record.name, record.after, record.entries))) return false
    this.#dropped.set(name, { position: this.#entries.get(name)?.length ?? 0, sha256: last, dropped: true })
    return this.#entries.delete(name)
  }

  inspect(): LedgerInspection {
    const [entries, dropped] = [this.#entries, this.#dropped]
    return {
      keepsHeads: false,
      names: () => Promise.resolve([...entries.keys(), ...dropped.keys()].sort()),
      async *rows(name, after) {
        const rows = (entries.get(name) ?? []).map((entry, i) => ({ position: i + 1, entry, sha256: null }))
        yield rows.slice(after ?? 0)
      },
      head: (name) => Promise.resolve(dropped.get(name) ?? null),
      remainder: () => Promise.resolve(null),
    }
  }
}

/** An artifact store in memory, as an object store would be: it knows no directory. */
export class MemoryArtifactStore implements ArtifactStore {
  readonly bundles: Map<string, Map<string, Uint8Array>>

  readonly #manifests = new Map<string, BundleFiles['manifest']>()

  constructor() {
    this.bundles = new Map()
  }

  async put(bundle: BundleFiles): Promise<void> {
    const files = new Map<string, Uint8Array>()
    for (const name of ['manifest.json', ...Object.keys(bundle.manifest.files)])
      files.set(name, await whole(bundle, name))
    this.#manifests.set(bundle.manifestSha256, bundle.manifest)
    this.bundles.set(bundle.manifestSha256, files)
  }

  open(sha256: string): Promise<BundleFiles> {
    const manifest = this.#manifests.get(sha256)
    const bytes = this.bundles.get(sha256)
    if (manifest === undefined || bytes === undefined) return Promise.reject(absent(sha256))
    const read = (name: string, expected: string | undefined): Promise<Uint8Array> => {
      const content = bytes.get(name)
      if (content === undefined || expected === undefined) return Promise.reject(absent(name))
      if (hash(content) !== expected)
        return Promise.reject(
          new ClaimsError('damaged_bundle', `${name} was altered`, {
            problems: [{ field: name, problem: 'was altered' }],
          }),
        )
      return Promise.resolve(content.slice())
    }
    return read('manifest.json', sha256).then(() => ({
      manifest,
      manifestSha256: sha256,
      read: (name) => read(name, name === 'manifest.json' ? sha256 : fileHash(manifest, name)),
    }))
  }

  locate(sha256: string): Promise<string> {
    return this.bundles.has(sha256) ? Promise.resolve(`memory:${sha256}`) : Promise.reject(absent(sha256))
  }
}

async function whole(bundle: BundleFiles, name: string): Promise<Uint8Array> {
  const pieces: Buffer[] = []
  for await (const piece of streamFile(bundle, name)) pieces.push(Buffer.from(piece))
  return Buffer.concat(pieces)
}

function fileHash(manifest: BundleFiles['manifest'], name: string): string | undefined {
  return Object.hasOwn(manifest.files, name) ? manifest.files[name]?.sha256 : undefined
}

function absent(name: string): ClaimsError {
  return new ClaimsError('file_not_found', `There is no ${name}`)
}

function hash(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}
