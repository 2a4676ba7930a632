import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parseDecimal } from '../src/parse-decimal.ts'

function parse(text: string): number {
  const bytes = Buffer.from(`x${text}y`)
  return parseDecimal(bytes, 1, bytes.length - 1)
}

describe('parseDecimal', () => {
  test('gives exactly Number(text) for every double', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(Object.is(parse(String(value)), Number(String(value)))).toBe(true)
        expect(Object.is(parse(value.toExponential(20)), Number(value.toExponential(20)))).toBe(true)
      }),
      { numRuns: 5000 },
    )
  })

  test('gives exactly Number(text) for decimals of any length', () => {
    const digits = fc.string({
      unit: fc.constantFrom('0', '1', '2', '3', '4', '5', '6', '7', '8', '9'),
      minLength: 1,
      maxLength: 25,
    })
    const sign = fc.constantFrom('', '-', '+')
    const power = fc.option(fc.integer({ min: -330, max: 330 }), { nil: undefined })
    fc.assert(
      fc.property(sign, digits, fc.option(digits, { nil: '' }), power, (s, whole, fraction, exponent) => {
        const text = `${s}${whole}${fraction === '' ? '' : `.${fraction}`}${exponent === undefined ? '' : `e${String(exponent)}`}`
        expect(Object.is(parse(text), Number(text))).toBe(true)
      }),
      { numRuns: 10_000 },
    )
  })

  test.each([
    ['9007199254740993', 9007199254740992],
    ['0.1', 0.1],
    ['1.', 1],
    ['.5', 0.5],
    [' 7 ', 7],
    ['1E+2', 100],
    ['-0', -0],
    ['0.00273972602739726', 0.00273972602739726],
    ['1e400', Infinity],
    ['-Infinity', -Infinity],
    ['inf', Infinity],
  ])('reads %s', (text, value) => {
    expect(Object.is(parse(text), value)).toBe(true)
  })

  test.each([
    '',
    ' ',
    '.',
    '-',
    '+',
    'e5',
    '1e',
    '1e+',
    '0x10',
    '1_000',
    '1,000',
    '1 000',
    '--1',
    '1.2.3',
    'NaN',
    '12a',
    'info',
  ])('refuses "%s"', (text) => {
    expect(parse(text)).toBeNaN()
  })
})
