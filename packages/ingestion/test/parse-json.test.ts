import { describe, expect, test } from '@jest/globals'
import { parseJsonExactly } from '@claims/ingestion'
import fc from 'fast-check'

describe('parseJsonExactly', () => {
  test.each([
    ['9007199254740993', 9007199254740993n],
    ['-9007199254740993', -9007199254740993n],
    ['9007199254740991', 9007199254740991],
    ['1234567890123456.5', 1234567890123456.5],
    ['1e20', 1e20],
    ['"12345678901234567890"', '12345678901234567890'],
  ])('%s', (text, value) => {
    expect(parseJsonExactly(text)).toEqual(value)
  })

  test('whole numbers of any length keep their digits, wherever they stand', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }), (number) => {
        const parsed = parseJsonExactly(`{"a": [${String(number)}], "__proto__": ${String(number)}}`)
        const { a } = parsed as { a: unknown[] }
        expect(String(a[0])).toBe(String(Number.isSafeInteger(Number(number)) ? Number(number) : number))
        expect(Object.hasOwn(parsed as object, '__proto__')).toBe(true)
      }),
      { seed: 7 },
    )
  })

  test('every other document is what JSON.parse makes of it', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom('', '1234567890123456'), (value, digits) => {
        const text = JSON.stringify([value, digits])
        const whole = (JSON.stringify(value).match(/(?<![\d.e"])-?\d{16,}(?![\d.e"])/g) ?? []).length > 0
        fc.pre(!whole)
        expect(parseJsonExactly(text)).toEqual(JSON.parse(text))
      }),
      { seed: 7 },
    )
  })
})
