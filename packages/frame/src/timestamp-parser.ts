import { datePatternTokens, type DatePatternToken } from '@claims/contracts'
import { daysFromCivil } from './civil-days.ts'
import { parseTimestamp } from './parse-timestamp.ts'

/** Reads a text as epoch milliseconds; NaN when it is no moment of the format. */
export type TimestampParser = (text: string) => number

const dayMilliseconds = 86_400_000
const longestText = 64
const monthNames = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const fullMonthNames = [
  ...['january', 'february', 'march', 'april', 'may', 'june'],
  ...['july', 'august', 'september', 'october', 'november', 'december'],
]
const time =
  '(?:(?:[Tt]| +|, *)(?<hour>\\d{1,2})[:.](?<minute>\\d{2})(?:[:.](?<second>\\d{2})(?:[.,](?<fraction>\\d{1,9}))?)?(?: *(?<half>[AaPp]\\.?[Mm]\\.?))?(?: *(?<zone>[Zz]|UTC|GMT|[+-]\\d{2}(?::?\\d{2})?))?)?'
const separated = new RegExp(
  `^(?<a>\\d{1,4})(?<sign>[-/. ])(?<b>\\d{1,2})\\k<sign>(?<c>\\d{4}|\\d{1,2})${time}$`,
)
const dayName = new RegExp(
  `^(?<a>\\d{1,2})[-/. ]{0,2}(?<name>[A-Za-z]{3,9})\\.?[-/., ]{0,2}(?<c>\\d{4}|\\d{2})${time}$`,
)
const nameDay = new RegExp(`^(?<name>[A-Za-z]{3,9})\\.?[-/ ](?<a>\\d{1,2})(?:[-/ ]|, ?)(?<c>\\d{4})${time}$`)
const yearName = new RegExp(`^(?<c>\\d{4})[-/. ](?<name>[A-Za-z]{3,9})[-/. ](?<a>\\d{1,2})${time}$`)

/**
 * A reader of moments that are written in a stated way.
 *
 * - `iso` or nothing: as `parseTimestamp`
 * - `dmy`, `mdy`, `ymd`: the order of day, month and year in numbers with `/`, `.`, `-` or a blank between, one or two
 *   digits for day and month, a time with seconds, fractions, AM or PM and zone as an option. Names of months in
 *   English (`31-May-23`) and dates that begin with a four-digit year (ISO 8601) are read under every order.
 * - `yyyymmdd`: eight digits
 * - `excel_serial`: days since 1899-12-30, the time as a fraction
 * - `epoch_seconds`, `epoch_milliseconds`: since 1970-01-01 UTC
 * - else a pattern such as `DD.MM.YYYY HH:mm`, which is read exactly
 *
 * A two-digit year is 1969 to 2068, as POSIX has it. Without a zone a time is UTC.
 *
 * @param format a column's `date_format`
 * @throws TypeError for a pattern that `dateFormatProblem` finds wrong
 * @example
 * timestampParser('dmy')('31.05.2023') // Date.UTC(2023, 4, 31)
 */
export function timestampParser(format: string | undefined): TimestampParser {
  switch (format) {
    case undefined:
    case 'iso':
      return parseTimestamp
    case 'dmy':
    case 'mdy':
    case 'ymd':
      return (text) => {
        const iso = parseTimestamp(text)
        return Number.isNaN(iso) ? parseOrdered(text, format) : iso
      }
    case 'yyyymmdd':
      return parseCompact
    case 'excel_serial':
      return (text) => excelMoment(plainNumber(text))
    case 'epoch_seconds':
      return (text) => rounded(plainNumber(text) * 1000)
    case 'epoch_milliseconds':
      return (text) => rounded(plainNumber(text))
    default:
      return patternParser(format)
  }
}

function parseOrdered(text: string, order: 'dmy' | 'mdy' | 'ymd'): number {
  if (text.length > longestText) return NaN
  const trimmed = text.trim()
  const numbers = separated.exec(trimmed)?.groups
  if (numbers !== undefined) {
    const { a = '', b = '', c = '' } = numbers
    if (a.length === 4 || (order === 'ymd' && a.length === 2))
      return c.length === 4 ? NaN : moment(yearOf(a), Number(b), { day: Number(c), time: numbers })
    if (order === 'ymd' || a.length > 2 || c.length === 1) return NaN
    const [day, month] = order === 'dmy' ? [a, b] : [b, a]
    return moment(yearOf(c), Number(month), { day: Number(day), time: numbers })
  }
  const named = (dayName.exec(trimmed) ?? nameDay.exec(trimmed) ?? yearName.exec(trimmed))?.groups
  if (named === undefined) return NaN
  const { a = '', name = '', c = '' } = named
  return moment(yearOf(c), monthOf(name), { day: Number(a), time: named })
}

