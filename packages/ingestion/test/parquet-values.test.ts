import { describe, expect, test } from '@jest/globals'
import type { SchemaElement } from 'hyparquet'
import { itemPlan, valuePlan } from '../src/parquet-value.ts'

type Element = Partial<SchemaElement>

/** A stored value as it is read, or why it is not. */
function read(element: Element, stored?: unknown): unknown {
  const plan = valuePlan({ name: 'x', ...element })
  return 'left' in plan ? plan.left : plan.read(stored)
}
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)
const text = new TextEncoder().encode('é')

describe('what is left out', () => {
  test.each<[Element, string]>([
    [{ type: 'BYTE_ARRAY', converted_type: 'BSON' }, 'BSON'],
    [{ type: 'BYTE_ARRAY', logical_type: { type: 'BSON' } }, 'BSON'],
    [{ type: 'FIXED_LEN_BYTE_ARRAY', converted_type: 'INTERVAL' }, 'an interval'],
    [{ type: 'BYTE_ARRAY', logical_type: { type: 'GEOMETRY' } }, 'geometry'],
    [{ type: 'BYTE_ARRAY', logical_type: { type: 'GEOGRAPHY' } }, 'geometry'],
    [{}, 'of an unknown type'],
  ])('%j is %s', (element, left) => {
    expect(read(element)).toBe(left)
  })
})

describe('whole numbers', () => {
  const int32: Element = { type: 'INT32' }
  const int64: Element = { type: 'INT64' }
  const integer = (isSigned: boolean, bitWidth: number): Element => ({
    logical_type: { type: 'INTEGER', bitWidth, isSigned },
  })

  test.each<[Element, unknown, unknown]>([
    [int32, -1, -1],
    [{ ...int32, ...integer(true, 32) }, -1, -1],
    [{ ...int32, ...integer(false, 32) }, -1, 2 ** 32 - 1],
    [{ ...int32, converted_type: 'UINT_32' }, -1, 2 ** 32 - 1],
    [{ ...int32, converted_type: 'INT_32' }, -1, -1],
    [int64, -1n, -1],
    [int64, 2n ** 53n - 1n, 2 ** 53 - 1],
    [int64, 2n ** 53n, 2n ** 53n],
    [{ ...int64, ...integer(true, 64) }, -1n, -1],
    [{ ...int64, ...integer(false, 64) }, -1n, 2n ** 64n - 1n],
    [{ ...int64, converted_type: 'UINT_64' }, -1n, 2n ** 64n - 1n],
    [{ ...int64, converted_type: 'INT_64' }, -1n, -1],
  ])('%j of %p is %p', (element, stored, value) => {
    expect(read(element, stored)).toBe(value)
  })
})

describe('decimals', () => {
  test.each<[Element, unknown, unknown]>([
    [{ type: 'INT32', converted_type: 'DECIMAL', scale: 2 }, -105, -1.05],
    [{ type: 'INT32', converted_type: 'DECIMAL' }, 7, 7],
    [{ type: 'INT64', converted_type: 'DECIMAL', scale: 3 }, 1500n, 1.5],
    [{ type: 'INT64', logical_type: { type: 'DECIMAL', precision: 9, scale: 1 } }, 15n, 1.5],
    [{ type: 'BYTE_ARRAY', converted_type: 'DECIMAL', scale: 1 }, bytes(0xff, 0xf1), -1.5],
    [{ type: 'BYTE_ARRAY', converted_type: 'DECIMAL', scale: 1 }, bytes(), 0],
    [{ type: 'FIXED_LEN_BYTE_ARRAY', converted_type: 'DECIMAL', scale: 0 }, bytes(1, 0), 256],
    [{ type: 'INT64', converted_type: 'DECIMAL', scale: 1000 }, 0n, 0],
  ])('%j of %p is %p', (element, stored, value) => {
    expect(read(element, stored)).toBe(value)
  })

  test.each([-1, 1001, 0.5])('a scale of %d is impossible', (scale) => {
    expect(() => read({ type: 'INT32', converted_type: 'DECIMAL', scale })).toThrow('an impossible scale')
  })
})

