const longDigits = /\d{16}/
const whole = /^(-?\d+)(?:\.0+)?$/

/**
 * `JSON.parse` that keeps the digits of long whole numbers: one that a double cannot hold exactly (beyond 2^53 - 1)
 * becomes a `bigint`, where `JSON.parse` rounds it to another number, also where `.0` follows it. Everything else is as
 * `JSON.parse` gives it, what has an exponent included; a text without 16 digits in a row takes no longer.
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
  return typeof value === 'number' && context?.source !== undefined ? exactNumber(context.source) : value
}

/**
 * The number that a literal of JSON writes: a bigint where it is whole, without an exponent, and no safe integer; else
 * the double.
 *
 * @param source a number as JSON writes it
 */
export function exactNumber(source: string): number | bigint {
  const value = Number(source)
  if (Number.isSafeInteger(value) || !Number.isFinite(value)) return value
  const digits = whole.exec(source)?.[1]
  return digits === undefined ? value : BigInt(digits)
}
