import { sha256 } from '../files/file-digest.ts'

/**
 * Chains objects to the end of a sequence: each becomes one line of JSON whose `previous_sha256` is the SHA-256 of the line
 * before it.
 *
 * @param objects in order; JSON-serialisable. A `previous_sha256` of their own is replaced
 * @param lastSha256 of the line that they follow; `emptyLedger` at the start
 * @returns the lines, without line ends
 *
 * @example
 * await ledger.append('_system', last, chainLines([{ action: 'checkpoint' }], last))
 */
export function chainLines(objects: readonly object[], lastSha256: string): readonly string[] {
  let previous = lastSha256
  return objects.map((value) => {
    const line = JSON.stringify({ ...value, previous_sha256: previous })
    previous = sha256(line)
    return line
  })
}
