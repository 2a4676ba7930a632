import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parseTimestamp as read } from '@claims/frame'

describe('parseTimestamp', () => {
  test('reads every date-time that Date writes', () => {
    const moments = fc.date({
      min: new Date('0001-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59.999Z'),
      noInvalidDate: true,
    })
    fc.assert(
      fc.property(moments, (moment) => {
        const iso = moment.toISOString()
        expect(read(iso)).toBe(moment.getTime())
        expect(read(iso.slice(0, 10))).toBe(Date.parse(iso.slice(0, 10)))
        expect(read(iso.slice(0, 10).replaceAll('-', '/'))).toBe(Date.parse(iso.slice(0, 10)))
        expect(read(iso.slice(0, 19).replace('T', ' '))).toBe(Math.floor(moment.getTime() / 1000) * 1000)
      }),
      { numRuns: 3000 },
    )
  })

  test.each([
    ['2024-02-29', '2024-02-29T00:00:00Z'],
    ['2024-05-01T10:20', '2024-05-01T10:20:00Z'],
    ['2024-05-01 10:20:30.5', '2024-05-01T10:20:30.500Z'],
    ['2024-05-01T10:20:30+02:00', '2024-05-01T08:20:30Z'],
    ['2024-05-01T10:20:30-0530', '2024-05-01T15:50:30Z'],
    ['1969-12-31T23:59:59Z', '1969-12-31T23:59:59Z'],
  ])('reads %s', (text, iso) => {
    expect(read(text)).toBe(Date.parse(iso))
  })

  test.each([
    ['a day that does not exist', '2015-02-30'],
    ['a leap day of a common year', '2023-02-29'],
    ['a leap day of 1900', '1900-02-29'],
    ['month 13', '2024-13-01'],
    ['month 0', '2024-00-10'],
    ['hour 24', '2024-01-01T24:00'],
    ['minute 60', '2024-01-01T10:60'],
    ['American order', '02/03/2024'],
    ['European order', '03.02.2024'],
    ['mixed separators', '2024-02/03'],
    ['a name of a month', '3 Feb 2024'],
    ['a number', '20240203'],
    ['one digit', '2024-2-3'],
    ['text after it', '2024-02-03x'],
    ['nothing', ''],
  ])('refuses %s', (_, text) => {
    expect(read(text)).toBeNaN()
  })
})
