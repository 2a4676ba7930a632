import { damagedFile, noSuchFile, type BundleFiles, type Manifest } from '@claims/contracts'

/** A bundle in memory, as data: it goes from one thread to another as it is. */
export interface BundleContent {
  /** Where the bundle was opened, for messages. */
  readonly origin: string
  readonly manifest: Manifest
  readonly manifestSha256: string
  /** Bytes of every file by its name, `manifest.json` among them. */
  readonly files: ReadonlyMap<string, Uint8Array>
}

/** A bundle whose every file was checked, and whose bytes are those that were checked, whatever becomes of the files. */
export interface Bundle extends BundleFiles {
  /** Where the bundle was opened, for messages. */
  readonly origin: string
  /**
   * Parsed content of a JSON file.
   *
   * @throws ClaimsError `file_not_found` where the manifest lists no such file; `damaged_bundle` where it is no JSON
   */
  readJson(name: string): Promise<unknown>
  /** The bundle as data, such as for another thread; not to be changed. */
  content(): BundleContent
}

/**
 * A bundle of content that was checked before, such as by `openBundle` on another thread.
 *
 * @param content what `Bundle.content` gave
 * @returns the bundle; every `read` gives a copy of its own
 */
export function bundleOf(content: BundleContent): Bundle {
  const { origin, manifest, manifestSha256, files } = content
  const bytesOf = (name: string): Uint8Array => {
    const bytes = files.get(name)
    if (bytes === undefined) throw noSuchFile(origin, name, manifest)
    return bytes
  }
  return {
    ...{ origin, manifest, manifestSha256 },
    read: (name) =>
      new Promise((resolve) => {
        resolve(new Uint8Array(bytesOf(name)))
      }),
    readJson: (name) =>
      new Promise((resolve) => {
        resolve(parsed(bytesOf(name), origin, name))
      }),
    content: () => content,
  }
}

/**
 * Reads every file of a bundle once; each is checked on the way, and what was checked is kept.
 *
 * @param bundle its files, wherever they are; each of at most 2 GiB
 * @param origin where that is, for messages
 * @throws ClaimsError `damaged_bundle` naming the file
 */
export async function sealBundle(bundle: BundleFiles, origin: string): Promise<Bundle> {
  const { manifest, manifestSha256 } = bundle
  const files = new Map<string, Uint8Array>()
  for (const name of ['manifest.json', ...Object.keys(manifest.files)])
    files.set(name, await bundle.read(name))
  return bundleOf({ origin, manifest, manifestSha256, files })
}

function parsed(bytes: Uint8Array, origin: string, name: string): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as unknown
  } catch {
    throw damagedFile(origin, name, 'is not valid JSON')
  }
}
