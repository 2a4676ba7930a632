import { describe, expect, test } from '@jest/globals'
import { placesOf } from '../src/places.ts'
import { ranIn } from '../src/ran-ranges.ts'
import { percent, summarizeFile } from '../src/summarize.ts'

const text = `import { a } from './a.ts'
export interface B { b: number }
export function f(x: number): number {
  if (x > 0) return a
  else if (x < 0) throw new Error('no')
  for (const y of [1]) a(y && x)
  switch (x) {
    case 1:
    case 2:
      return 2
    default:
      break
  }
  try { return x ? 1 : 2 } catch { return 3 }
}
const g = (): number => 1
declare const h: number
`

describe('placesOf', () => {
  test('lines have statements, not declarations or imports', () => {
    expect([...new Set(placesOf(text).statements.map(({ line }) => line))].sort((a, b) => a - b)).toEqual([
      4, 5, 6, 7, 10, 12, 14, 16,
    ])
  })

  test('branches are arms that have a place', () => {
    expect(placesOf(text).branches.map(({ offset }) => text.slice(offset).split(/[\s)]/)[0])).toEqual([
      'return',
      'if',
      'throw',
      'a(y',
      'x',
      'return',
      'break',
      '1',
      '2',
      '{',
    ])
  })
})

describe('summarizeFile', () => {
  test('a file that nothing loaded has nothing covered', () => {
    expect(summarizeFile('f.ts', 'f()\ng()\n', undefined)).toMatchObject({
      lines: { total: 2, covered: 0 },
      missed: [1, 2],
    })
  })

  test('inner ranges say more than those around them, in any order', () => {
    const whole = { startOffset: 0, endOffset: 20, count: 1 }
    const inner = { startOffset: 4, endOffset: 10, count: 0 }
    const innermost = { startOffset: 6, endOffset: 7, count: 3 }
    for (const functions of [
      [{ ranges: [whole, inner] }, { ranges: [innermost] }],
      [{ ranges: [innermost] }, { ranges: [whole, inner] }],
    ])
      expect([...ranIn({ url: '', functions }, 12)]).toEqual([1, 1, 1, 1, 0, 0, 1, 0, 0, 0, 1, 1])
  })

  test('nothing to cover is covered', () => {
    expect(percent({ total: 0, covered: 0 })).toBe(100)
    expect(percent({ total: 8, covered: 6 })).toBe(75)
  })
})
