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
