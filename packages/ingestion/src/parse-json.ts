/** Sixteen digits in a row: what a whole number beyond 2^53 has at least. */
const manyDigits = /\d{16}/
const wholeNumber = /^-?\d+$/

/**
 * The value of a JSON text in which whole numbers keep every digit: those that a double cannot hold exactly become
 * `bigint`, so that an id such as `12345678901234567890` stays what was sent.
 *
 * @param text a JSON document
 * @returns what `JSON.parse` returns, but for those numbers
 * @throws SyntaxError as `JSON.parse` throws it
 * @example
 * parseJsonExactly('{"claim_id": 9007199254740993}') // { claim_id: 9007199254740993n }
 */
export function parseJsonExactly(text: string): unknown {
  if (!manyDigits.test(text)) return JSON.parse(text)
  return JSON.parse(text, keepDigits)
}

// TypeScript's lib does not know the third parameter, which Node has.
function keepDigits(_name: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value
  const source = context?.source
  return source !== undefined && wholeNumber.test(source) ? BigInt(source) : value
}