function moment(
  year: number,
  month: number,
  rest: { readonly day: number; readonly time: Readonly<Record<string, string | undefined>> },
): number {
  const { hour, minute = '0', second = '0', fraction = '', half, zone } = rest.time
  const days = daysFromCivil(year, month, rest.day)
  const hours = hourOf(Number(hour ?? '0'), half)
  const offset = zone === undefined ? 0 : zoneMinutes(zone)
  if (!(hours < 24 && Number(minute) < 60 && Number(second) < 60)) return NaN
  const milliseconds = Number(`${fraction}000`.slice(0, 3))
  return (
    days * dayMilliseconds +
    (hours * 60 + Number(minute) - offset) * 60_000 +
    Number(second) * 1000 +
    milliseconds
  )
}

function hourOf(hour: number, half: string | undefined): number {
  if (half === undefined) return hour
  if (hour < 1 || hour > 12) return NaN
  return (hour % 12) + (/^p/i.test(half) ? 12 : 0)
}

function zoneMinutes(zone: string): number {
  if (!/^[+-]/.test(zone)) return 0
  const digits = zone.slice(1).replace(':', '').padEnd(4, '0')
  const hours = Number(digits.slice(0, 2))
  const minutes = Number(digits.slice(2))
  if (hours > 18 || minutes > 59) return NaN
  return (hours * 60 + minutes) * (zone.startsWith('-') ? -1 : 1)
}

function yearOf(digits: string): number {
  const year = Number(digits)
  if (digits.length !== 2) return year
  return year < 69 ? 2000 + year : 1900 + year
}

/** 1-12; NaN for what is no English name of a month. */
function monthOf(name: string): number {
  const lower = name.toLowerCase()
  const at =
    lower === 'sept' ? 8 : lower.length === 3 ? monthNames.indexOf(lower) : fullMonthNames.indexOf(lower)
  return at < 0 ? NaN : at + 1
}

function parseCompact(text: string): number {
  const match = /^\s*(\d{4})(\d{2})(\d{2})(?:\.0+)?\s*$/.exec(text)
  if (match === null) return NaN
  return daysFromCivil(Number(match[1]), Number(match[2]), Number(match[3])) * dayMilliseconds
}

function plainNumber(text: string): number {
  return /^\s*[+-]?(\d+\.?\d*|\.\d+)\s*$/.test(text) && text.length <= longestText ? Number(text) : NaN
}

/** Day 60 is 29 February 1900 in Excel, which did not exist. */
function excelMoment(serial: number): number {
  if (!(serial >= 1) || Math.floor(serial) === 60) return NaN
  return rounded((serial - (serial < 60 ? 25_568 : 25_569)) * dayMilliseconds)
}

/** The moment to the millisecond; NaN beyond what a `Date` holds. */
function rounded(milliseconds: number): number {
  return new Date(Math.round(milliseconds)).getTime()
}

const fieldPatterns: Readonly<Record<string, string>> = {
  YYYY: '(?<c>\\d{4})',
  YY: '(?<c>\\d{2})',
  MMMM: '(?<name>[A-Za-z]{3,9})',
  MMM: '(?<name>[A-Za-z]{3,4})',
  MM: '(?<b>\\d{2})',
  M: '(?<b>\\d{1,2})',
  DD: '(?<a>\\d{2})',
  D: '(?<a>\\d{1,2})',
  HH: '(?<hour>\\d{2})',
  H: '(?<hour>\\d{1,2})',
  hh: '(?<hour>\\d{2})',
  h: '(?<hour>\\d{1,2})',
  mm: '(?<minute>\\d{2})',
  m: '(?<minute>\\d{1,2})',
  ss: '(?<second>\\d{2})',
  s: '(?<second>\\d{1,2})',
  A: '(?<half>[AaPp]\\.?[Mm]\\.?)',
  a: '(?<half>[AaPp]\\.?[Mm]\\.?)',
  Z: '(?<zone>[Zz]|UTC|GMT|[+-]\\d{2}(?::?\\d{2})?)',
}

function patternParser(pattern: string): TimestampParser {
  const read = datePatternTokens(pattern)
  if ('problem' in read) throw new TypeError(`"${pattern}" is no date format: ${read.problem}`)
  const expression = new RegExp(`^${read.tokens.map(tokenPattern).join('')}$`)
  return (text) => {
    if (text.length > longestText) return NaN
    const groups = expression.exec(text.trim())?.groups
    if (groups === undefined) return NaN
    const { a = '', b = '', c = '', name } = groups
    return moment(yearOf(c), name === undefined ? Number(b) : monthOf(name), { day: Number(a), time: groups })
  }
}

function tokenPattern({ kind, text }: DatePatternToken): string {
  if (kind === 'literal') return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')
  return fieldPatterns[text] ?? `(?<fraction>\\d{${String(text.length)}})`
}
