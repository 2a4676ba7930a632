/** Powers of ten that a double holds exactly. */
const powersOfTen = Float64Array.of(
  ...[1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11],
  ...[1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22],
)
const firstInexactInteger = 9007199254740992
const infinityText = /^[+-]?inf(inity)?$/i

/**
 * The decimal number written in `bytes[start, end)`, bit-identical to `Number(text)`.
 *
 * A mantissa below 2^53 and a power of ten up to 22 are both exact doubles, so one multiplication or division rounds
 * correctly (Clinger 1990); every other number goes through `Number`. Spaces around it are ignored. Hexadecimal,
 * digit separators and thousands separators are no decimal numbers.
 *
 * @param bytes ASCII text
 * @param start first byte
 * @param end after the last byte
 * @returns the number; an infinity for `inf` or for what no double can hold; NaN when it is no decimal number
 */
export function parseDecimal(bytes: Buffer, start: number, end: number): number {
  let i = start
  let stop = end
  while (i < stop && bytes[i]! <= 32) i++
  while (stop > i && bytes[stop - 1]! <= 32) stop--
  const first = i
  const sign = bytes[i]!
  if (sign === 45 || sign === 43) i++
  let mantissa = 0
  let exponent = 0
  const integerStart = i
  let digit: number
  while (i < stop && (digit = bytes[i]! - 48) >= 0 && digit <= 9) {
    mantissa = mantissa * 10 + digit
    i++
  }
  let digits = i - integerStart
  if (i < stop && bytes[i] === 46) {
    i++
    const fractionStart = i
    while (i < stop && (digit = bytes[i]! - 48) >= 0 && digit <= 9) {
      mantissa = mantissa * 10 + digit
      i++
    }
    exponent = fractionStart - i
    digits -= exponent
  }
  if (digits === 0) return infinityOrNaN(bytes, first, stop)
  if (i < stop && (bytes[i]! | 32) === 101) {
    i++
    const negative = bytes[i] === 45
    if (i < stop && (negative || bytes[i] === 43)) i++
    if (i === stop) return NaN
    let power = 0
    while (i < stop && (digit = bytes[i]! - 48) >= 0 && digit <= 9) {
      power = power * 10 + digit
      i++
    }
    exponent += negative ? -power : power
  }
  if (i !== stop) return NaN
  if (mantissa < firstInexactInteger && exponent >= -22 && exponent <= 22) {
    const value = exponent < 0 ? mantissa / powersOfTen[-exponent]! : mantissa * powersOfTen[exponent]!
    return sign === 45 ? -value : value
  }
  return Number(bytes.toString('latin1', first, stop))
}

function infinityOrNaN(bytes: Buffer, start: number, end: number): number {
  if (end - start < 3 || end - start > 9) return NaN
  if (!infinityText.test(bytes.toString('latin1', start, end))) return NaN
  return bytes[start] === 45 ? -Infinity : Infinity
}
