import { createHash } from 'node:crypto'
import {
  ClaimsError,
  emptyLedger,
  streamFile,
  type ArtifactStore,
  type BundleFiles,
  type Ledger,
} from '@claims/contracts'

/** A ledger in memory: what every adapter must do at least. */
export class MemoryLedger implements Ledger {
  readonly #entries = new Map<string, readonly string[]>()

  names(): Promise<readonly string[]> {
    return Promise.resolve([...this.#entries.keys()].sort())
  }

  read(name: string): Promise<readonly string[]> {
    return Promise.resolve(this.#entries.get(name) ?? [])
  }

  append(name: string, after: string, entries: readonly string[]): Promise<boolean> {
    if (entries.length === 0 || entries.some((entry) => entry === '' || /[\n\r\0]/.test(entry)))
      return Promise.reject(new TypeError('no lines'))
    const known = this.#entries.get(name) ?? []
    const last = known.at(-1)
    if ((last === undefined ? emptyLedger : hash(last)) !== after) return Promise.resolve(false)
    this.#entries.set(name, [...known, ...entries])
    return Promise.resolve(true)
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
