import { describe, expect, test } from '@jest/globals'
import { canonicalJson } from '../src/index.ts'

describe('canonicalJson', () => {
  test('gives equal values equal bytes', () => {
    const text = canonicalJson({ b: { d: 1, c: [2, { f: 0, e: null }] }, a: 'x', left_out: undefined })
    expect(text).toBe(canonicalJson({ a: 'x', b: { c: [2, { e: null, f: 0 }], d: 1 } }))
    expect(Object.keys(JSON.parse(text) as object)).toEqual(['a', 'b'])
  })
  test('refuses a number that JSON would turn into null', () => {
    expect(() => canonicalJson({ auc: [1, Number.NaN] })).toThrow(
      new TypeError('$.auc[1] is NaN, which JSON cannot hold'),
    )
  })
})
