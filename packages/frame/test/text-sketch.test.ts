import { describe, expect, test } from '@jest/globals'
import { sketchTexts, textColumn, type Marks } from '@claims/frame'

const words = (text: string): string[] => text.split(' ')

function marksOf(rows: number, isPositive: (row: number) => boolean): Marks {
  return {
    target: Uint8Array.from({ length: rows }, (_, row) => (isPositive(row) ? 1 : 0)),
    score: new Float64Array(rows).fill(0.5),
  }
}

function sketch(rows: number, textOf: (row: number) => string | null): ReturnType<typeof sketchTexts> {
  const texts = Array.from({ length: rows }, (_, row) => textOf(row))
  return sketchTexts(
    textColumn(texts),
    marksOf(rows, (row) => row % 2 === 0),
    words,
  )
}

describe('which words are listed', () => {
  test.each([
    [100, 10],
    [2000, 10],
    [2001, 11],
    [2200, 11],
    [2201, 12],
  ])('of %d rows a word needs %d', (rows, least) => {
    const found = sketch(rows, (row) => (row < least - 1 ? 'rare known' : row < least ? 'known' : null))
    expect(found).toMatchObject({ sampled_rows: rows, least_rows: least, tokens: ['known'], rows: [least] })
  })

  test('200 at most, by rows and then by name, each with its positives', () => {
    const names = Array.from({ length: 203 }, (_, i) => `w${String(i).padStart(3, '0')}`).reverse()
    const found = sketch(12, (row) =>
      row === 0 ? `${names.join(' ')} zz` : row < 11 ? names.join(' ') : 'zz zz',
    )
    const most = sketch(12, (row) => (row === 11 ? 'zz' : `${names.join(' ')} zz`))
    expect(found.tokens).toEqual([...names].reverse().slice(0, 200))
    expect(found.rows).toEqual(Array.from({ length: 200 }, () => 11))
    expect(found.positives).toEqual(Array.from({ length: 200 }, () => 6))
    expect(most.tokens.slice(0, 2)).toEqual(['zz', 'w000'])
    expect(most.rows.slice(0, 2)).toEqual([12, 11])
  })
})

describe('which rows are sampled', () => {
  test.each([
    [20_000, 20_000],
    [39_999, 39_999],
    [40_000, 20_000],
    [60_001, 20_001],
  ])('of %d rows %d', (rows, sampled) => {
    const stride = Math.round(rows / sampled)
    const found = sketch(rows, (row) => (row % stride === 0 ? 'taken' : 'passed over'))
    expect(found).toMatchObject({ sampled_rows: sampled, tokens: ['taken'], rows: [sampled] })
    // The number of words is counted in every row.
    expect(found.words.rows.reduce((sum, count) => sum + count, 0)).toBe(rows)
  })

  test('a missing text has no words, an empty one none either', () => {
    const found = sketchTexts(
      textColumn(['a b', null, '']),
      marksOf(3, () => true),
      (text) => (text === '' ? [] : words(text)),
    )
    expect(found.words.edges).toEqual([0, 2])
    expect(found.words.rows).toEqual([1, 1, 1])
    expect(found.words.joint?.positives).toEqual([1, 1, 1])
  })
})
