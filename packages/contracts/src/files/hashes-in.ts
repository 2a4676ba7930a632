const length = 64

/**
 * Every SHA-256 that a text could name: 64 hexadecimal digits in a row, whatever stands around them. A longer row names
 * each 64 digits of it.
 *
 * @param text such as a line of a ledger or a manifest
 * @returns lower-case hexadecimal, in the order of the text, repetitions included
 * @example
 * [...hashesIn(`{"manifest_sha256":"${'ab'.repeat(32)}"}`)] // ['abab…']
 */
export function* hashesIn(text: string): Generator<string, void, undefined> {
  for (const [row] of text.matchAll(/[0-9a-f]{64,}/gi))
    for (let at = 0; at + length <= row.length; at += 1) yield row.slice(at, at + length).toLowerCase()
}
