import { describe, expect, test } from '@jest/globals'
import { columnSchema, seenValuesSchema, type Column } from '@claims/contracts'
import {
  booleanColumn,
  categoryColumn,
  codedColumn,
  Frame,
  numberColumn,
  textColumn,
  timestampColumn,
  type FrameColumn,
} from '@claims/frame'
import { compileNovelty, seenValues, type Novelty } from '../src/index.ts'
import { levelHash } from '../src/novelty/hash-level.ts'
import { noveltyByRow, percentOf } from '../src/novelty/novelty.ts'

const origin = { sha256: 'ab', seed: 1 }
const day = 86_400_000
const facts = (columns: Record<string, FrameColumn>) => {
  const seen = seenValues(Frame.fromColumns(columns), origin)
  expect(seenValuesSchema.parse(seen)).toEqual(seen)
  return seen
}
const declared = (name: string, more: Partial<Column> = {}): Column =>
  columnSchema.parse({ name, role: 'categorical', type: 'category', ...more })

/** What is new in one column `x`, as the rows of each kind. */
function inspect(
  [before, later]: readonly [FrameColumn, FrameColumn],
  options: { columns?: Column[]; trainedAt?: number; now?: number } = {},
): { found: Record<string, readonly number[]>; present: number | undefined; all: Novelty } {
  const { columns = [declared('x')], trainedAt = 0, now = 0 } = options
  const all = compileNovelty(facts({ x: before }), { columns, trainedAt }).inspect(
    Frame.fromColumns({ x: later }),
    now,
  )
  const found = Object.fromEntries(all.found.map(({ code, rows }) => [code, rows]))
  return { found, present: all.present.get('x'), all }
}
const problems = ({ all }: { all: Novelty }): string[] =>
  [...noveltyByRow(all)].map(([row, warnings]) => `${String(row)}: ${warnings.map((w) => w.problem).join()}`)

describe('what training rows held', () => {
  test('of numbers and moments: the range of present cells and the missing share', () => {
    const { columns, rows } = facts({
      amount: numberColumn([3, NaN, -2, 7]),
      when: timestampColumn([5, 1, 9, NaN]),
      gone: numberColumn([NaN, NaN, NaN, NaN]),
    })
    expect(rows).toBe(4)
    const plain = { levels: null, once_share: 0, missing_share: 0.25 }
    expect(columns).toEqual([
      { ...plain, name: 'amount', range: { minimum: -2, maximum: 7 }, is_time: false },
      { ...plain, name: 'when', range: { minimum: 1, maximum: 9 }, is_time: true },
      { ...plain, name: 'gone', range: null, is_time: false, missing_share: 1 },
    ])
  })

  test('of truth values, texts and categories: levels that occur, and how many occur once', () => {
    const { columns } = facts({
      yes: booleanColumn([true, true, null, true]),
      no: booleanColumn([false, false, false, false]),
      story: textColumn(['a', null, null, 'b']),
      city: codedColumn(Int32Array.of(2, -1, 2, 0), ['Turin', 'nowhere', 'Bonn']),
    })
    expect(columns.map(({ levels }) => levels)).toEqual([
      { kind: 'list', values: ['true'] },
      { kind: 'list', values: ['false'] },
      null,
      { kind: 'list', values: ['Bonn', 'Turin'] },
    ])
    expect(columns.map(({ missing_share }) => missing_share)).toEqual([0.25, 0, 0.5, 0.25])
    expect(columns.map(({ once_share }) => once_share)).toEqual([0, 0, 0, 1 / 3])
  })

  test('of no rows: nothing, and no share that is not a number', () => {
    const { columns } = facts({ amount: numberColumn([]), city: categoryColumn([]), yes: booleanColumn([]) })
    for (const column of columns) expect(column).toMatchObject({ missing_share: 0, once_share: 0 })
  })

  test('the key depends on the data and the seed', () => {
    const x = Frame.fromColumns({ x: numberColumn([1]) })
    const keys = [origin, { ...origin, seed: 2 }, { ...origin, sha256: 'cd' }].map(
      (each) => seenValues(x, each).key,
    )
    expect(new Set(keys).size).toBe(3)
    expect(seenValues(x, { ...origin }).key).toBe(keys[0])
  })

  test.each([
    [1_000, 'list'],
    [1_001, 'hashes'],
  ])('%d levels are kept as %s and told from others', (count, kind) => {
    const levels = Array.from({ length: count }, (_, i) => `level ${String(i)}`)
    const before = categoryColumn(levels)
    expect(facts({ x: before }).columns[0]?.levels).toMatchObject({ kind })
    const others = levels.map((level) => `other ${level}`)
    const { found } = inspect([before, categoryColumn([...levels, ...others, '', 'level'])])
    expect(found['unseen_level']).toEqual(Array.from({ length: count + 2 }, (_, i) => count + i))
  })

  test('a million levels are kept, of more none, and nothing is new then', () => {
    const unique = (count: number): FrameColumn =>
      codedColumn(
        Int32Array.from({ length: count }, (_, i) => i),
        Array.from({ length: count }, (_, i) => i.toString(36)),
      )
    const million = seenValues(Frame.fromColumns({ x: unique(1_000_000) }), origin)
    expect(million.columns[0]?.levels).toMatchObject({ kind: 'hashes', count: 1_000_000 })
    const before = unique(1_000_001)
    expect(facts({ x: before }).columns[0]?.levels).toEqual({ kind: 'too_many', count: 1_000_001 })
    expect(inspect([before, categoryColumn(['new!'])]).found).toEqual({})
  })
})

