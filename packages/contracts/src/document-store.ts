/**
 * Port: texts by the SHA-256 of their UTF-8 bytes, such as the evaluations that a history names.
 *
 * What an adapter guarantees; `describeDocumentStore` of `@claims/contracts/testing` checks it:
 *
 * - **Atomicity.** A text is there whole or not at all.
 * - **Consistency.** Once `put` was answered, every `get` that begins later finds the text, in any process on any machine,
 *   also after a crash of the machine. A text never changes and is never deleted.
 * - **Processes.** Any number of processes may use one store at once; two that put the same text both succeed.
 * - **Caching.** A text may be kept for ever by its hash. That it is absent may not.
 *
 * A text is Unicode without NUL and without half of a character, at most 16 MB as UTF-8: `requireDocument`. Failures of
 * the store itself are a `ClaimsError` of a stable code that says what is wrong and where.
 */
export interface DocumentStore {
  /**
   * Keeps a text; one that is there already is left as it is, one that was damaged since is replaced.
   *
   * @returns SHA-256 of the text, lower-case hexadecimal
   * @throws TypeError where it is no document
   */
  put(text: string): Promise<string>

  /**
   * A kept text.
   *
   * @param sha256 of the text, lower-case hexadecimal
   * @throws ClaimsError `file_not_found` where it is not kept; `damaged_document` where what is kept is another text
   */
  get(sha256: string): Promise<string>
}