describe('days and moments', () => {
  const moment = (unit: 'MILLIS' | 'MICROS' | 'NANOS'): Element => ({
    type: 'INT64',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit },
  })

  test.each<[Element, unknown, number]>([
    [{ type: 'INT32', converted_type: 'DATE' }, -1, -86_400_000],
    [{ type: 'INT32', logical_type: { type: 'DATE' } }, 2, 172_800_000],
    [moment('MILLIS'), 1500n, 1500],
    [moment('MICROS'), 1500n, 1],
    [moment('MICROS'), -1n, -1],
    [moment('MICROS'), -1000n, -1],
    [moment('NANOS'), -1_000_001n, -2],
    [moment('NANOS'), 1_999_999n, 1],
    [{ type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' }, -5n, -5],
    [{ type: 'INT64', converted_type: 'TIMESTAMP_MICROS' }, 5000n, 5],
    [{ type: 'INT96' }, (2_440_588n << 64n) + 1_500_000n, 1],
    [{ type: 'INT96' }, 2_440_587n << 64n, -86_400_000],
  ])('%j of %p is %d', (element, stored, milliseconds) => {
    expect(read(element, stored)).toEqual(new Date(milliseconds))
  })

  const time = (unit: 'MILLIS' | 'MICROS' | 'NANOS', type: 'INT32' | 'INT64'): Element => ({
    type,
    logical_type: { type: 'TIME', isAdjustedToUTC: true, unit },
  })
  test.each<[Element, unknown, string]>([
    [time('MILLIS', 'INT32'), 3_723_004, '01:02:03.004'],
    [{ type: 'INT32', converted_type: 'TIME_MILLIS' }, 86_399_000, '23:59:59'],
    [time('MICROS', 'INT64'), 60_000_010n, '00:01:00.00001'],
    [{ type: 'INT64', converted_type: 'TIME_MICROS' }, 3_600_000_000n, '01:00:00'],
    [time('NANOS', 'INT64'), 500_000_000n, '00:00:00.5'],
    [time('NANOS', 'INT64'), 1n, '00:00:00.000000001'],
  ])('%j of %p is %s', (element, stored, value) => {
    expect(read(element, stored)).toBe(value)
  })
})

describe('bytes', () => {
  const long = { type: 'BYTE_ARRAY' } as const
  const fixed = { type: 'FIXED_LEN_BYTE_ARRAY' } as const

  test.each<[Element, Uint8Array, unknown]>([
    [long, text, 'é'],
    [long, bytes(0xe9, 0), '0xe900'],
    [{ ...long, converted_type: 'UTF8' }, text, 'é'],
    [fixed, text, 'é'],
    [fixed, bytes(0xff), '0xff'],
    [
      { ...fixed, logical_type: { type: 'UUID' } },
      Uint8Array.from({ length: 16 }, (_, i) => i),
      '00010203-0405-0607-0809-0a0b0c0d0e0f',
    ],
    [{ ...fixed, logical_type: { type: 'FLOAT16' } }, bytes(0, 0x3c), 1],
    [{ ...fixed, logical_type: { type: 'FLOAT16' } }, bytes(0, 0xc1), -2.5],
    [{ ...fixed, logical_type: { type: 'FLOAT16' } }, bytes(0xff, 0x7b), 65_504],
    [{ ...fixed, logical_type: { type: 'FLOAT16' } }, bytes(1, 0), 2 ** -24],
    [{ ...fixed, logical_type: { type: 'FLOAT16' } }, bytes(0, 4), 2 ** -14],
    [{ ...fixed, logical_type: { type: 'FLOAT16' } }, bytes(0, 0x7c), Infinity],
    [{ ...fixed, logical_type: { type: 'FLOAT16' } }, bytes(0, 0xfc), -Infinity],
    [{ ...fixed, logical_type: { type: 'FLOAT16' } }, bytes(1, 0x7c), NaN],
  ])('%j of %p is %p', (element, stored, value) => {
    expect(read(element, stored)).toBe(value)
  })

  test.each<[Element, boolean]>([
    [{ converted_type: 'UTF8' }, true],
    [{ converted_type: 'ENUM' }, true],
    [{ converted_type: 'JSON' }, true],
    [{ logical_type: { type: 'STRING' } }, true],
    [{ logical_type: { type: 'ENUM' } }, true],
    [{ logical_type: { type: 'JSON' } }, true],
    [{}, false],
  ])('%j is text: %s, which must be UTF-8 and may be an item of a list', (element, isText) => {
    const whole: SchemaElement = { name: 'x', ...long, ...element }
    const attempt = (): unknown => read(whole, bytes(0xff))
    if (isText) expect(attempt).toThrow('not valid for encoding utf-8')
    else expect(attempt()).toBe('0xff')
    expect('left' in itemPlan(whole)).toBe(!isText)
    expect(itemPlan({ ...whole, type: 'INT32' })).toEqual({ left: 'nested or repeated' })
  })
})