describe('hashes of levels', () => {
  test('are the ones that files of bundles hold', () => {
    const hash = levelHash('0badcafe')
    expect(['', 'a', 'Québec', 'a longer level, of 2 parts'].map(hash)).toEqual([
      7048377381594691, 1406571469114423, 6547158427235754, 386658839195136,
    ])
  })

  test('are safe whole numbers, other ones for another key, spread evenly', () => {
    const [hash, other] = [levelHash('00000001'), levelHash('00000002')]
    const values = Array.from({ length: 4_096 }, (_, i) => hash(String(i)))
    expect(values.every((value) => Number.isSafeInteger(value) && value >= 0)).toBe(true)
    expect(new Set(values).size).toBe(4_096)
    expect(values.filter((value, i) => value === other(String(i)))).toEqual([])
    const sixteenths = new Float64Array(16)
    for (const value of values) sixteenths[Math.floor(value / 2 ** 49)]!++
    // 256 each, with a standard deviation of 15.5.
    for (const count of sixteenths) expect(Math.abs(count - 256)).toBeLessThan(70)
  })
})

describe('new levels', () => {
  test('of a category, in frames with more and with fewer rows than levels', () => {
    const before = categoryColumn(['a', 'b', 'a'])
    expect(inspect([before, categoryColumn(['b', 'c', null, 'a', 'c'])])).toMatchObject({
      found: { unseen_level: [1, 4], absent_column: [2] },
      present: 4,
    })
    const few = codedColumn(Int32Array.of(3, 0), ['a', 'b', 'x', 'y'])
    expect(inspect([before, few]).found).toEqual({ unseen_level: [0] })
    const equal = codedColumn(Int32Array.of(1, 0), ['y', 'a'])
    expect(inspect([before, equal]).found).toEqual({ unseen_level: [1] })
  })

  test('of a truth value; texts have none', () => {
    const later = booleanColumn([true, false, null])
    expect(inspect([booleanColumn([true, true]), later]).found).toEqual({
      unseen_level: [1],
      absent_column: [2],
    })
    expect(inspect([booleanColumn([false, null]), later]).found).toEqual({ unseen_level: [0] })
    expect(inspect([textColumn(['a']), textColumn(['b', null])]).found).toEqual({ absent_column: [1] })
  })

  test('name the seen level that was probably meant', () => {
    const before = categoryColumn(['Québec', '7', '?', '0'])
    const later = categoryColumn(['QUE-BEC', '007', '!', '00', 'Bonn'])
    expect(problems(inspect([before, later]))).toEqual([
      '0: "QUE-BEC" was not seen in training (did you mean "Québec"?)',
      '1: "007" was not seen in training (did you mean "7"?)',
      '2: "!" was not seen in training',
      '3: "00" was not seen in training (did you mean "0"?)',
      '4: "Bonn" was not seen in training',
    ])
  })

  test('a column that the frame lacks is passed over', () => {
    const check = compileNovelty(facts({ x: categoryColumn(['a']) }), { columns: [], trainedAt: 0 })
    const { found, present } = check.inspect(Frame.fromColumns({ y: categoryColumn(['b']) }), 0)
    expect([found, present.size]).toEqual([[], 0])
    expect(check.nearLevel('y', 'A')).toBeUndefined()
    expect(check.nearLevel('x', 'A')).toBe('a')
  })
})

