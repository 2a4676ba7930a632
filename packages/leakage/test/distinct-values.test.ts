import { describe, expect, test } from '@jest/globals'
import { booleanColumn, categoryColumn, numberColumn, textColumn, timestampColumn } from '@claims/frame'
import { distinctValues } from '../src/distinct-values.ts'

describe('distinctValues', () => {
  test('whole numbers: different values over present ones, and equal pairs expected over their range', () => {
    // 4 present of 5; 6 pairs over the range 3 ... 12, which has 10 numbers.
    expect(distinctValues(numberColumn([3, 12, NaN, 3, 7]))).toEqual({
      present: 4,
      share: 3 / 4,
      expectedEqualPairs: 6 / 10,
      words: 1,
    })
  })

  test('negative numbers have a range as well; one number has a range of one', () => {
    expect(distinctValues(numberColumn([-5, 4])).expectedEqualPairs).toBe(1 / 10)
    expect(distinctValues(numberColumn([8, 8, 8]))).toMatchObject({ share: 1 / 3, expectedEqualPairs: 3 })
  })

  test('moments count as whole numbers', () => {
    expect(distinctValues(timestampColumn([1000, 1000, 1003]))).toMatchObject({
      present: 3,
      share: 2 / 3,
      expectedEqualPairs: 3 / 4,
    })
  })

  test.each([
    ['one that is not whole', [1, 2, 2.5], 3],
    ['none', [NaN, NaN], 0],
  ])('numbers with %s have no share', (_, values, present) => {
    expect(distinctValues(numberColumn(values))).toEqual({
      present,
      share: 0,
      expectedEqualPairs: 0,
      words: 1,
    })
  })

  test('only the rows that are asked for count', () => {
    expect(distinctValues(numberColumn([1, 1, 5, 9]), Uint32Array.of(2, 3))).toMatchObject({
      present: 2,
      share: 1,
      expectedEqualPairs: 1 / 5,
    })
    expect(distinctValues(categoryColumn(['a', 'a', 'b', null]), Uint32Array.of(0, 1, 3))).toMatchObject({
      present: 2,
      share: 1 / 2,
    })
    expect(distinctValues(textColumn(['a', 'b', 'b']), Uint32Array.of(1, 2))).toMatchObject({
      present: 2,
      share: 1 / 2,
    })
  })

  test('categories and texts: the median of words', () => {
    for (const column of [categoryColumn, textColumn])
      expect(distinctValues(column(['now three words', 'one', ' two words ', null, 'one']))).toEqual({
        present: 4,
        share: 3 / 4,
        expectedEqualPairs: 0,
        words: 2,
      })
    expect(distinctValues(textColumn([null]))).toEqual({
      present: 0,
      share: 0,
      expectedEqualPairs: 0,
      words: 1,
    })
  })

  test('the median is that of the first 101 different texts', () => {
    const texts = Array.from({ length: 900 }, (_, i) => (i < 51 ? `w${String(i)}` : `w ${String(i)}`))
    for (const column of [categoryColumn, textColumn]) {
      expect(distinctValues(column(texts)).words).toBe(1)
      expect(distinctValues(column(texts.slice(1))).words).toBe(2)
    }
  })

  test('truth values tell no rows apart', () => {
    expect(distinctValues(booleanColumn([true, false, null]))).toMatchObject({ share: 0, words: 1 })
  })
})
