import { createRandom, type Random } from '@claims/frame'
import { describe, expect, test } from '@jest/globals'
import { lastDayOf } from '../src/data/last-day.ts'
import { immatureLook } from '../src/data/label-maturity.ts'

const day = 86_400_000
const of = (days: readonly number[]): Float64Array => Float64Array.from(days, (each) => each * day + 3600)
/** Two rows a day. */
const steady = Array.from({ length: 800 }, (_, row) => Math.floor(row / 2))

describe('the day that a file reaches to', () => {
  test.each([
    ['no row', [], -Infinity],
    ['missing times only', [NaN, NaN], -Infinity],
    ['one row', [7], 7],
    ['rows of one day', [7, 7, 7, 7], 7],
    ['a steady file', steady, 399],
    ['missing times and an infinite one', [...steady, NaN, Infinity], 399],
    ['a stray years ahead', [...steady, 4000], 399],
    ['three strays, each alone', [...steady, 4000, 8000, 500], 399],
    ['strays of one day', [...steady, 4000, 4000, 4000], 399],
    ['as many strays as 1 % of the rows', [...steady, ...Array.from({ length: 8 }, (_, i) => 500 + i)], 399],
    ['more rows than strays can be', [...steady, ...Array.from({ length: 9 }, (_, i) => 500 + i)], 508],
    ['a gap that would hold fewer than 20 rows', [...steady, 409], 409],
    ['a gap that would hold 20 rows', [...steady, 410], 399],
    ['a stray before all others', [-4000, ...steady], 399],
    ['a file with a gap in its middle', [...steady, ...steady.map((each) => 1000 + each)], 1399],
    ['sparse rows', [0, 30, 60, 90, 120, 150, 180, 210], 210],
  ])('%s', (_, days, last) => {
    expect(lastDayOf(of(days), 9)).toBe(last)
    expect(lastDayOf(of([...days].reverse()), 9)).toBe(last)
  })

  test('a shorter gap than asked for is none', () => {
    expect(lastDayOf(of([...steady, 420]), 20)).toBe(399)
    expect(lastDayOf(of([...steady, 420]), 21)).toBe(420)
  })
})

describe('stray rows and the look of immature labels, over 200 files', () => {
  const span = 1095
  const rows = 1000
  function look(seed: number, { immature, strays }: { immature: boolean; strays: number }): boolean {
    const random = createRandom(seed)
    const days = Array.from({ length: rows }, () => random.integer(span))
    const label = (at: number, from: Random): number =>
      from.next() < 0.1 && !(immature && at >= span - 90) ? 1 : 0
    const labels = days.map((at) => label(at, random))
    const further = createRandom(seed).split('strays')
    for (let i = 0; i < strays; i++) {
      days.push(span + 90 + further.integer(3650))
      labels.push(label(0, further))
    }
    const warnings = immatureLook({
      ...{ times: of(days), target: Uint8Array.from(labels), used: new Uint8Array(days.length).fill(1) },
      ...{ maturityDays: 90, field: 'y' },
    })
    return warnings.length > 0
  }
  const found = (options: { immature: boolean; strays: number }): number =>
    Array.from({ length: 200 }, (_, seed) => look(seed, options)).filter(Boolean).length

  test('raise no alarm where the labels are mature, and hide none where they are not', () => {
    const alarms = found({ immature: false, strays: 0 })
    expect(alarms).toBeLessThan(0.2 * 200)
    const hits = found({ immature: true, strays: 0 })
    expect(hits).toBeGreaterThan(0.99 * 200)
    for (const strays of [1, 3, 10]) {
      expect(found({ immature: false, strays })).toBe(alarms)
      expect(found({ immature: true, strays })).toBe(hits)
    }
  })

  test('say nothing of a last window of fewer than ten rows', () => {
    const warned = (late: number): boolean => {
      const days = [...Array.from({ length: 40 }, (_, i) => i), ...Array.from({ length: late }, () => 129)]
      const target = Uint8Array.from(days, (at) => (at < 40 && at % 2 === 0 ? 1 : 0))
      const used = new Uint8Array(days.length).fill(1)
      return immatureLook({ times: of(days), target, used, maturityDays: 90, field: 'y' }).length > 0
    }
    expect([warned(9), warned(10)]).toEqual([false, true])
  })
})
