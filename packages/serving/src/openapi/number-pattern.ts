import type { Column } from '@claims/contracts'

/** What bounds the numbers of a column, and how they are written. */
type NumberBounds = Pick<Column, 'minimum' | 'exclusive_minimum' | 'maximum' | 'integer' | 'number_format'>

/** Digits before the point; more than any column needs, and within what a 32-bit float holds. */
const mostDigits = 30

/**
 * The regular expression of the numbers that a column accepts as text, bounds included: optional `+`, digits, optional
 * fraction after the column's decimal sign. JSON Schema has no other way to bound a number that is written as text. The
 * reader knows more spellings, such as exponents and groups of thousands.
 *
 * @param column a number column
 * @returns a pattern without anchors; null where the bounds are negative or fractions, which no short pattern says
 */
export function numberPattern(column: NumberBounds): string | null {
  const { minimum, exclusive_minimum: above, maximum } = column
  if ([minimum, above, maximum].some((bound) => bound !== undefined && !isNatural(bound))) return null
  const point = column.number_format?.decimal === 'comma' ? ',' : '\\.'
  const fraction = column.integer ? `(?:${point}0+)?` : `(?:${point}[0-9]+)?`
  const least = minimum ?? (above === undefined ? 0 : above + 1)
  const parts: string[] = []
  if (maximum === undefined) parts.push(`0*(?:${atLeast(least).join('|')})${fraction}`)
  else {
    if (least < maximum) parts.push(`0*(?:${between(least, maximum - 1).join('|')})${fraction}`)
    if (least <= maximum) parts.push(`0*${String(maximum)}(?:${point}0+)?`)
  }
  // Between the exclusive bound and the next whole number.
  if (
    above !== undefined &&
    minimum === undefined &&
    !column.integer &&
    (maximum === undefined || above < maximum)
  )
    parts.push(`0*${String(above)}${point}[0-9]*[1-9][0-9]*`)
  const positive = `\\+?(?:${parts.join('|')})`
  if (minimum !== undefined || above !== undefined) return positive
  return `(?:${positive}|-[0-9]{1,${String(mostDigits)}}${fraction})`
}

function isNatural(bound: number): boolean {
  return Number.isSafeInteger(bound) && bound >= 0
}

/** Whole numbers from `least` on, without leading zeros but for the zero, which `0*` before it makes optional. */
function atLeast(least: number): string[] {
  const { length } = String(least)
  const rest = `[1-9][0-9]{${String(length)},${String(mostDigits - 1)}}`
  return [...between(least, 10 ** length - 1), rest]
}

/** Patterns of the whole numbers from `low` to `high`, split where the number of digits changes. */
function between(low: number, high: number): string[] {
  const patterns: string[] = []
  let from = low
  while (from <= high) {
    const to = Math.min(high, 10 ** String(from).length - 1)
    patterns.push(...sameLength(String(from), String(to)))
    from = to + 1
  }
  return patterns
}

function sameLength(low: string, high: string): string[] {
  if (low === high) return [low]
  const [a = '', b = ''] = [low[0], high[0]]
  if (low.length === 1) return [digits(a, b)]
  if (a === b) return sameLength(low.slice(1), high.slice(1)).map((rest) => a + rest)
  const rest = low.length - 1
  const any = `[0-9]{${String(rest)}}`
  const zeros = '0'.repeat(rest)
  const nines = '9'.repeat(rest)
  const patterns: string[] = []
  let first = Number(a)
  let last = Number(b)
  if (low.slice(1) !== zeros) {
    patterns.push(...sameLength(low.slice(1), nines).map((tail) => a + tail))
    first += 1
  }
  const upper = high.slice(1) === nines ? [] : sameLength(zeros, high.slice(1)).map((tail) => b + tail)
  if (upper.length > 0) last -= 1
  if (first <= last) patterns.push(digits(String(first), String(last)) + any)
  return [...patterns, ...upper]
}

function digits(from: string, to: string): string {
  return from === to ? from : `[${from}-${to}]`
}
