import { describe, expect, test } from '@jest/globals'
import { columnSchema, leakageFindingSchema, type LeakageFinding } from '@claims/contracts'
import {
  categoryColumn,
  createRandom,
  Frame,
  numberColumn,
  textColumn,
  type FrameColumn,
} from '@claims/frame'
import { scanSplit } from '@claims/leakage'

const rows = 1_000
const train = Uint32Array.from({ length: 800 }, (_, i) => i)
const later = Uint32Array.from({ length: 200 }, (_, i) => 800 + i)

function scan(
  columns: Readonly<Record<string, FrameColumn>>,
  options: { entity?: string; timeColumn?: string } = {},
): LeakageFinding[] {
  const findings = scanSplit({
    frame: Frame.fromColumns(columns),
    target: new Uint8Array(rows),
    columns: Object.entries(columns).map(([name, { kind }]) =>
      columnSchema.parse({
        name,
        type: kind,
        role:
          name === options.entity
            ? 'entity'
            : kind === 'number'
              ? 'numeric'
              : kind === 'text'
                ? 'text'
                : 'categorical',
      }),
    ),
    trainRows: train,
    testRows: later,
    ...options,
  })
  for (const finding of findings) {
    leakageFindingSchema.parse(finding)
    expect(finding).toMatchObject({ severity: 'warning', action: 'reported' })
  }
  return findings
}

function mixed(seed: number): Record<string, FrameColumn> {
  const random = createRandom(seed)
  return {
    amount: numberColumn(Array.from({ length: rows }, () => random.normal())),
    age: numberColumn(Array.from({ length: rows }, () => random.integer(60))),
    region: categoryColumn(Array.from({ length: rows }, () => `r${String(random.integer(8))}`)),
    note: textColumn(
      Array.from({ length: rows }, () => (random.next() < 0.3 ? null : `n${String(random.integer(40))}`)),
    ),
  }
}

/** Overwrites the first `count` later rows of the named columns by those of the first training rows. */
function copyRows(
  columns: Record<string, FrameColumn>,
  names: readonly string[],
  count: number,
): Record<string, FrameColumn> {
  const order = Uint32Array.from({ length: rows }, (_, i) => (i >= 800 && i < 800 + count ? i - 800 : i))
  const copied = Frame.fromColumns(columns).take(order)
  return { ...columns, ...Object.fromEntries(names.map((name) => [name, copied.column(name)])) }
}

describe('twins across the split', () => {
  test('equal rows are counted exactly', () => {
    const columns = mixed(1)
    const findings = scan(copyRows(columns, Object.keys(columns), 30))
    expect(findings).toHaveLength(1)
    expect(findings[0]).toMatchObject({
      kind: 'duplicates_across_split',
      column: null,
      evidence: { share: 0.15, twins: 30 },
    })
  })

  test('rows equal in all but one column are counted and the column is named', () => {
    const columns = mixed(2)
    const findings = scan(copyRows(columns, ['amount', 'age', 'note'], 40))
    const near = findings.filter(({ kind }) => kind === 'near_duplicates_across_split')
    expect(near).toHaveLength(1)
    expect(near[0]?.column).toBe('region')
    expect(near[0]?.evidence['twins']).toBe(40)
  })

  test('rows of few possible values agree by chance and raise nothing', () => {
    const random = createRandom(3)
    const level = (n: number): FrameColumn =>
      categoryColumn(Array.from({ length: rows }, () => `v${String(random.integer(n))}`))
    expect(scan({ a: level(3), b: level(4), c: level(2), d: level(5) })).toEqual([])
  })

  test('independent rows raise nothing in 30 data sets', () => {
    expect(Array.from({ length: 30 }, (_, seed) => scan(mixed(seed))).flat()).toEqual([])
  })
})

describe('twins that are worth a word', () => {
  /** Rows of which the first `equal` later ones equal training rows, and `near` more do but for the region. */
  const found = (equal: number, near: number, laterRows = 200): string[] => {
    const columns = copyRows(mixed(6), ['amount', 'age', 'note'], equal + near)
    const region = categoryColumn(
      Array.from({ length: rows }, (_, i) => {
        const kind = i < 800 ? i : i - 800
        if (kind < equal) return `same ${String(kind)}`
        return `r${String(i)}`
      }),
    )
    const all: Record<string, FrameColumn> = { ...columns, region }
    return scanSplit({
      frame: Frame.fromColumns(all),
      target: new Uint8Array(rows),
      columns: Object.entries(all).map(([name, { kind }]) =>
        columnSchema.parse({ name, type: kind, role: kind === 'number' ? 'numeric' : 'categorical' }),
      ),
      trainRows: train,
      testRows: later.subarray(0, laterRows),
    })
      .filter(({ kind }) => kind.includes('duplicates'))
      .map(({ kind, column, evidence }) =>
        [kind, column, evidence['twins'], evidence['rows'], evidence['share'], evidence['equal']].join(' '),
      )
  }

  test('are five or more, and two of a hundred', () => {
    expect(found(5, 0)).toEqual(['duplicates_across_split  5 200 0.025 '])
    expect(found(4, 0)).toEqual([])
    expect(found(4, 0, 100)).toEqual([])
  })

  test('near ones are counted beside equal ones', () => {
    expect(found(0, 5)).toEqual(['near_duplicates_across_split region 5 200 0.025 0'])
    expect(found(0, 4)).toEqual([])
    expect(found(20, 4)).toEqual(['duplicates_across_split  20 200 0.1 '])
    expect(found(20, 5)).toEqual([
      'duplicates_across_split  20 200 0.1 ',
      'near_duplicates_across_split region 25 200 0.125 20',
    ])
  })

  test('are looked for among three features and more', () => {
    const three = copyRows(mixed(6), ['amount', 'age', 'note'], 40)
    const kinds = (...names: string[]): string[] =>
      scan(Object.fromEntries(names.map((name) => [name, three[name]!]))).map(({ kind }) => kind)
    expect(kinds('amount', 'age', 'note')).toEqual(['duplicates_across_split'])
    expect(kinds('amount', 'age')).toEqual([])
  })

  test('two of a hundred of many rows', () => {
    const many = 1_500
    const value = (twins: number): FrameColumn =>
      numberColumn(Array.from({ length: many }, (_, i) => (i >= 1_000 && i < 1_000 + twins ? i - 1_000 : i)))
    const of = (twins: number): number => {
      const columns = { a: value(twins), b: value(twins), c: value(twins) }
      return scanSplit({
        frame: Frame.fromColumns(columns),
        target: new Uint8Array(many),
        columns: Object.keys(columns).map((name) =>
          columnSchema.parse({ name, type: 'number', role: 'numeric' }),
        ),
        trainRows: Uint32Array.from({ length: 1_000 }, (_, i) => i),
        testRows: Uint32Array.from({ length: 500 }, (_, i) => 1_000 + i),
      }).filter(({ kind }) => kind.includes('duplicates')).length
    }
    expect([of(10), of(9)]).toEqual([1, 0])
  })
})

