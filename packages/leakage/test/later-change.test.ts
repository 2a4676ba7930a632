import { describe, expect, test } from '@jest/globals'
import {
  booleanColumn,
  categoryColumn,
  codedColumn,
  numberColumn,
  textColumn,
  timestampColumn,
  type FrameColumn,
} from '@claims/frame'
import { findLaterChange, type LaterChange } from '../src/later-change.ts'

/** What changed between the values before and those later. */
function change<T>(column: (values: T[]) => FrameColumn, before: T[], later: T[]): LaterChange | null {
  const train = Uint32Array.from(before, (_, i) => i)
  const rest = Uint32Array.from(later, (_, i) => before.length + i)
  return findLaterChange(column([...before, ...later]), train, rest)
}
const many = <T>(n: number, value: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => value(i))
const numbers = (values: number[]): FrameColumn => numberColumn(values)
const categories = (values: (string | null)[]): FrameColumn => categoryColumn(values)

describe('numbers outside of the training range', () => {
  const before = many(100, (i) => i)

  test('its ends are inside', () => {
    expect(change(numbers, before, [0, 99, 0, 99])).toBeNull()
  })

  test('half of the present later rows is a change, less is none', () => {
    expect(change(numbers, before, [99.5, 100, 5, 6])).toEqual({ kind: 'unseen', share: 0.5 })
    expect(change(numbers, before, [-0.5, 100, 5, 6, NaN])).toEqual({ kind: 'unseen', share: 0.5 })
    expect(change(numbers, before, [100, 5, 6])).toBeNull()
  })

  test('without a training value there is no range', () => {
    expect(change(numbers, [NaN, NaN], [1, 2, 3])).toBeNull()
    expect(change(numbers, [NaN, NaN], [1, 2])).toBeNull()
  })

  test('of many rows 50,000 are looked at, evenly spaced', () => {
    const outside = (where: (i: number) => boolean): LaterChange | null =>
      change(
        numbers,
        before,
        many(100_000, (i) => (where(i) ? 200 : i % 100)),
      )
    expect(outside((i) => i % 2 === 1 || i % 20 === 0)).toBeNull()
    expect(outside((i) => i % 2 === 0)).toEqual({ kind: 'unseen', share: 1 })
    expect(outside((i) => i % 4 === 0)).toEqual({ kind: 'unseen', share: 0.5 })
  })

  test('nothing later is no change', () => {
    expect(change(numbers, before, [NaN, NaN])).toBeNull()
  })
})

describe('one value in all later rows', () => {
  test('is a change where chance would hardly do it', () => {
    // (1/2)^20 is just below 1e-6, (1/2)^19 just above.
    const before = many(100, (i) => i % 2)
    expect(
      change(
        numbers,
        before,
        many(20, () => 1),
      ),
    ).toEqual({ kind: 'constant', share: 1 })
    expect(
      change(
        numbers,
        before,
        many(19, () => 1),
      ),
    ).toBeNull()
  })

  test('that training does not hold is unseen, be it a single row', () => {
    expect(change(numbers, [1, 2, 3], [7])).toEqual({ kind: 'unseen', share: 1 })
    expect(change(categories, ['a', 'b', 'a'], ['c'])).toEqual({ kind: 'unseen', share: 1 })
  })

  test('is none where the column never varied', () => {
    expect(
      change(
        numbers,
        many(50, () => 3),
        many(50, () => 3),
      ),
    ).toBeNull()
    expect(
      change(
        numbers,
        many(50, () => 3),
        many(50, () => 4),
      ),
    ).toBeNull()
  })

  test('missing cells before count as other values', () => {
    const before = many(100, (i) => (i < 50 ? NaN : i < 99 ? 1 : 0))
    expect(
      change(
        numbers,
        before,
        many(20, () => 1),
      ),
    ).toEqual({ kind: 'constant', share: 1 })
  })

  test('of truth values counts too', () => {
    const before = many<boolean | null>(100, (i) => (i % 10 === 0 ? null : i % 2 === 0))
    expect(
      change(
        (values) => booleanColumn(values),
        before,
        many(30, () => true),
      ),
    ).toEqual({
      kind: 'constant',
      share: 1,
    })
  })
})

describe('levels that training does not hold', () => {
  const before = many(100, (i) => `old ${String(i % 20)}`)

  test('half of the present later rows is a change, less is none', () => {
    expect(change(categories, before, ['old 1', 'new', 'old 2', 'new', null])).toEqual({
      kind: 'unseen',
      share: 0.5,
    })
    expect(change(categories, before, ['old 1', 'new', 'old 2'])).toBeNull()
  })

  test('a level is a level, whichever code it has', () => {
    const rows = (from: number, to: number): Uint32Array =>
      Uint32Array.from({ length: to - from }, (_, i) => from + i)
    // Training holds levels 1 and 2 and missing cells, the later rows 0 and 1.
    const codes = [...many(60, (i) => [1, 2, -1][i % 3]!), 0, 1, 0, 1]
    const column = codedColumn(Int32Array.from(codes), ['new', 'old', 'older'])
    expect(findLaterChange(column, rows(0, 60), rows(60, 64))).toEqual({ kind: 'unseen', share: 0.5 })
    const turned = codedColumn(
      Int32Array.from(codes, (code) => (code < 0 ? code : 2 - code)),
      ['older', 'old', 'new'],
    )
    expect(findLaterChange(turned, rows(0, 60), rows(60, 64))).toEqual({ kind: 'unseen', share: 0.5 })
  })

  test('nearly unique categories are not judged: more than one level in five rows', () => {
    const unique = many(100, (i) => `old ${String(i % 21)}`)
    expect(change(categories, unique, ['new 1', 'new 2'])).toBeNull()
    expect(change(categories, before, ['new 1', 'new 2'])).toEqual({ kind: 'unseen', share: 1 })
  })
})

test('moments always move on, and texts are not judged', () => {
  expect(change((values: number[]) => timestampColumn(values), [1, 2, 3], [7, 8])).toBeNull()
  expect(change((values: string[]) => textColumn(values), ['a', 'b'], ['c', 'c'])).toBeNull()
})

describe('the first row counts like any other', () => {
  test('of training: a level, an end of the range, or the one value', () => {
    expect(change(numbers, [50, ...many(40, (i) => i)], [50, 45, 50, 44])).toBeNull()
    expect(change(numbers, [-9, ...many(40, (i) => i)], [-9, -5, -9, -4])).toBeNull()
    const levels = ['first', ...many(100, (i) => `old ${String(i % 5)}`)]
    expect(change(categories, levels, ['first', 'old 1', 'first'])).toBeNull()
    const once = [7, ...many(100, (i) => i % 3)]
    expect(
      change(
        numbers,
        once,
        many(5, () => 7),
      ),
    ).toEqual({ kind: 'constant', share: 1 })
  })

  test('of the later rows', () => {
    const before = many(100, (i) => i)
    expect(change(numbers, before, [200, 5])).toEqual({ kind: 'unseen', share: 0.5 })
    const levels = many(100, (i) => `old ${String(i % 5)}`)
    expect(change(categories, levels, ['new', 'old 1'])).toEqual({ kind: 'unseen', share: 0.5 })
  })
})
