const monthDays = Uint8Array.of(31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
const dayMilliseconds = 86_400_000

/**
 * The moment written in `bytes[start, end)`: `YYYY-MM-DD` or `YYYY/MM/DD`, optionally `T` or a space and
 * `HH:MM[:SS[.fraction]]`, optionally `Z` or `+HH:MM`. Without a zone it is UTC. Nothing that depends on a locale is
 * accepted.
 *
 * @param bytes ASCII text
 * @param start first byte
 * @param end after the last byte
 * @returns epoch milliseconds; NaN for any other text and for a date or time that does not exist
 */
export function parseTimestamp(bytes: Uint8Array, start: number, end: number): number {
  let i = start
  let stop = end
  while (i < stop && bytes[i]! <= 32) i++
  while (stop > i && bytes[stop - 1]! <= 32) stop--
  if (stop - i < 10) return NaN
  const separator = bytes[i + 4]!
  if ((separator !== 45 && separator !== 47) || bytes[i + 7] !== separator) return NaN
  const year = twoDigits(bytes, i) * 100 + twoDigits(bytes, i + 2)
  const days = daysFromCivil(year, twoDigits(bytes, i + 5), twoDigits(bytes, i + 8))
  i += 10
  if (i === stop) return days * dayMilliseconds
  const between = bytes[i]!
  if ((between !== 84 && between !== 116 && between !== 32) || stop - i < 6 || bytes[i + 3] !== 58) return NaN
  const hours = twoDigits(bytes, i + 1)
  const minutes = twoDigits(bytes, i + 4)
  let seconds = 0
  let fraction = 0
  i += 6
  if (i + 2 < stop && bytes[i] === 58) {
    seconds = twoDigits(bytes, i + 1)
    i += 3
    if (i < stop && bytes[i] === 46) {
      i++
      const first = i
      let scale = 100
      let digit: number
      while (i < stop && (digit = bytes[i]! - 48) >= 0 && digit <= 9) {
        fraction += digit * scale
        scale /= 10
        i++
      }
      if (i === first) return NaN
    }
  }
  if (!(hours < 24 && minutes < 60 && seconds < 60)) return NaN
  const offset = zoneMinutes(bytes, i, stop)
  return (
    days * dayMilliseconds + (hours * 60 + minutes - offset) * 60_000 + seconds * 1000 + Math.floor(fraction)
  )
}

/** A reader of the same texts from strings; it reuses one buffer between calls. */
export function timestampReader(): (text: string) => number {
  const bytes = new Uint8Array(64)
  return (text) => {
    if (text.length > bytes.length) return NaN
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i)
      if (code > 127) return NaN
      bytes[i] = code
    }
    return parseTimestamp(bytes, 0, text.length)
  }
}

function zoneMinutes(bytes: Uint8Array, at: number, end: number): number {
  if (at === end) return 0
  const sign = bytes[at]!
  if (sign === 90 || sign === 122) return at + 1 === end ? 0 : NaN
  if (sign !== 43 && sign !== 45) return NaN
  const colon = bytes[at + 3] === 58 ? 1 : 0
  if (at + 5 + colon !== end) return NaN
  const hours = twoDigits(bytes, at + 1)
  const minutes = twoDigits(bytes, at + 3 + colon)
  if (!(hours <= 18 && minutes < 60)) return NaN
  return (hours * 60 + minutes) * (sign === 45 ? -1 : 1)
}

function twoDigits(bytes: Uint8Array, at: number): number {
  const tens = bytes[at]! - 48
  const ones = bytes[at + 1]! - 48
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : NaN
}

/** Days since 1970-01-01 in the proleptic Gregorian calendar; NaN when the date does not exist. */
function daysFromCivil(year: number, month: number, day: number): number {
  if (!(month >= 1 && month <= 12 && day >= 1 && year >= 0)) return NaN
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  if (day > monthDays[month - 1]! + (month === 2 && leap ? 1 : 0)) return NaN
  const shifted = month <= 2 ? year - 1 : year
  const era = Math.floor(shifted / 400)
  const yearOfEra = shifted - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}