test('what is no row, no column or no value is no finding', () => {
  const { amount, age, region } = mixed(7)
  const columns = { amount: amount!, age: age!, region: region! }
  const input = {
    frame: Frame.fromColumns(columns),
    target: new Uint8Array(rows),
    columns: [],
    trainRows: train,
    testRows: later,
  }
  expect(scanSplit({ ...input, entity: 'absent' })).toEqual([])
  expect(scanSplit({ ...input, entity: 'region', testRows: new Uint32Array(0) })).toEqual([])
  expect(scanSplit({ ...input, entity: 'region', trainRows: new Uint32Array(0) })).toEqual([])
  expect(() => scanSplit({ ...input, target: new Uint8Array(rows - 1) })).toThrow(
    expect.objectContaining({ code: 'length_mismatch' }),
  )
})

test('a missing entity is nobody that training saw', () => {
  const third = <T>(value: (k: number) => T): T[] =>
    Array.from({ length: rows }, (_, i) => value(i < 800 ? i % 3 : (i % 2) * 2))
  for (const column of [
    categoryColumn(third((k) => [null, 'a', 'b'][k]!)),
    textColumn(third((k) => [null, 'a', 'b'][k]!)),
    numberColumn(third((k) => [NaN, 1, 0][k]!)),
  ])
    expect(
      scanSplit({
        frame: Frame.fromColumns({ customer: column }),
        target: new Uint8Array(rows),
        columns: [],
        trainRows: train,
        testRows: later,
        entity: 'customer',
      }),
    ).toMatchObject([
      { kind: 'entity_across_split', column: 'customer', evidence: { share: 0.5, rows: 200, shared: 100 } },
    ])
})

test('an entity on both sides is counted', () => {
  const customer = categoryColumn(Array.from({ length: rows }, (_, i) => `c${String(i < 850 ? i % 400 : i)}`))
  const findings = scan({ ...mixed(4), customer }, { entity: 'customer' })
  expect(findings).toHaveLength(1)
  expect(findings[0]).toMatchObject({
    kind: 'entity_across_split',
    column: 'customer',
    evidence: { share: 0.25 },
  })
  const apart = categoryColumn(Array.from({ length: rows }, (_, i) => `c${String(Math.floor(i / 10))}`))
  expect(scan({ ...mixed(4), customer: apart }, { entity: 'customer' })).toEqual([])
})

describe('constant_in_later_period', () => {
  const fill = (value: (row: number) => number): FrameColumn =>
    numberColumn(Array.from({ length: rows }, (_, i) => value(i)))

  test('a year that only the later rows have, a column that stops, new levels and a new range', () => {
    const random = createRandom(5)
    const findings = scan({
      year: fill((i) => (i < 400 ? 1994 : i < 800 ? 1995 : 1996)),
      stops: fill((i) => (i < 800 ? random.integer(3) : 1)),
      branch: categoryColumn(
        Array.from({ length: rows }, (_, i) => `${i < 800 ? 'old' : 'new'} ${String(i % 3)}`),
      ),
      reading: fill((i) => (i < 800 ? random.next() : random.next() + 0.9)),
      steady: fill(() => random.next()),
    })
    expect(findings.map(({ kind, column, evidence }) => [kind, column, evidence['change']])).toEqual([
      ['constant_in_later_period', 'year', 'unseen'],
      ['constant_in_later_period', 'stops', 'constant'],
      ['constant_in_later_period', 'branch', 'unseen'],
      ['constant_in_later_period', 'reading', 'unseen'],
    ])
  })

  test('a rare value that happens to be absent later is no finding, and the time column is left out', () => {
    const flag = fill((i) => (i === 5 ? 1 : 0))
    const day = fill((i) => i)
    expect(scan({ flag, day }, { timeColumn: 'day' })).toEqual([])
  })
})
