import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parseJsonExactly } from '../src/parse-json.ts'

describe('parseJsonExactly', () => {
  test('keeps the digits of whole numbers beyond 2^53', () => {
    expect(parseJsonExactly('{"id": 9007199254740993, "list": [-12345678901234567890, 5]}')).toEqual({
      id: 9007199254740993n,
      list: [-12345678901234567890n, 5],
    })
  })

  test.each([
    ['90071992547409931.0', 90071992547409931n],
    ['-90071992547409931.000', -90071992547409931n],
    ['90071992547409931.5', Number('90071992547409931.5')],
    ['9007199254740991.0', 9007199254740991],
    ['9.0071992547409931e20', Number('9.0071992547409931e20')],
  ])('a whole number keeps its digits with zeros behind a point: %s', (text, value) => {
    expect(parseJsonExactly(`[${text}]`)).toEqual([value])
  })

  test('leaves what is no long whole number as JSON.parse gives it', () => {
    const text =
      '{"a": 9007199254740991, "b": 1e30, "c": 0.12345678901234567890, "d": "12345678901234567890"}'
    expect(parseJsonExactly(text)).toEqual(JSON.parse(text))
    expect(parseJsonExactly(`[${'9'.repeat(400)}]`)).toEqual([Infinity])
  })

  test('gives what JSON.parse gives for every JSON value without such numbers', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(['0'.repeat(16), value])
        const numbers = /(^|[^\d.eE+"-])-?\d{16,}(\.0+)?($|[^\d.eE+])/.test(text)
        if (!numbers) expect(parseJsonExactly(text)).toEqual(JSON.parse(text))
      }),
    )
  })

  test('refuses what is no JSON, and a depth that cannot be walked, as a syntax error', () => {
    expect(() => parseJsonExactly('{"id": 12345678901234567890,}')).toThrow(SyntaxError)
    const depth = 200_000
    expect(() => parseJsonExactly(`${'['.repeat(depth)}12345678901234567890${']'.repeat(depth)}`)).toThrow(
      SyntaxError,
    )
  })
})
