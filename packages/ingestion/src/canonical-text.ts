const beyondLatin = /[\u0300-\uffff]/
const invisible = /[\u200b-\u200f\u2060\u00ad]/
const invisibleEnds = /^[\s\u200b-\u200f\u2060\u00ad]+|[\s\u200b-\u200f\u2060\u00ad]+$/g
const excelText = /^="([^"]*)"$/
const wholeWithPoint = /^(-?)(0|[1-9]\d*)\.0*$/
const truths: Readonly<Record<string, number>> = {
  true: 1,
  false: 0,
  yes: 1,
  no: 0,
  y: 1,
  n: 0,
  t: 1,
  f: 0,
  '1': 1,
  '0': 0,
}

/** 1, 0, or undefined for a text that is no truth value. @param text any case, blanks around it are ignored */
export function parseBoolean(text: string): number | undefined {
  const lower = text.trim().toLowerCase()
  return Object.hasOwn(truths, lower) ? truths[lower] : undefined
}

/** The text without blanks and characters of no width around it, and without the `="..."` by which Excel keeps a text as it is. */
export function unwrapped(text: string): string {
  const trimmed = invisible.test(text) ? text.replace(invisibleEnds, '') : text.trim()
  return trimmed.startsWith('="') ? (excelText.exec(trimmed)?.[1]?.trim() ?? trimmed) : trimmed
}

/** The text in Unicode's composed form (NFC). */
export function composed(text: string): string {
  return beyondLatin.test(text) ? text.normalize('NFC') : text
}

/** The id of a person as reading leaves it: without blanks or Excel's `="..."` around it, composed. */
export function entityText(text: string): string {
  return composed(unwrapped(text))
}

/**
 * The one form of a category's text: without blanks or Excel's `="..."` around it, composed, and a whole number without a point and zeros
 * behind it (`10115.0` is `10115`; `02134` and `1e5` stay as they are).
 */
export function canonicalCategory(text: string): string {
  const trimmed = composed(unwrapped(text))
  const whole = wholeWithPoint.exec(trimmed)
  if (whole === null) return trimmed === '-0' ? '0' : trimmed
  const [, sign = '', digits = ''] = whole
  return digits === '0' ? digits : sign + digits
}

/** A number as a category's text: a whole one in all its digits, without an exponent. */
export function numberText(value: number | bigint): string {
  return typeof value === 'number' && Number.isInteger(value) && Math.abs(value) >= 1e21
    ? String(BigInt(value))
    : String(value)
}
