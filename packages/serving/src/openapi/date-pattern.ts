const leapYear = '(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)'
const time = '(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\\.[0-9]{1,9})?)?'
const zone = '(?:[Zz]|[+-](?:0[0-9]|1[0-8]):?[0-5][0-9])?'

/** The days that exist, with this between year, month and day. */
function days(separator: string): string {
  return (
    `(?:[0-9]{4}${separator}(?:(?:0[13578]|1[02])${separator}(?:0[1-9]|[12][0-9]|3[01])` +
    `|(?:0[469]|11)${separator}(?:0[1-9]|[12][0-9]|30)|02${separator}(?:0[1-9]|1[0-9]|2[0-8]))` +
    `|${leapYear}${separator}02${separator}29)`
  )
}

/** Pattern, without anchors, of a date of ISO 8601 that exists, with or without a time and a zone. */
export const datePattern: string = `(?:${days('-')}|${days('/')})(?:[Tt ]${time}${zone})?`

const blank = ' *'
const clock = `(?:[Tt ]${time}(?:${blank}(?:[Zz]|[+-](?:0[0-9]|1[0-8]):?[0-5][0-9]))?)?`

type Order = 'dmy' | 'mdy' | 'ymd'

const partsOf = { dmy: ['d', 'm', 'y'], mdy: ['m', 'd', 'y'], ymd: ['y', 'm', 'd'] } as const

/** The days that exist, with day and month of one or two digits in the order that is told, and a year of four. */
function orderedDays(order: Order, separator: string): string {
  const date = (day: string, month: string, year: string): string => {
    const parts = { d: `(?:${day})`, m: `(?:${month})`, y: year }
    return partsOf[order].map((part) => parts[part]).join(separator)
  }
  const kinds = [
    date('0?[1-9]|[12][0-9]|3[01]', '0?[13578]|1[02]', '[0-9]{4}'),
    date('0?[1-9]|[12][0-9]|30', '0?[469]|11', '[0-9]{4}'),
    date('0?[1-9]|1[0-9]|2[0-8]', '0?2', '[0-9]{4}'),
    date('29', '0?2', leapYear),
  ]
  return `(?:${kinds.join('|')})`
}

/**
 * Pattern, without anchors, of the dates that a column with a named format reads: the order with `.`, `-` or `/` between
 * and ISO 8601, or eight digits. The reader knows more spellings, such as names of months.
 *
 * @param format a column's `date_format`
 * @returns null for numbers and for patterns of a use case
 */
export function datePatternOf(format: string | undefined): string | null {
  switch (format) {
    case undefined:
    case 'iso':
      return datePattern
    case 'dmy':
    case 'mdy':
    case 'ymd': {
      const orders: readonly Order[] = format === 'ymd' ? ['ymd'] : [format, 'ymd']
      const ordered = ['\\.', '-', '/'].flatMap((sign) => orders.map((order) => orderedDays(order, sign)))
      return `(?:(?:${ordered.join('|')})${clock}|${datePattern})`
    }
    case 'yyyymmdd':
      return days('')
    default:
      return null
  }
}
