import { daysFromCivil } from './civil-days.ts'

const dayMilliseconds = 86_400_000
const longestText = 64

/**
 * Reads a moment as ISO 8601 and the exports of databases write it: `YYYY-MM-DD` or `YYYY/MM/DD` (years beyond 9999 as
 * `+YYYYYY`), then optionally `T` or a blank and `HH:MM[:SS[.fraction]]`, then optionally a zone: `Z`, `UTC`, `GMT`,
 * `+HH`, `+HHMM` or `+HH:MM`, with or without a blank before it. Without a zone it is UTC, whatever the machine's time
 * zone. Blanks around it are ignored, fractions beyond milliseconds cut off. A date that does not exist is refused,
 * where `Date.parse` rolls it over.
 *
 * @param text such as `2024-02-29`, `2024-02-29 10:30:00+00`, `2024-02-29T10:30:00.250+01:00`
 * @returns epoch milliseconds, NaN when the text is no such moment
 * @example
 * parseTimestamp('2023-02-29') // NaN: 2023 is no leap year
 */
export function parseTimestamp(text: string): number {
  if (text.length > longestText) return NaN
  const trimmed = text.trim()
  const bytes = new Uint8Array(trimmed.length)
  for (let i = 0; i < bytes.length; i++) {
    const code = trimmed.charCodeAt(i)
    if (code > 127) return NaN
    bytes[i] = code
  }
  return parseTimestampBytes(bytes, 0, bytes.length)
}

/**
 * `parseTimestamp` of the text in `bytes[start, end)`.
 *
 * @param bytes ASCII text
 * @param start first byte
 * @param end after the last byte
 * @returns epoch milliseconds, NaN when the text is no such moment
 * @example
 * parseTimestampBytes(Buffer.from('2024-02-29'), 0, 10)
 */
export function parseTimestampBytes(bytes: Uint8Array, start: number, end: number): number {
  let i = start
  let stop = end
  while (i < stop && bytes[i]! <= 32) i++
  while (stop > i && bytes[stop - 1]! <= 32) stop--
  if (stop - i < 10) return NaN
  let sign = 1
  let century = 0
  if (bytes[i] === 43 || bytes[i] === 45) {
    if (stop - i < 13) return NaN
    sign = bytes[i] === 45 ? -1 : 1
    century = twoDigits(bytes, i + 1) * 10_000
    i += 3
  }
  const separator = bytes[i + 4]!
  if ((separator !== 45 && separator !== 47) || bytes[i + 7] !== separator) return NaN
  const year = sign * (century + twoDigits(bytes, i) * 100 + twoDigits(bytes, i + 2))
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

/** Minutes east of Greenwich of what follows a time; 0 for nothing, NaN for what is no zone. */
function zoneMinutes(bytes: Uint8Array, start: number, end: number): number {
  let at = start
  if (at === end) return 0
  while (at < end && bytes[at] === 32) at++
  const sign = bytes[at]!
  if (sign !== 43 && sign !== 45) return isGreenwich(bytes, at, end) ? 0 : NaN
  const hours = twoDigits(bytes, at + 1)
  if (at + 3 === end) return hours <= 18 ? hours * 60 * (sign === 45 ? -1 : 1) : NaN
  const colon = bytes[at + 3] === 58 ? 1 : 0
  if (at + 5 + colon !== end) return NaN
  const minutes = twoDigits(bytes, at + 3 + colon)
  if (!(hours <= 18 && minutes < 60)) return NaN
  return (hours * 60 + minutes) * (sign === 45 ? -1 : 1)
}

/** Whether the bytes are `Z`, `UTC` or `GMT`, in any case. */
function isGreenwich(bytes: Uint8Array, at: number, end: number): boolean {
  const first = bytes[at]! | 32
  if (end - at === 1) return first === 122
  if (end - at !== 3) return false
  const second = bytes[at + 1]! | 32
  const third = bytes[at + 2]! | 32
  return (
    (first === 117 && second === 116 && third === 99) || (first === 103 && second === 109 && third === 116)
  )
}

function twoDigits(bytes: Uint8Array, at: number): number {
  const tens = bytes[at]! - 48
  const ones = bytes[at + 1]! - 48
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : NaN
}