describe('outside the range of training', () => {
  test('numbers: the ends are inside', () => {
    const found = inspect([numberColumn([2, 5]), numberColumn([2, 5, 1.9, 5.1])])
    expect(found.found).toEqual({ range_of_training: [2, 3] })
    expect(problems(found)).toEqual([
      '2: is below anything in training, which begins at 2',
      '3: is above anything in training, which ends at 5',
    ])
    expect(inspect([numberColumn([NaN]), numberColumn([-1e9, 1e9])]).found).toEqual({})
  })

  test('moments may be as late as tomorrow, or as training’s last one moved on', () => {
    const before = timestampColumn([10 * day, 20 * day])
    const later = (...days: number[]): FrameColumn => timestampColumn(days.map((each) => each * day))
    const at = (options: { trainedAt: number; now: number }, ...days: number[]) =>
      inspect([before, later(...days)], { trainedAt: options.trainedAt * day, now: options.now * day })
    // The clock stands before training's last date: that date counts.
    expect(at({ trainedAt: 5, now: 5 }, 20, 20.5).found).toEqual({ range_of_training: [1] })
    // Nothing has passed since training: tomorrow counts.
    expect(at({ trainedAt: 25, now: 25 }, 26, 26.5).found).toEqual({ range_of_training: [1] })
    // Dates that lie ahead, such as an end of cover, move on with the clock.
    expect(at({ trainedAt: 11, now: 16 }, 25, 25.5).found).toEqual({ range_of_training: [1] })
    // A clock that stands before the training moves nothing back.
    expect(at({ trainedAt: 30, now: 15 }, 20, 20.5).found).toEqual({ range_of_training: [1] })
    expect(problems(at({ trainedAt: 20, now: 20 }, 9, 30))).toEqual([
      '0: is earlier than anything in training, which begins at 1970-01-11',
      '1: is later than anything in training, which ends at 1970-01-21',
    ])
  })

  test('the end of training is a day of any year, and a number where no calendar has it', () => {
    const endOf = (maximum: number): string | undefined =>
      problems(inspect([timestampColumn([0, maximum]), timestampColumn([maximum * 1.01])]))[0]?.replace(
        /.*ends at /,
        '',
      )
    expect(endOf(Date.UTC(12_024, 0, 31))).toBe('+012024-01-31')
    // The last moment that a Date can hold, and the one after it.
    expect(endOf(8.64e15)).toBe('+275760-09-13')
    expect(endOf(8.64e15 + 1)).toBe('8640000000000001')
    const before = inspect([timestampColumn([-8.64e15 - 1, 0]), timestampColumn([-8.7e15])])
    expect(problems(before)).toEqual([
      '0: is earlier than anything in training, which begins at -8640000000000001',
    ])
  })
})

describe('no value', () => {
  const present = (of1000: number): FrameColumn =>
    categoryColumn(Array.from({ length: 1000 }, (_, i) => (i < of1000 ? 'a' : null)))
  const empty = categoryColumn(['a', null])

  test('is told where 995 of 1,000 training rows had one, not where 994 had', () => {
    const found = inspect([present(995), empty])
    expect(found).toMatchObject({ found: { absent_column: [1] }, present: 1 })
    expect(problems(found)).toEqual(['1: has no value, which 99.5 % of the training rows had'])
    expect(inspect([present(994), empty])).toMatchObject({ found: {}, present: 1 })
  })

  test('is none where the column has a default or may be empty', () => {
    const withDefault = declared('x', { default: 'a' })
    const document = columnSchema.parse({ name: 'x', role: 'document', type: 'text' })
    for (const column of [withDefault, document])
      expect(inspect([present(1000), empty], { columns: [column] }).found).toEqual({})
  })
})

test('a row has every warning about it; shares have three digits', () => {
  const before = { a: numberColumn([1, 2]), b: categoryColumn(['x', 'x']) }
  const check = compileNovelty(facts(before), { columns: [], trainedAt: 0 })
  const later = Frame.fromColumns({ a: numberColumn([1, 3]), b: categoryColumn(['x', 'y']) })
  const byRow = noveltyByRow(check.inspect(later, 0))
  expect([...byRow.keys()]).toEqual([1])
  expect(byRow.get(1)?.map(({ field, code }) => `${field} ${code}`)).toEqual([
    'a range_of_training',
    'b unseen_level',
  ])
  expect([0.12345, 1, 0].map(percentOf)).toEqual(['12.3 %', '100 %', '0 %'])
})
