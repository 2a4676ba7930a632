import { describe, expect, test } from '@jest/globals'
import { fittingText } from '../src/mlflow/mirror/fitting-text.ts'

describe('fittingText', () => {
  test('leaves what fits', () => {
    expect(fittingText('zu viele Prüfungen 🚗', 20)).toEqual({ text: 'zu viele Prüfungen 🚗', change: null })
  })

  test('cuts characters, not halves of them, and says so', () => {
    const { text, change } = fittingText('🚗'.repeat(11), 10)
    expect(text).toBe(`${'🚗'.repeat(9)}…`)
    expect(change).toBe('has 11 characters, of which 9 are mirrored')
  })

  test('replaces what no server keeps', () => {
    const { text, change } = fittingText('a\0b\uD83Dc', 10)
    expect(text).toBe('a\uFFFDb\uFFFDc')
    expect(change).toContain('U+FFFD')
  })
})
