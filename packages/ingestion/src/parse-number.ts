import { describeDigits, type NumberFormat } from '@claims/contracts'

/** A number as a text, taken apart: what stands around its digits, and the digits with their separators. */
export interface DecoratedNumber {
  readonly negative: boolean
  /** Currency sign or code, letters in capitals. */
  readonly currency: string | undefined
  readonly percent: boolean
  /** Digits, separators and exponent. */
  readonly body: string
}

/** A way to write the digits of a number. */
export type DigitFormat = Pick<NumberFormat, 'decimal' | 'grouping'>

const longestText = 64
const plain = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/
const infinite = /^([+-]?)inf(?:inity)?$/i
const excelText = /^="([^"]*)"$/
const minusSigns = /[\u2212\uFE63\uFF0D]/g
const parenthesised = /^\((.*)\)$/
const symbols = 'US\\$|R\\$|A\\$|C\\$|\\p{Sc}|kr\\.?|Kč|zł|Ft|Rs\\.?|Fr\\.?|lei'
const around = new RegExp(
  `^(?<s1>[+-])?\\s*(?:(?<c1>${symbols}|[A-Za-z]{3})\\s*)?(?<s2>[+-])?\\s*` +
    `(?<body>(?:\\d(?:[\\d.,'’\\s]*\\d)?[.,]?|[.,]\\d+)(?:[eE][+-]?\\d+)?)` +
    `\\s*(?<percent>%)?\\s*(?<c2>${symbols}|[A-Za-z]{3})?\\s*(?<s3>-)?$`,
  'u',
)
const codes: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'))
const decimalSigns = { point: '\\.', comma: ',' } as const
const groupSigns = {
  none: '',
  comma: ',',
  point: '\\.',
  space: '[ \\u00a0\\u202f\\u2009]',
  apostrophe: "['’]",
} as const
const everyGroupSign = {
  none: /(?!)/g,
  comma: /,/g,
  point: /\./g,
  space: /\s/g,
  apostrophe: /['’]/g,
} as const

/**
 * Takes a number apart: `="..."` of Excel, a Unicode minus, a sign before or after, the accountants' `(123.45)`, one
 * currency sign or ISO 4217 code and a percent sign.
 *
 * @param text a cell
 * @returns undefined when the text is no number that is written so
 */
export function decoratedNumber(text: string): DecoratedNumber | undefined {
  if (text.length > longestText) return undefined
  const trimmed = text.trim()
  const bare = (excelText.exec(trimmed)?.[1] ?? trimmed).trim().replace(minusSigns, '-')
  const inner = parenthesised.exec(bare)?.[1]
  const groups = around.exec((inner ?? bare).trim())?.groups
  if (groups === undefined) return undefined
  const { s1, s2, s3, c1, c2, percent, body = '' } = groups
  const signs = [s1, s2, s3].filter((sign) => sign !== undefined)
  if (signs.length > (inner === undefined ? 1 : 0)) return undefined
  if (c1 !== undefined && c2 !== undefined) return undefined
  const currency = currencyOf(c1 ?? c2)
  if (currency === null) return undefined
  return {
    negative: inner !== undefined || signs[0] === '-',
    currency,
    percent: percent !== undefined,
    body,
  }
}

/** The currency in one spelling; null for three letters that are no currency's code. */
function currencyOf(text: string | undefined): string | undefined | null {
  if (text === undefined) return undefined
  if (!/^[A-Za-z]{3}$/.test(text) || text === 'lei') return text
  const code = text.toUpperCase()
  return codes.has(code) ? code : null
}

/**
 * A reader of digits that are written in one way.
 *
 * @returns a function that gives the number without sign, NaN for digits that are written otherwise
 */
export function digitsParser({ decimal, grouping }: DigitFormat): (body: string) => number {
  const sign = decimalSigns[decimal]
  const group = groupSigns[grouping]
  // India groups two digits from the second group on: 1,23,456.
  const lakhs = grouping === 'comma' ? '|[1-9]\\d?(?:,\\d{2})+,\\d{3}' : ''
  const whole = grouping === 'none' ? '\\d+' : `(?:[1-9]\\d{0,2}(?:${group}\\d{3})+${lakhs}|\\d+)`
  // What has an exponent has no thousands.
  const power = '(?:[eE][+-]?\\d+)'
  const grouped = grouping === 'none' ? '' : `(?!.*${group}.*[eE])`
  const expression = new RegExp(`^${grouped}(?:${whole}(?:${sign}\\d*)?|${sign}\\d+)${power}?$`)
  const between = everyGroupSign[grouping]
  return (body) => {
    if (!expression.test(body)) return NaN
    const ungrouped = grouping === 'none' ? body : body.replace(between, '')
    return Number(decimal === 'comma' ? ungrouped.replace(',', '.') : ungrouped)
  }
}

/**
 * A reader of numbers as a column writes them. Signs before, after (`123.45-`) and as parentheses, a Unicode minus and
 * Excel's `="..."` are read in every format; separators, currency and percent as the format says. A text of a percent
 * column must carry its sign, unless it is zero: `12.3%` is 12.3.
 *
 * @param format a column's `number_format`; plain decimal points without it
 * @returns a function that gives the number, an infinity for `inf`, NaN for any other text
 * @example
 * numberParser({ decimal: 'comma', grouping: 'point', percent: false })('1.234,50 ') // 1234.5
 */
export function numberParser(format: NumberFormat | undefined): (text: string) => number {
  const { decimal = 'point', grouping = 'none', currency, percent = false } = format ?? {}
  const digits = digitsParser({ decimal, grouping })
  const readPlain = decimal === 'point' && !percent
  const expected = currency === undefined ? undefined : (currencyOf(currency) ?? currency)
  return (text) => {
    const trimmed = text.trim()
    if (readPlain && plain.test(trimmed)) return Number(trimmed)
    const infinity = infinite.exec(trimmed)
    if (infinity !== null) return infinity[1] === '-' ? -Infinity : Infinity
    const parts = decoratedNumber(trimmed)
    if (parts === undefined || (parts.currency !== undefined && parts.currency !== expected)) return NaN
    const size = digits(parts.body)
    if (parts.percent !== percent && (parts.percent || size !== 0)) return NaN
    return parts.negative ? -size : size
  }
}

/** Formats of digits, simplest first. */
export const digitFormats: readonly DigitFormat[] = [
  { decimal: 'point', grouping: 'none' },
  { decimal: 'comma', grouping: 'none' },
  { decimal: 'point', grouping: 'comma' },
  { decimal: 'point', grouping: 'space' },
  { decimal: 'point', grouping: 'apostrophe' },
  { decimal: 'comma', grouping: 'point' },
  { decimal: 'comma', grouping: 'space' },
  { decimal: 'comma', grouping: 'apostrophe' },
]

/**
 * The numbers that a text could be in the formats that are known, in words; none for a text that is no number at all.
 *
 * @example
 * possibleReadings('1,240') // ['1.24 (decimal comma)', '1240 (decimal point, commas between thousands)']
 */
export function possibleReadings(text: string): string[] {
  const parts = decoratedNumber(text)
  if (parts === undefined) return []
  const marks = [parts.currency, parts.percent ? '%' : undefined].filter((mark) => mark !== undefined)
  const readings = new Map<number, string>()
  for (const format of digitFormats) {
    const size = digitsParser(format)(parts.body)
    const value = parts.negative ? -size : size
    if (Number.isNaN(size) || readings.has(value)) continue
    const how = [describeDigits(format), ...marks].join(', ')
    readings.set(value, `${String(value)} (${how})`)
  }
  return [...readings.values()]
}
