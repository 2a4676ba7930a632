import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { scanStructure } from '../src/body/scan-structure.ts'

const limits = { depth: 20, fields: 500, values: 300_000 }
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

describe('scanStructure', () => {
  test.each([
    ['depth', '['.repeat(21)],
    ['depth', '{"a":'.repeat(21)],
    ['fields', `{${Array.from({ length: 501 }, (_, i) => `"${String(i)}":1`).join(',')}}`],
    ['values', `[${'1,'.repeat(300_000)}1]`],
  ])('refuses what breaks the limit "%s"', (limit, text) => {
    expect(() => {
      scanStructure(limits).push(bytes(text))
    }).toThrow(expect.objectContaining({ code: 'limit_exceeded', message: expect.stringContaining(limit) }))
  })

  test.each([
    ['['.repeat(20) + ']'.repeat(20)],
    [`[${Array(100).fill('[]').join(',')}]`],
    [
      `[${Array(3)
        .fill(`{${Array.from({ length: 500 }, (_, i) => `"${String(i)}":1`).join(',')}}`)
        .join(',')}]`,
    ],
    [JSON.stringify({ a: '['.repeat(10_000), 'b\\': '\\"{:,'.repeat(1000) })],
  ])('takes what keeps them', (text) => {
    expect(() => {
      scanStructure(limits).push(bytes(text))
    }).not.toThrow()
  })

  test('counts members alike however the bytes are cut', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(30), (value, size) => {
        const text = bytes(JSON.stringify(value))
        const scan = scanStructure({ depth: 1000, fields: 1e6, values: 1e6 })
        for (let at = 0; at < text.length; at += size + 1) scan.push(text.subarray(at, at + size + 1))
        expect(scan.counts().members).toBe(membersOf(value))
        expect(scan.counts().values).toBeGreaterThanOrEqual(valuesOf(value))
      }),
      { seed: 11 },
    )
  })
})

function membersOf(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + membersOf(item), 0)
  if (value === null || typeof value !== 'object') return 0
  return Object.values(value).reduce((sum: number, item) => sum + 1 + membersOf(item), 0)
}

function valuesOf(value: unknown): number {
  if (value === null || typeof value !== 'object') return 1
  return Object.values(value).reduce((sum: number, item) => sum + valuesOf(item), 1)
}
