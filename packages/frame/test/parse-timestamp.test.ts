import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parseTimestamp } from '@claims/frame'

describe('parseTimestamp', () => {
  test.each([
    ['1970-01-02', 86_400_000],
    ['2024-02-29', Date.UTC(2024, 1, 29)],
    ['0099-01-01', Date.parse('0099-01-01T00:00:00Z')],
    ['2024-01-01T10:30', Date.UTC(2024, 0, 1, 10, 30)],
    ['2024-01-01 10:30:05', Date.UTC(2024, 0, 1, 10, 30, 5)],
    ['2024-01-01T10:30:05.2Z', Date.UTC(2024, 0, 1, 10, 30, 5, 200)],
    ['2024-01-01T10:30:05.123456Z', Date.UTC(2024, 0, 1, 10, 30, 5, 123)],
    ['2024-01-01T00:30:00+01:00', Date.UTC(2023, 11, 31, 23, 30)],
    ['2024-01-01T00:30:00-0530', Date.UTC(2024, 0, 1, 6, 0)],
  ])('%s', (text, moment) => {
    expect(parseTimestamp(text)).toBe(moment)
  })

  test.each([
    '',
    '2024',
    '2024-1-1',
    '01/02/2024',
    '2023-02-29',
    '2024-02-30',
    '2024-04-31',
    '2024-13-01',
    '2024-00-10',
    '2024-01-00',
    '2024-01-01T24:00',
    '2024-01-01T10:60',
    '2024-01-01T10:30:60',
    '2024-01-01T10:30+25:00',
    '2024-01-01Z',
    '2024-01-01 extra',
  ])('%p is no moment', (text) => {
    expect(parseTimestamp(text)).toBeNaN()
  })

  test('reads whatever a Date writes', () => {
    fc.assert(
      fc.property(fc.date({ noInvalidDate: true }), (date) => {
        expect(parseTimestamp(date.toISOString())).toBe(date.getTime())
      }),
    )
  })
})
