import { expect, test } from '@jest/globals'
import { parseTimestamp } from '@claims/frame'

const two = (value: number): string => String(value).padStart(2, '0')

/** What `Date` makes of a day, where it does not roll over to another one. */
function midnight(year: number, month: number, day: number): number {
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.getTime() : NaN
}

test.each([1, 4, 100, 400, 1899, 1900, 1904, 1969, 1970, 2000, 2023, 2024, 2100, 2400, 9999])(
  'of the days of the year %d those that exist are read, and no other',
  (year) => {
    for (let month = 0; month <= 13; month++)
      for (let day = 0; day <= 32; day++) {
        const text = `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`
        expect([text, parseTimestamp(text)]).toEqual([text, midnight(year, month, day)])
      }
  },
)

test.each([
  ['-000001-12-31', -1, 12, 31],
  ['-000004-02-29', -4, 2, 29],
  ['-000400-03-01', -400, 3, 1],
  ['-000401-02-28', -401, 2, 28],
  ['+010000-01-01', 10_000, 1, 1],
  ['+012000-02-29', 12_000, 2, 29],
])('%s lies beyond the years of four digits', (text, year, month, day) => {
  expect(parseTimestamp(text)).toBe(midnight(year, month, day))
})
