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
 * - **Ownership.** `put` takes a copy: what happens to the caller's bundle afterwards changes nothing. The store never
 *   deletes a bundle; which ones matter is known to the ledger, and a bundle that no ledger names does no harm.
 * - **Caching.** Everything that was read may be kept for ever by its hash. That a bundle is absent may not.
 *
 * Failures of the store itself (no permission, full disk) are thrown as they are; those of one that is reached by a network
 * are `artifacts_unavailable` where the same call may succeed later, and `invalid_configuration` where it will not.
 */
export interface ArtifactStore {
  /**
   * Keeps a copy of a bundle. One that is there already is left as it is; one that was damaged since is replaced.
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
}
