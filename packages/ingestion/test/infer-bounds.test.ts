import { describe, expect, test } from '@jest/globals'
import { inferColumn, type InferenceContext, type InferredColumn } from '../src/infer-column.ts'
import { nearMiss } from '../src/near-miss.ts'
import { profileColumn, type ColumnProfile } from '../src/profile-column.ts'

type Cells = readonly (string | number | boolean | null)[]

function profileOf(values: Cells, name = 'x'): ColumnProfile {
  return profileColumn(
    { names: [name], rows: values.length, cells: { kind: 'values', columns: [values] }, findings: [] },
    0,
  )
}

function infer(values: Cells, name = 'x', more: Partial<InferenceContext> = {}): InferredColumn {
  return inferColumn(profileOf(values, name), {
    rows: values.length,
    label: 'label',
    id: undefined,
    time: undefined,
    entity: undefined,
    idTaken: false,
    ...more,
  })
}

const kind = (...of: Parameters<typeof infer>): string => {
  const { role, type } = infer(...of).column
  return `${role} ${type}`
}
const make = <T>(n: number, value: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => value(i))
const codes = (n: number, levels = n): string[] => make(n, (i) => `c${String(i % levels)}x`)

describe('an identifier', () => {
  test('is unique in twenty rows or more, with no cell missing', () => {
    expect(kind(codes(20))).toBe('id text')
    expect(kind(codes(19))).toBe('categorical category')
    expect(kind([...codes(20), null])).toBe('categorical category')
    expect(kind([...codes(20), 'c0x'])).toBe('categorical category')
    expect(kind(codes(20), 'x', { idTaken: true })).toBe('ignored text')
    expect(kind(codes(20), 'x', { id: 'other' })).toBe('ignored text')
    expect(kind(codes(20), 'x', { id: 'x' })).toBe('id text')
  })

  test('of numbers is dense, or has the name of one', () => {
    const numbers = (last: number): number[] => [...make(19, (i) => i), last]
    expect(kind(numbers(20))).toBe('id text')
    // A range of 21 is 1.05 times the twenty rows.
    expect(kind(numbers(21))).toBe('numeric number')
    expect(kind(numbers(500), 'policy_id')).toBe('id text')
    expect(kind(numbers(18.5))).toBe('numeric number')
  })

  test('that repeats has more than fifty values', () => {
    expect(kind(codes(204, 51), 'policy_ref')).toBe('ignored text')
    expect(kind(codes(200, 50), 'policy_ref')).toBe('categorical category')
    expect(kind(codes(204, 51), 'colour')).toBe('categorical category')
  })
})

describe('values that say little', () => {
  test('more than half of them distinct, from 21 on', () => {
    expect(kind([...codes(21), ...codes(20)])).toBe('ignored text')
    expect(kind([...codes(21), ...codes(21)])).toBe('categorical category')
    expect(kind([...codes(20), ...codes(19)])).toBe('categorical category')
  })

  test.each([
    [100, 5, true],
    [100, 4, false],
    [1000, 10, true],
    [1000, 9, false],
  ])('one value in %d rows is told from none where either has %d: %s', (rows, few, tells) => {
    const filled = make(rows, (i) => (i < few ? 'x' : null))
    const expected = tells ? 'categorical category' : 'ignored category'
    expect(kind(filled)).toBe(expected)
    expect(kind(filled.map((cell) => (cell === null ? 'x' : null)))).toBe(expected)
  })

  test('no value at all, or one in every row', () => {
    expect(kind(make(30, () => null))).toBe('ignored text')
    expect(kind(make(30, () => 'a'))).toBe('ignored category')
  })
})

describe('numbers with other cells among them', () => {
  test('are nine of ten at least, of more than twenty values', () => {
    const mixed = (numbers: number, words: number): Cells => [
      ...make(numbers, (i) => i * 3.5),
      ...make(words, (i) => `w${String(i)}`),
    ]
    expect(kind(mixed(90, 10))).toBe('numeric number')
    expect(infer(mixed(90, 10)).warnings).toMatchObject([{ code: 'near_miss', rows: 10, share: 0.1 }])
    expect(kind(mixed(89, 11))).not.toContain('number')
    const few = (numbers: number): Cells => [...make(190, (i) => (i % numbers) * 1.5), 'w1', 'w2']
    expect(kind(few(19))).toBe('numeric number')
    expect(kind(few(18))).toBe('categorical category')
  })

  test('codes and places are categories', () => {
    const many = make(110, (i) => 1000 + (i % 51))
    expect(kind(many, 'status_code')).toBe('categorical category')
    expect(
      kind(
        make(110, (i) => 1000 + (i % 50)),
        'status_code',
      ),
    ).toBe('numeric number')
    expect(kind(many, 'zip')).toBe('categorical category')
    expect(
      kind(
        make(110, (i) => (i % 51) / 2),
        'zip',
      ),
    ).toBe('numeric number')
    expect(
      kind(
        make(100, (i) => (i % 51) * 7),
        'zip',
      ),
    ).toBe('ignored text')
    expect(
      kind(
        make(102, (i) => (i % 51) * 7),
        'zip',
      ),
    ).toBe('categorical category')
    expect(kind(many, 'policy_id')).toBe('ignored text')
    expect(
      kind(
        make(110, (i) => 1000 + (i % 50)),
        'policy_id',
      ),
    ).toBe('numeric number')
  })
})

