import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  booleanColumn,
  categoryColumn,
  Frame,
  numberColumn,
  textColumn,
  timestampColumn,
  type FrameColumn,
} from '@claims/frame'
import { findRepeats } from '../src/unique-key-check.ts'

/** The earlier row with the same values, by comparing all pairs; -1 where there is none. */
function expectedRepeats(rows: readonly (readonly unknown[])[]): number[] {
  return rows.map((row, at) =>
    row.includes(null)
      ? -1
      : rows.slice(0, at).findIndex((earlier) => earlier.every((cell, i) => cell === row[i])),
  )
}

function found(columns: Record<string, FrameColumn>): number[] {
  const frame = Frame.fromColumns(columns)
  return [...(findRepeats(frame, frame.names) ?? new Int32Array(frame.rows).fill(-1))]
}

describe('repeated keys', () => {
  test('are those that comparing all pairs finds, in columns of every kind', () => {
    const cell = <T>(...values: T[]): fc.Arbitrary<T | null> =>
      fc.option(fc.constantFrom(...values), { nil: null, freq: 8 })
    const row = fc.tuple(
      cell(0, -0, 1, -1, 2 ** 32, 1e300),
      cell(0, 1, 2 ** 32),
      cell('a', 'b'),
      cell('x', 'y', ''),
      cell(true, false),
    )
    const keys = fc.subarray(['n', 'm', 'c', 't', 'b'] as const, { minLength: 1 })
    fc.assert(
      fc.property(fc.array(row, { maxLength: 40 }), keys, (rows, names) => {
        const all = {
          n: numberColumn(rows.map(([n]) => n ?? NaN)),
          m: timestampColumn(rows.map(([, m]) => m ?? NaN)),
          c: categoryColumn(rows.map(([, , c]) => c)),
          t: textColumn(rows.map(([, , , t]) => t)),
          b: booleanColumn(rows.map(([, , , , b]) => b)),
        }
        const picked = Object.fromEntries(names.map((name) => [name, all[name]]))
        const index = { n: 0, m: 1, c: 2, t: 3, b: 4 }
        expect(found(picked)).toEqual(
          expectedRepeats(rows.map((cells) => names.map((name) => cells[index[name]]))),
        )
      }),
      { numRuns: 500 },
    )
  })

  test.each([
    ['number', numberColumn([NaN, 7, NaN, 7, NaN])],
    ['timestamp', timestampColumn([NaN, 7, NaN, 7, NaN])],
    ['category', categoryColumn([null, 'a', null, 'a', null])],
    ['text', textColumn([null, 'a', null, 'a', null])],
    ['boolean', booleanColumn([null, true, null, true, null])],
  ] as const)('a missing %s is nobody’s key', (_, column) => {
    expect(found({ key: column })).toEqual([-1, -1, -1, 1, -1])
  })

  test('two rows are enough', () => {
    expect(found({ key: numberColumn([5, 5]) })).toEqual([-1, 0])
    expect(found({ key: numberColumn([5]) })).toEqual([-1])
  })

  test('texts of the same hash are different keys', () => {
    // These pairs have the same 32-bit FNV-1a hash.
    const pairs = ['costarring', 'liquor', 'declinate', 'macallums', 'altarage', 'zinke', 'liquor']
    expect(found({ key: textColumn(pairs) })).toEqual([-1, -1, -1, -1, -1, -1, 1])
  })

  test('none where nothing repeats or a column is absent', () => {
    const frame = Frame.fromColumns({ key: numberColumn([1, 2, 3]) })
    expect(findRepeats(frame, ['key'])).toBeNull()
    expect(findRepeats(frame, ['key', 'absent'])).toBeNull()
  })
})
