import { describe, expect, test } from '@jest/globals'
import { parseTimestamp } from '@claims/frame'

const noon = Date.UTC(2024, 0, 1, 12)
const minute = 60_000

describe('the zone of a moment', () => {
  test.each([
    ['', 0],
    ['Z', 0],
    ['z', 0],
    ['UTC', 0],
    ['gmt', 0],
    [' UTC', 0],
    ['+00', 0],
    ['+01', 60],
    ['-01', -60],
    ['+18', 18 * 60],
    ['-18', -18 * 60],
    ['+0530', 330],
    ['-0530', -330],
    ['+05:30', 330],
    ['-05:45', -345],
    [' +05:30', 330],
    ['+18:00', 18 * 60],
    ['-18:59', -(18 * 60 + 59)],
  ])('%j is that many minutes east: %s', (zone, east) => {
    expect(parseTimestamp(`2024-01-01T12:00${zone}`)).toBe(noon - east * minute)
    expect(parseTimestamp(`2024-01-01T12:00:00.000${zone}`)).toBe(noon - east * minute)
  })

  test.each([
    '+19',
    '-19',
    '+19:00',
    '+1900',
    '+05:60',
    '+0560',
    '+5',
    '+5:30',
    '+05:3',
    '+05:300',
    '+053',
    '+05-30',
    '+',
    '05:30',
    'UT',
    'UTZ',
    'GTC',
    'UMT',
    'ZZ',
    'Z+01',
    'CET',
  ])('%j is no zone', (zone) => {
    expect(parseTimestamp(`2024-01-01T12:00${zone}`)).toBeNaN()
  })
})
