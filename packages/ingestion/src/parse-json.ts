const longDigits = /\d{16}/
const integer = /^-?\d+$/

/**
 * `JSON.parse` that keeps the digits of long whole numbers: one that a double cannot hold exactly (beyond 2^53 - 1)
 * becomes a `bigint`, where `JSON.parse` rounds it to another number. Everything else is as `JSON.parse` gives it; a
 * text without 16 digits in a row takes no longer.
 *
 * @param text a JSON document
 * @returns the value; whole numbers that are not safe integers, and that a double can hold roughly, are bigints
 * @throws SyntaxError when the text is no JSON, or holds long whole numbers and is nested too deeply to walk
 * @example
 * parseJsonExactly('{"id": 9007199254740993}') // { id: 9007199254740993n }
 */
export function parseJsonExactly(text: string): unknown {
  if (!longDigits.test(text)) return JSON.parse(text) as unknown
  try {
    return JSON.parse(text, keepDigits) as unknown
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new SyntaxError('the JSON is nested too deeply', { cause: error })
  }
}

function keepDigits(_: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value) || !Number.isFinite(value)) return value
  const source = context?.source
  return source !== undefined && integer.test(source) ? BigInt(source) : value
}
