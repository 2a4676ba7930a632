import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parseTimestamp, timestampParser } from '@claims/frame'

const day = fc.date({
  min: new Date('1969-01-01T00:00:00Z'),
  max: new Date('2068-12-31T23:59:59.999Z'),
  noInvalidDate: true,
})
const two = (value: number): string => String(value).padStart(2, '0')
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

describe('timestampParser', () => {
  test('reads every day in every order, form and separator', () => {
    fc.assert(
      fc.property(day, fc.constantFrom('/', '.', '-', ' '), fc.boolean(), (date, sign, short) => {
        const [y, m, d] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()]
        const want = Date.UTC(y, m - 1, d)
        const year = short ? two(y % 100) : String(y)
        expect(timestampParser('dmy')([two(d), String(m), year].join(sign))).toBe(want)
        expect(timestampParser('mdy')([String(m), two(d), year].join(sign))).toBe(want)
        expect(timestampParser('ymd')([year, two(m), String(d)].join(sign))).toBe(want)
        for (const order of ['dmy', 'mdy', 'ymd']) {
          expect(timestampParser(order)(`${two(d)}-${months[m - 1]!.toUpperCase()}-${year}`)).toBe(want)
          expect(timestampParser(order)(new Date(want).toISOString())).toBe(want)
        }
        expect(timestampParser('yyyymmdd')(`${String(y)}${two(m)}${two(d)}`)).toBe(want)
        expect(timestampParser('YYYYMMDD')(`${String(y)}${two(m)}${two(d)}`)).toBe(want)
        expect(timestampParser('D. MMM YYYY')(`${String(d)}. ${months[m - 1]!} ${String(y)}`)).toBe(want)
      }),
      { numRuns: 500 },
    )
  })

  test('reads times, halves of the day and zones as ISO does', () => {
    fc.assert(
      fc.property(day, fc.integer({ min: -18 * 4, max: 18 * 4 }), (date, quarters) => {
        const local = new Date(date.getTime() + quarters * 15 * 60_000).toISOString()
        const size = Math.abs(quarters) * 15
        const zone = `${quarters < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`
        const iso = `${local.slice(0, -1)}${zone}`
        expect(parseTimestamp(iso)).toBe(date.getTime())
        expect(parseTimestamp(iso.replace('T', ' ').replace(/([+-]\d\d):(\d\d)$/, ' $1$2'))).toBe(
          date.getTime(),
        )
        const [y, m, d] = local.slice(0, 10).split('-') as [string, string, string]
        expect(timestampParser('dmy')(`${d}.${m}.${y} ${local.slice(11, -1)} ${zone}`)).toBe(date.getTime())
        const hour = Number(local.slice(11, 13))
        const half = `${String(hour % 12 === 0 ? 12 : hour % 12)}${local.slice(13, -1)} ${hour < 12 ? 'AM' : 'pm'}`
        expect(timestampParser('mdy')(`${m}/${d}/${y} ${half} ${zone}`)).toBe(date.getTime())
      }),
      { numRuns: 500 },
    )
  })

  test.each([
    ['dmy', '29.02.2023'],
    ['dmy', '1.2.3'],
    ['dmy', '01/02-2023'],
    ['dmy', '31-Foo-23'],
    ['dmy', '01.02.2023 24:00'],
    ['mdy', '01/02/2023 13:00 PM'],
    ['mdy', '31/01/2023'],
    ['ymd', '31.05.2023'],
    ['yyyymmdd', '20230229'],
    ['excel_serial', '60.5'],
    ['epoch_seconds', '1e9'],
    ['epoch_milliseconds', '9'.repeat(30)],
    ['DD.MM.YYYY', '1.2.2023'],
    ['YYYY-MM-DD[T]HH', '2023-01-01 10'],
  ])('%s does not read %s', (format, text) => {
    expect(timestampParser(format)(text)).toBeNaN()
  })

  test('answers quickly on long and crafted texts', () => {
    const started = performance.now()
    for (const format of ['dmy', 'mdy', 'ymd', 'DD.MM.YYYY HH:mm'])
      for (const text of [
        ' '.repeat(100_000),
        '1 '.repeat(30),
        `31.05.2023${' '.repeat(50)}x`,
        '1'.repeat(64),
      ])
        expect(timestampParser(format)(text)).toBeNaN()
    expect(performance.now() - started).toBeLessThan(500)
  })

  test('a pattern that parseBlueprint refuses is a programmer’s mistake', () => {
    expect(() => timestampParser('DD.MM')).toThrow(TypeError)
  })
})
