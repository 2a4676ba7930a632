import { describe, expect, test } from '@jest/globals'
import { parseTimestamp, parseTimestampBytes } from '@claims/frame'

const moment = Date.UTC(2024, 1, 29, 10, 20, 30, 125)
const text = '2024-02-29T10:20:30.125Z'

describe('a moment in the midst of bytes', () => {
  test.each(['', '0', '-', 'Z', ' ', ',', '"', '.', ':', '+01:00'])(
    '%j around it is not looked at',
    (around) => {
      const bytes = Buffer.from(`${around}${text}${around}`)
      const start = around.length
      expect(parseTimestampBytes(bytes, start, start + text.length)).toBe(moment)
      for (const [i, form] of [
        '2024-02-29',
        '2024-02-29 10:20',
        '2024-02-29T10:20:30',
        '2024-02-29T10:20:30.1',
        '2024-02-29T10:20+00',
      ].entries()) {
        const expected = [0, 37_200_000, 37_230_000, 37_230_100, 37_200_000][i]! + Date.UTC(2024, 1, 29)
        const within = Buffer.from(`${around}${form}${around}`)
        expect([form, parseTimestampBytes(within, start, start + form.length)]).toEqual([form, expected])
      }
    },
  )

  test('blanks, tabs and line ends within the range are passed over, those of nothing are no moment', () => {
    const bytes = Buffer.from(` \t\r\n2024-02-29 \t\n1`)
    expect(parseTimestampBytes(bytes, 0, bytes.length - 1)).toBe(Date.UTC(2024, 1, 29))
    expect(parseTimestampBytes(bytes, 0, bytes.length)).toBeNaN()
    expect(parseTimestampBytes(Buffer.from('                '), 0, 12)).toBeNaN()
    expect(parseTimestampBytes(bytes, 4, 4)).toBeNaN()
  })

  test('a range that ends early cuts it', () => {
    const bytes = Buffer.from(text)
    const read = Array.from({ length: text.length + 1 }, (_, end) => parseTimestampBytes(bytes, 0, end))
    expect(read.flatMap((value, end) => (Number.isNaN(value) ? [] : [end]))).toEqual([
      10, 16, 19, 21, 22, 23, 24,
    ])
    expect(read).toEqual(
      Array.from({ length: text.length + 1 }, (_, end) => parseTimestamp(text.slice(0, end))),
    )
  })
})

describe('the length of a text', () => {
  test('is 64 at most, blanks counted', () => {
    expect(parseTimestamp('2024-02-29'.padEnd(64))).toBe(Date.UTC(2024, 1, 29))
    expect(parseTimestamp('2024-02-29'.padEnd(65))).toBeNaN()
    expect(parseTimestamp(`2024-02-29T10:20:30.${'0'.repeat(44)}`)).toBe(moment - 125)
    expect(parseTimestamp(`2024-02-29T10:20:30.${'0'.repeat(45)}`)).toBeNaN()
  })

  test('characters beyond ASCII are none of a moment', () => {
    expect(parseTimestamp('2024-02-29\u00a0')).toBe(Date.UTC(2024, 1, 29))
    expect(parseTimestamp('2024-02-29\u0080')).toBeNaN()
    expect(parseTimestamp('2024-02-29\u007f')).toBeNaN()
    expect(parseTimestamp('\u0132024-02-29')).toBeNaN()
  })
})

describe('fractions', () => {
  test.each([
    ['.1', 100],
    ['.12', 120],
    ['.123', 123],
    ['.1239', 123],
    ['.999999999', 999],
    ['.0009', 0],
    ['.05', 50],
  ])('%s of a second are %d milliseconds', (fraction, milliseconds) => {
    expect(parseTimestamp(`2024-02-29T10:20:30${fraction}`)).toBe(moment - 125 + milliseconds)
  })

  test.each([
    '2024-02-29T10:20:30.',
    '2024-02-29T10:20:30.Z',
    '2024-02-29T10:20.5',
    '2024-02-29T10:20:',
    '2024-02-29T10:20:3',
  ])('%s is no moment', (wrong) => {
    expect(parseTimestamp(wrong)).toBeNaN()
  })
})
