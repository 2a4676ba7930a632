import type { KeptBundle, Removal, RemoveOptions } from './artifact-removal.ts'
import type { BundleFiles } from './bundle-files.ts'

/**
 * Port: bundles by the SHA-256 of their manifest, in a directory, an object store or elsewhere.
 *
 * What an adapter guarantees; `describeArtifactStore` of `@claims/contracts/testing` checks it:
 *
 * - **Atomicity.** A bundle is there whole or not at all: one that a killed process half copied is never opened.
 * - **Consistency.** Once `put` was answered, every `open` that begins later finds the bundle, in any process on any
 *   machine, also after a crash of the machine. A bundle never changes, so there are no later writes to miss.
 * - **Processes.** Any number of processes, containers included, may use one store at once; two that put the same
 *   bundle at once both succeed, and neither disturbs what the other is copying.
 * - **Ownership.** `put` takes a copy: what happens to the caller's bundle afterwards changes nothing. The store deletes
 *   nothing but what `remove` is told and what killed puts left; which bundles matter is known to the ledger, and one that
 *   no ledger names does no harm.
 * - **Age.** A bundle is as old as its last `put`, also of one that was there already, by the store's own clock: that of
 *   the file system or the server, not that of the machine that asks. Whoever puts a bundle and then names it in a ledger
 *   has the minimum age of a removal for it.
 * - **Caching.** Everything that was read may be kept for ever by its hash. That a bundle is absent may not.
 *
 * Failures of the store itself (no permission, full disk) are thrown as they are; those of one that is reached by a network
 * are `artifacts_unavailable` where the same call may succeed later, and `invalid_configuration` where it will not.
 */
export interface ArtifactStore {
  /**
   * Keeps a copy of a bundle. One that is there already keeps its bytes and is young again; one that was damaged since is
   * replaced. Where a removal is under way, what it took of the bundle is kept anew before this is answered.
   *
   * @throws ClaimsError `damaged_bundle` where a file is not what the manifest states; nothing is kept then
   */
  put(bundle: BundleFiles): Promise<void>

  /**
   * A kept bundle. Its manifest is checked now, every other file when it is read.
   *
   * @param sha256 of its manifest, lower-case hexadecimal
   * @throws ClaimsError `file_not_found` where no such bundle is kept; `damaged_bundle` where its manifest is not the
   *   one that was kept
   */
  open(sha256: string): Promise<BundleFiles>

  /**
   * Where a kept bundle is, for people: a path or an address. What is found there is not checked.
   *
   * @throws ClaimsError `file_not_found` where no such bundle is kept
   */
  locate(sha256: string): Promise<string>

  /**
   * Every bundle that is kept, in no order. One that is put or removed meanwhile may be among them or not.
   *
   * @throws ClaimsError of a store that cannot be read: then what was handed out is not all there is
   */
  list(): AsyncIterable<KeptBundle>

  /**
   * Deletes bundles, and with them what killed puts left. The moment from which ages count is the beginning of this call:
   * a bundle that is put later is not touched, whoever puts it, and two removals at once do no more than one.
   *
   * A removal that is killed leaves each bundle whole or gone, and the next one finishes it. What the store did not make
   * is never deleted, and is told in `left`.
   *
   * @param hashes SHA-256 of manifests; those that are not kept are counted
   * @param options how old a bundle must be, and whether nothing is to be changed
   * @throws ClaimsError where the store cannot be read or written; what was removed before stays removed
   */
  remove(hashes: Iterable<string>, options: RemoveOptions): Promise<Removal>
}
