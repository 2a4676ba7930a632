import { describe, expect, test } from '@jest/globals'
import { columnSchema } from '@claims/contracts'
import { timeProxies } from '../src/time-proxies.ts'
import { date, numeric } from './columns.ts'

const event = columnSchema.parse({ name: 'when', role: 'event_time', type: 'timestamp' })

/** Which way a number goes with the event time, in days. */
function directionOf(days: (number | null)[], values: (number | null)[]): string | undefined {
  const moments = days.map((day) => (day === null ? null : new Date(day * 86_400_000)))
  const raw = {
    names: ['when', 'x'],
    rows: days.length,
    cells: { kind: 'values' as const, columns: [moments, values] },
    findings: [],
    lineage: { source: 'd', sha256: '', bytes: 0, rows: days.length, format: 'json' },
  }
  const found = timeProxies(raw, [event, numeric('x')])
  expect(found.map(({ column }) => column)).toEqual(found.length === 0 ? [] : ['x'])
  return found[0]?.direction
}

const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i)

describe('a number that goes with the event time', () => {
  test('rises or falls', () => {
    expect(directionOf(upTo(20), upTo(20))).toBe('rises')
    expect(
      directionOf(
        upTo(20),
        upTo(20).map((i) => -i),
      ),
    ).toBe('falls')
    expect(directionOf([...upTo(20)].reverse(), upTo(20))).toBe('falls')
  })

  test('does so in ten different values, whose order is chance less than once in a million', () => {
    // 9! is 362,880 and 10! is 3,628,800.
    expect(directionOf(upTo(9), upTo(9))).toBeUndefined()
    expect(directionOf(upTo(10), upTo(10))).toBe('rises')
    // Arrangements of 20 values, ten of each of two: 184,756; of 24, twelve of each: 2,704,156.
    const halves = (n: number): number[] => upTo(n).map((i) => (i < n / 2 ? 0 : 1))
    expect(directionOf(upTo(20), halves(20))).toBeUndefined()
    expect(directionOf(upTo(24), halves(24))).toBe('rises')
  })

  test('may stay, but not turn', () => {
    const stays = upTo(20).map((i) => Math.floor(i / 2))
    expect(directionOf(upTo(20), stays)).toBe('rises')
    expect(directionOf(upTo(20), [...stays].reverse())).toBe('falls')
    expect(directionOf(upTo(20), [...upTo(19), 17])).toBeUndefined()
    expect(directionOf(upTo(20), [1, 0, ...upTo(18).map((i) => i + 2)])).toBeUndefined()
    expect(
      directionOf(
        upTo(20),
        upTo(20).map(() => 5),
      ),
    ).toBeUndefined()
  })

  test('may do anything within rows of one moment', () => {
    const twice = upTo(24).map((i) => Math.floor(i / 2))
    const swapped = upTo(24).map((i) => (i % 2 === 0 ? i + 1 : i - 1))
    expect(directionOf(twice, swapped)).toBe('rises')
    expect(
      directionOf(
        twice,
        swapped.map((value) => -value),
      ),
    ).toBe('falls')
    // The larger of two rows of a moment lies above the smaller of the next two.
    const overlapping = swapped.map((value, i) => (i === 4 ? 6.5 : value))
    expect(directionOf(twice, overlapping)).toBeUndefined()
    expect(
      directionOf(
        twice,
        overlapping.map((value) => -value),
      ),
    ).toBeUndefined()
  })

  test('whatever is missing, and whatever the order of rows', () => {
    const days = [null, 3, 2, 1, 0, null, ...upTo(12).map((i) => i + 4)]
    const values = days.map((day, i) => (day === null ? -100 - i : day === 8 ? null : day * 1.5))
    expect(directionOf(days, values)).toBe('rises')
  })
})

test('only numeric columns beside an event time are looked at', () => {
  const raw = {
    names: ['when', 'x'],
    rows: 20,
    cells: {
      kind: 'values' as const,
      columns: [upTo(20).map((day) => new Date(day * 86_400_000)), upTo(20)],
    },
    findings: [],
    lineage: { source: 'd', sha256: '', bytes: 0, rows: 20, format: 'json' },
  }
  expect(timeProxies(raw, [event, numeric('x', { role: 'ignored' })])).toEqual([])
  expect(timeProxies(raw, [date('when'), numeric('x')])).toEqual([])
  expect(timeProxies(raw, [event])).toEqual([])
})
