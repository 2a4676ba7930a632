const isoPattern =
  /^(\d{4}|[+-]\d{6})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(?:Z|([+-])(\d{2}):?(\d{2}))?)?$/

/**
 * Reads ISO 8601 text strictly: a date, or a date and a time with an optional offset. Text without an offset is UTC,
 * whatever the machine's time zone. A date that does not exist is refused, where `Date.parse` rolls it over.
 *
 * @param text such as `2024-02-29`, `2024-02-29T10:30`, `2024-02-29T10:30:00.250+01:00`
 * @returns epoch milliseconds, NaN when the text is no such moment
 * @example
 * parseTimestamp('2023-02-29') // NaN: 2023 is no leap year
 */
export function parseTimestamp(text: string): number {
  const match = isoPattern.exec(text)
  if (match === null) return NaN
  const [
    ,
    year,
    month,
    day,
    hour = '0',
    minute = '0',
    second = '0',
    fraction = '',
    sign,
    offsetHour,
    offsetMinute,
  ] = match
  const date = new Date(0)
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day))
  const exists = date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day)
  if (!exists || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return NaN
  const milliseconds = Number(`${fraction}000`.slice(0, 3))
  const time = ((Number(hour) * 60 + Number(minute)) * 60 + Number(second)) * 1000 + milliseconds
  if (sign === undefined) return date.getTime() + time
  if (Number(offsetHour) > 23 || Number(offsetMinute) > 59) return NaN
  const offset = (Number(offsetHour) * 60 + Number(offsetMinute)) * 60_000
  return date.getTime() + time - (sign === '+' ? offset : -offset)
}
