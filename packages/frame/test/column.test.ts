import { describe, expect, test } from '@jest/globals'
import {
  booleanColumn,
  categoryColumn,
  cellAt,
  codedColumn,
  columnLength,
  isMissing,
  missingBoolean,
  numberColumn,
  textColumn,
  timestampColumn,
} from '@claims/frame'

const day = 86_400_000

describe('columns', () => {
  test('a typed array becomes a column without a copy', () => {
    const numbers = Float64Array.of(1, 2)
    const booleans = Uint8Array.of(0, 1)
    expect(numberColumn(numbers).values).toBe(numbers)
    expect(timestampColumn(numbers).values).toBe(numbers)
    expect(booleanColumn(booleans).values).toBe(booleans)
  })

  test('category levels are numbered in order of first appearance', () => {
    const column = categoryColumn(['home', null, 'auto', 'home'])
    expect(column.levels).toEqual(['home', 'auto'])
    expect([...column.codes]).toEqual([0, -1, 1, 0])
  })

  test.each([
    ['number', numberColumn([1.5, NaN]), 1.5],
    ['timestamp at midnight', timestampColumn([day, NaN]), '1970-01-02'],
    ['timestamp in the day', timestampColumn([day + 1, NaN]), '1970-01-02T00:00:00.001Z'],
    ['timestamp before the year 0', timestampColumn([Date.UTC(-169, 0, 5), NaN]), '-000169-01-05'],
    ['category', categoryColumn(['auto', null]), 'auto'],
    ['coded category', codedColumn(Int32Array.of(1, -1), ['home', 'auto']), 'auto'],
    ['text', textColumn(['', null]), ''],
    ['boolean', booleanColumn([false, null]), false],
  ] as const)('%s: a present and a missing cell', (_, column, first) => {
    expect(columnLength(column)).toBe(2)
    expect(cellAt(column, 0)).toBe(first)
    expect(isMissing(column, 0)).toBe(false)
    expect(cellAt(column, 1)).toBeNull()
    expect(isMissing(column, 1)).toBe(true)
  })

  test('a missing boolean has a code of its own', () => {
    expect([...booleanColumn([true, null, false]).values]).toEqual([1, missingBoolean, 0])
  })
})
