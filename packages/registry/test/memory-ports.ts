import { createHash } from 'node:crypto'
import {
  ClaimsError,
  emptyLedger,
  ledgerDropped,
  requireLedgerInput,
  streamFile,
  statedBytes,
  type ArtifactStore,
  foundDocument,
  requireDocument,
  type BundleFiles,
  type DocumentStore,
  type DropRecord,
  type KeptBundle,
  type Ledger,
  type LedgerHead,
  type LedgerInspection,
  type LedgerPage,
  type Removal,
  type RemoveOptions,
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

/** A document store in memory. */
export class MemoryDocumentStore implements DocumentStore {
  readonly texts: Map<string, string>

  constructor() {
    this.texts = new Map()
  }

  put(text: string): Promise<string> {
    return new Promise((resolve) => {
      const sha256 = requireDocument(text)
      this.texts.set(sha256, text)
      resolve(sha256)
    })
  }

  get(sha256: string): Promise<string> {
    return new Promise((resolve) => {
      resolve(foundDocument(sha256, this.texts.get(sha256)))
    })
  }
}

/** An artifact store in memory, as an object store would be: it knows no directory. */
export class MemoryArtifactStore implements ArtifactStore {
  readonly bundles: Map<string, Map<string, Uint8Array>>

  /** When each was put, in milliseconds. */
  readonly times: Map<string, number>

  readonly #manifests = new Map<string, BundleFiles['manifest']>()

  constructor() {
    this.bundles = new Map()
    this.times = new Map()
  }

  async put(bundle: BundleFiles): Promise<void> {
    const files = new Map<string, Uint8Array>()
    for (const name of ['manifest.json', ...Object.keys(bundle.manifest.files)])
      files.set(name, await whole(bundle, name))
    this.#manifests.set(bundle.manifestSha256, bundle.manifest)
    this.bundles.set(bundle.manifestSha256, files)
    this.times.set(bundle.manifestSha256, Date.now())
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

  async *list(): AsyncGenerator<KeptBundle, void, undefined> {
    for (const [hash, files] of this.bundles) {
      const bytes = statedBytes(files.get('manifest.json') ?? new Uint8Array())
      yield await Promise.resolve({ manifestSha256: hash, age: this.#ageOf(hash), bytes })
    }
  }

  remove(hashes: Iterable<string>, { minimumAge, dryRun, signal }: RemoveOptions): Promise<Removal> {
    const given = [...new Set(hashes)]
    if (signal?.aborted === true) return Promise.reject(signal.reason as Error)
    if (given.some((hash) => !/^[0-9a-f]{64}$/.test(hash))) return Promise.reject(new TypeError('no hash'))
    const kept = given.filter((hash) => this.bundles.has(hash))
    const removed = kept.filter((hash) => this.#ageOf(hash) >= minimumAge)
    const files = removed.flatMap((hash) => [...(this.bundles.get(hash)?.values() ?? [])])
    if (dryRun !== true) for (const hash of removed) this.bundles.delete(hash)
    return Promise.resolve({
      removed,
      young: kept.filter((hash) => this.bundles.has(hash) && !removed.includes(hash)),
      ...{ absent: given.length - kept.length, remains: 0, left: [] },
      bytes: files.reduce((sum, file) => sum + file.length, 0),
    })
  }

  #ageOf(hash: string): number {
    return Date.now() - (this.times.get(hash) ?? 0)
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