describe('dates with other cells among them', () => {
  const dates = (n: number, others: number): Cells => [
    ...make(n, (i) => new Date(Date.UTC(2024, 0, 1 + i)).toISOString().slice(0, 10)),
    ...make(others, (i) => `w${String(i)}`),
  ]

  test('are 99 of a hundred at least', () => {
    expect(kind(dates(99, 1))).toBe('date timestamp')
    expect(kind(dates(98, 1))).not.toContain('timestamp')
    expect(kind(dates(200, 3))).not.toContain('timestamp')
    expect(kind(dates(50, 0))).toBe('date timestamp')
  })

  test('eight digits are dates where three at least are and all the others mean none', () => {
    expect(kind(['20240101', '20240102', '20240103'])).toBe('date timestamp')
    expect(kind(['20240101', '20240102', '20240103', '0', '99991231', '00000000'])).toBe('date timestamp')
    expect(kind(['20240101', '20240102', '0'])).toBe('numeric number')
    expect(kind(['20240101', '20240102', '20240103', '20240132'])).toBe('numeric number')
    expect(kind(['19000101', '20240102', '21001231'])).toBe('date timestamp')
    expect(kind(['18991231', '20240102', '21001231'])).toBe('numeric number')
    expect(kind(['19000101', '20240102', '21010101'])).toBe('numeric number')
  })
})

describe('texts', () => {
  const text = (words: number, i: number): string =>
    make(words, (k) => `wordy${'abcdefghij'[(i + k) % 10]!}${String.fromCharCode(97 + (i % 26))}`).join(' ')

  test('have four words and twenty characters, in more than twenty and a fifth of the cells', () => {
    expect(kind(make(21, (i) => text(4, i)))).toBe('text text')
    expect(kind(make(20, (i) => text(4, i)))).toBe('ignored text')
    expect(kind(make(21, (i) => text(3, i)))).toBe('ignored text')
    expect(kind(make(21, (i) => `a b c ${String.fromCharCode(97 + i)}${'z'.repeat(13)}`))).toBe('text text')
    expect(kind(make(21, (i) => `a b c ${String.fromCharCode(97 + i)}${'z'.repeat(12)}`))).toBe(
      'ignored text',
    )
    expect(kind(make(104, (i) => text(4, i % 21)))).toBe('text text')
    expect(kind(make(105, (i) => text(4, i % 21)))).toBe('categorical category')
  })
})

describe('a near miss', () => {
  const reading = { format: undefined, cells: 0, like: 0, announced: undefined, ambiguity: undefined }
  const base: ColumnProfile = {
    ...profileOf(['a', 'b']),
    filled: 100,
    missing: 100,
    distinct: 30,
    numbers: reading,
    dates: reading,
    numberShare: 0,
    truth: false,
    truthShare: 0,
    others: [{ text: 'odd', count: 7 }],
  }
  const said = (more: Partial<ColumnProfile>): string | undefined => nearMiss({ ...base, ...more })?.problem

  test('of numbers: half of the cells, five values', () => {
    const half = { numberShare: 0.5, numbers: { ...reading, cells: 50, like: 50 } }
    expect(said(half)).toMatch(/^looks like numbers, but 7 of 100 cells cannot be read so, such as "odd"/)
    expect(said({ ...half, numberShare: 0.49, numbers: { ...reading, cells: 49, like: 49 } })).toBeUndefined()
    expect(said({ ...half, distinct: 6 })).toMatch(/^looks like numbers, but/)
    expect(said({ ...half, distinct: 5 })).toBeUndefined()
    expect(said({ ...half, others: [] })).toBeUndefined()
    expect(said({ ...half, others: [], numbers: { ...reading, cells: 50, like: 53 } })).toMatch(
      /written in more than one way: 3 cells do not fit/,
    )
    expect(said({ ...half, filled: 0 })).toBeUndefined()
  })

  test('of dates: half of the cells read, or nine of ten that look so', () => {
    const dates = (cells: number, like: number): Partial<ColumnProfile> => ({
      dates: { ...reading, cells, like },
    })
    expect(said(dates(50, 50))).toMatch(/^looks like dates, but 7 of 100/)
    expect(said(dates(49, 49))).toBeUndefined()
    expect(said(dates(0, 90))).toMatch(/^looks like dates or times in a form that is not read/)
    expect(said(dates(0, 89))).toBeUndefined()
  })

  test('of truth values: nine of ten', () => {
    expect(said({ truthShare: 0.9 })).toMatch(/^looks like true and false, but for 10 cells/)
    expect(said({ truthShare: 0.89 })).toBeUndefined()
    expect(said({ truthShare: 0.9, truth: true })).toBeUndefined()
  })

  test('of numbers with something around them: nine of ten, five values, five affixes', () => {
    const measures = (n: number, unit: (i: number) => string, count = 90 / n): Partial<ColumnProfile> => ({
      others: make(n, (i) => ({ text: `${String(i)}.5${unit(i)}`, count })),
    })
    const around = /^looks like numbers with something around them that is not read/
    expect(said(measures(5, () => ' km'))).toMatch(around)
    expect(said(measures(4, () => ' km'))).toBeUndefined()
    expect(said(measures(5, () => ' km', 17))).toBeUndefined()
    expect(said(measures(10, (i) => ` ${'abcde'[i % 5]!}`))).toMatch(around)
    expect(said(measures(12, (i) => ` ${'abcdef'[i % 6]!}`))).toBeUndefined()
  })

  test('counts rows and shares of all cells', () => {
    const found = nearMiss({ ...base, numberShare: 0.5, numbers: { ...reading, cells: 50, like: 50 } })
    expect(found).toMatchObject({ rows: 7, share: 7 / 200, examples: ['odd'] })
  })
})
