import { ClaimsError } from './claims-error.ts'
import { sha256 } from './files/file-digest.ts'

/** Most bytes of a document as UTF-8. */
export const mostDocumentBytes = 16_000_000

/**
 * Refuses what the port `DocumentStore` does not take; every adapter calls it.
 *
 * @returns the SHA-256 of the text
 * @throws TypeError naming what is wrong
 */
export function requireDocument(text: string): string {
  if (/[\0\p{Surrogate}]/u.test(text))
    throw new TypeError('A document holds neither NUL nor half of a character')
  if (Buffer.byteLength(text) > mostDocumentBytes)
    throw new TypeError(`A document has at most ${String(mostDocumentBytes)} bytes`)
  return sha256(text)
}

/**
 * The text that was kept under a hash.
 *
 * @param hash that it was asked for by
 * @param text what the store holds there; undefined where it holds nothing
 * @throws ClaimsError as `DocumentStore.get` does
 */
export function foundDocument(hash: string, text: string | undefined): string {
  if (!/^[0-9a-f]{64}$/.test(hash)) throw new TypeError(`${hash} is no SHA-256`)
  if (text === undefined)
    throw new ClaimsError('file_not_found', `There is no document ${hash}`, {
      problems: [
        { field: 'document', problem: 'is not kept', allowed: 'a document that was put', received: hash },
      ],
    })
  if (sha256(text) === hash) return text
  throw new ClaimsError('damaged_document', `The document ${hash} was altered: its SHA-256 differs`, {
    problems: [
      { field: 'document', problem: 'was altered', allowed: 'the text that was put', received: hash },
    ],
  })
}
