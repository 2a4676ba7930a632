import type { Manifest } from './manifest.ts'

/**
 * The files of a bundle, wherever they are kept: a directory, a store, memory, another thread.
 *
 * What `read` hands out has the SHA-256 that the manifest states: an implementation hashes the bytes that it returns,
 * not bytes that it read before them, so nothing that changes underneath can come through.
 */
export interface BundleFiles {
  readonly manifest: Manifest
  /** SHA-256 of `manifest.json`, lower-case hexadecimal, and so the name of everything in the bundle. */
  readonly manifestSha256: string
  /**
   * The bytes of a file, such as `policy.json` or `model/weights.json`. `manifest.json` is a file, too.
   *
   * @throws ClaimsError `file_not_found` where the manifest lists no such file; `damaged_bundle` where the bytes are gone
   *   or not what the manifest states
   */
  read(name: string): Promise<Uint8Array>
  /**
   * The same bytes in pieces, for who copies a file that is too large to be held; absent where a bundle is held anyway.
   * `streamFile` reads either. A piece is the caller's until it asks for the next. The hash is known at the end only: where
   * it is another than the manifest states, the iteration throws instead of ending, and no byte of it counts.
   *
   * @throws ClaimsError as `read` does, while it is iterated
   */
  stream?(name: string): AsyncIterable<Uint8Array>
}
