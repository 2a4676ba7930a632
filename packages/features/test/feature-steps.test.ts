import { readFileSync } from 'node:fs'
import {
  cellAt,
  categoryColumn,
  createRandom,
  Frame,
  frameFromRows,
  numberColumn,
  textColumn,
  timestampColumn,
  type Cell,
  type FrameColumn,
} from '@claims/frame'
import { fitSteps } from '@claims/preprocessing'
import { describe, expect, test } from '@jest/globals'
import { featureSteps } from '../src/index.ts'

function fit(
  columns: Record<string, FrameColumn>,
  kind: string,
  parameters: Record<string, unknown>,
): ReturnType<typeof fitSteps> {
  const frame = Frame.fromColumns(columns)
  return fitSteps(featureSteps, [{ kind, parameters }], {
    frame,
    target: new Uint8Array(frame.rows),
    context: { roles: new Map(), random: createRandom(1) },
  })
}

function made(
  columns: Record<string, FrameColumn>,
  kind: string,
  parameters: Record<string, unknown>,
): Cell[] {
  const { frame } = fit(columns, kind, { ...parameters, output: 'made' })
  return Array.from({ length: frame.rows }, (_, i) => cellAt(frame.column('made'), i))
}

const numbers = (...values: number[]): FrameColumn => numberColumn(values)
const texts = (...values: (string | null)[]): FrameColumn => textColumn(values)

describe('date_parts', () => {
  const { rows } = JSON.parse(
    readFileSync(new URL('../../../tooling/reference/values/features-dates.json', import.meta.url), 'utf8'),
  ) as { rows: (Record<string, number> & { milliseconds: number })[] }
  const parts = ['year', 'month', 'day', 'day_of_week', 'is_weekend', 'hour', 'week', 'quarter', 'season']
  const when = timestampColumn(rows.map(({ milliseconds }) => milliseconds))

  test('every part of 412 moments is the one of Python’s datetime', () => {
    const { frame } = fit({ when }, 'date_parts', { parts })
    expect(frame.names).toEqual(parts.map((part) => `when_${part}`))
    for (const part of parts) {
      expect([...frame.number(`when_${part}`)]).toEqual(rows.map((row) => row[part]))
    }
  })

  test('a part whose name is there already gets a name that is free; a stated output is refused', () => {
    const columns = { when, when_month: numberColumn(rows.map(() => -1)) }
    const { frame, fitted } = fit(columns, 'date_parts', { parts: ['month'] })
    expect(frame.names).toEqual(['when_month', 'when_month_2'])
    expect(frame.number('when_month')[0]).toBe(-1)
    expect(frame.number('when_month_2')[0]).toBe(rows[0]!['month'])
    expect(fitted.sourcesOf('when_month_2')).toEqual(['when'])
    expect(() =>
      fit({ a: numbers(1), b: numbers(2) }, 'product', { left: 'a', right: 'a', output: 'b' }),
    ).toThrow(expect.objectContaining({ code: 'duplicate_column' }))
  })

  test('cyclic parts lie on a circle that closes, the others stay', () => {
    const { frame } = fit({ when }, 'date_parts', { parts: ['month', 'year', 'day_of_week'], cyclic: true })
    expect(frame.names).toEqual([
      'when_month_sin',
      'when_month_cos',
      'when_year',
      'when_day_of_week_sin',
      'when_day_of_week_cos',
    ])
    rows.forEach((row, i) => {
      const angle = (2 * Math.PI * (row['month']! - 1)) / 12
      expect(frame.number('when_month_sin')[i]).toBeCloseTo(Math.sin(angle), 14)
      expect(frame.number('when_month_cos')[i]).toBeCloseTo(Math.cos(angle), 14)
    })
  })

  test('by default takes the timestamps that are features and away with them', () => {
    const columns = Frame.fromColumns({ when, loss_date: when })
    const { frame } = fitSteps(featureSteps, [{ kind: 'date_parts', parameters: {} }], {
      frame: columns,
      target: new Uint8Array(columns.rows),
      context: {
        roles: new Map([
          ['when', 'event_time'],
          ['loss_date', 'date'],
        ]),
        random: createRandom(1),
      },
    })
    expect(frame.names).toEqual(['when', 'loss_date_month', 'loss_date_day_of_week', 'loss_date_is_weekend'])
  })
})

test('days_between counts fractions and the direction', () => {
  const day = 86_400_000
  const columns = { from: timestampColumn([0, 0, NaN, day]), to: timestampColumn([day * 1.5, NaN, 0, 0]) }
  expect(made(columns, 'days_between', { from: 'from', to: 'to' })).toEqual([1.5, null, null, -1])
})

test('ratio: claims per year of a policy that may be younger than a month', () => {
  const columns = { previous_claims: numbers(2, 3, 1, NaN), policy_duration: numbers(24, 0, NaN, 6) }
  const parameters = { numerator: 'previous_claims', denominator: 'policy_duration', multiply: 12 }
  expect(made(columns, 'ratio', { ...parameters, denominator_floor: 1 })).toEqual([1, 36, null, null])
  expect(made(columns, 'ratio', parameters)).toEqual([1, null, null, null])
})

test('difference, sum, product and log1p', () => {
  const columns = { a: numbers(5, -2, NaN), b: numbers(2, 3, 4), c: numbers(1, 1, 1) }
  expect(made(columns, 'difference', { left: 'a', right: 'b' })).toEqual([3, -5, null])
  expect(made(columns, 'sum', { columns: ['a', 'b', 'c'] })).toEqual([8, 2, null])
  expect(made(columns, 'product', { left: 'a', right: 'b' })).toEqual([10, -6, null])
  expect(made(columns, 'log1p', { column: 'a' })).toEqual([Math.log1p(5), null, null])
  const near = { a: numbers(0, 0.5, -1e-9) }
  expect(made(near, 'log1p', { column: 'a' })).toEqual([0, Math.log1p(0.5), null])
})

describe('flag', () => {
  const amount = numbers(1, 2, 3, 4, NaN)

  test.each([
    ['<', [1, 1, 0, 0, null]],
    ['<=', [1, 1, 1, 0, null]],
    ['>', [0, 0, 0, 1, null]],
    ['>=', [0, 0, 1, 1, null]],
  ])('%s a value', (operator, expected) => {
    expect(made({ amount }, 'flag', { column: 'amount', operator, value: 3 })).toEqual(expected)
  })

  test('a quantile is learnt on the fitted rows and kept', () => {
    const { fitted, frame } = fit({ amount }, 'flag', {
      column: 'amount',
      operator: '>',
      quantile: 0.5,
      output: 'high',
    })
    expect([...frame.number('high')]).toEqual([0, 0, 1, 1, NaN])
    expect(fitted.toState()[0]?.state['threshold']).toBe(2.5)
    expect([...fitted.transform(Frame.fromColumns({ amount: numbers(2.4, 2.6) })).number('high')]).toEqual([
      0, 1,
    ])
  })

  test('takes exactly one of value and quantile, and needs something to learn from', () => {
    for (const wrong of [{}, { value: 1, quantile: 0.5 }]) {
      expect(() => made({ amount }, 'flag', { column: 'amount', operator: '>', ...wrong })).toThrow(
        /exactly one/,
      )
    }
    expect(() =>
      made({ amount: numbers(NaN) }, 'flag', { column: 'amount', operator: '>', quantile: 0.5 }),
    ).toThrow(expect.objectContaining({ code: 'invalid_value' }))
  })
})

test('bins: an edge belongs to the bin above it, both ends are open', () => {
  const columns = { hour: numbers(-1, 0, 5.9, 6, 12, 99, NaN) }
  const parameters = { column: 'hour', edges: [0, 6, 12], labels: ['before', 'night', 'morning', 'later'] }
  expect(made(columns, 'bins', parameters)).toEqual([
    'before',
    'night',
    'night',
    'morning',
    'later',
    'later',
    null,
  ])
  for (const wrong of [
    { edges: [6, 0, 12] },
    { labels: ['a', 'b', 'c'] },
    { labels: ['a', 'b', 'b', 'c'] },
  ]) {
    expect(() => made(columns, 'bins', { ...parameters, ...wrong })).toThrow(
      expect.objectContaining({ code: 'invalid_blueprint' }),
    )
  }
})

test('equals compares categories and texts by their text, whatever their codes', () => {
  const columns = {
    claim_type: categoryColumn(['auto', 'home', null, 'life']),
    policy_type: categoryColumn(['home', 'home', 'auto', null]),
    note: texts('auto', 'x', 'y', 'life'),
    amount: numbers(1, 2, 3, 4),
  }
  expect(made(columns, 'equals', { left: 'claim_type', right: 'policy_type' })).toEqual([0, 1, null, null])
  expect(made(columns, 'equals', { left: 'claim_type', right: 'note' })).toEqual([1, 0, null, 1])
  expect(() => made(columns, 'equals', { left: 'claim_type', right: 'amount' })).toThrow(
    expect.objectContaining({ code: 'invalid_blueprint' }),
  )
})

test('texts: items, words, and words looked for', () => {
  const text = texts(
    'report.pdf; photo.jpg;; ',
    'TOTAL loss, and the car didn’t burn',
    null,
    'totally lossless',
  )
  expect(made({ text }, 'item_count', { column: 'text' })).toEqual([2, 1, 0, 1])
  expect(made({ text }, 'item_count', { column: 'text', separator: ',' })).toEqual([1, 2, 0, 1])
  expect(made({ text }, 'text_length', { column: 'text' })).toEqual([4, 7, 0, 2])
  expect(made({ text }, 'contains_words', { column: 'text', words: ['Total Loss', 'flood'] })).toEqual([
    0, 1, 0, 0,
  ])
  expect(made({ text }, 'contains_words', { column: 'text', words: ["didn't"] })).toEqual([0, 1, 0, 0])
  expect(() => made({ text }, 'contains_words', { column: 'text', words: ['?!'] })).toThrow(
    /must hold a word/,
  )
})

test('a column that is not there is named, with the step', () => {
  const columns = { a: numbers(1) }
  for (const definition of featureSteps) {
    const named: Record<string, unknown> = {
      date_parts: { columns: ['gone'] },
      days_between: { from: 'gone', to: 'gone', output: 'o' },
      ratio: { numerator: 'a', denominator: 'gone', output: 'o' },
      sum: { columns: ['a', 'gone'], output: 'o' },
      flag: { column: 'gone', operator: '<', value: 1, output: 'o' },
      bins: { column: 'gone', edges: [1], labels: ['a', 'b'], output: 'o' },
      contains_words: { column: 'gone', words: ['a'], output: 'o' },
      difference: { left: 'a', right: 'gone', output: 'o' },
      product: { left: 'a', right: 'gone', output: 'o' },
      equals: { left: 'a', right: 'gone', output: 'o' },
    }
    const parameters = (named[definition.kind] ?? { column: 'gone', output: 'o' }) as Record<string, unknown>
    expect(() => fit(columns, definition.kind, parameters)).toThrow(
      expect.objectContaining({
        code: 'unknown_column',
        message: expect.stringContaining('steps.0'),
        problems: [expect.objectContaining({ field: 'gone' })],
      }),
    )
  }
})

test('one claim goes through the steps as a batch of one', () => {
  const types = { amount: 'number', claim_date: 'timestamp', start: 'timestamp', story: 'text' } as const
  const claim = { amount: 1200, claim_date: '2024-06-30', start: '2024-06-01', story: 'Hit a wall' }
  const frame = frameFromRows([claim, { ...claim, amount: 80 }], types)
  const { fitted } = fitSteps(
    featureSteps,
    [
      { kind: 'days_between', parameters: { from: 'start', to: 'claim_date', output: 'days' } },
      { kind: 'flag', parameters: { column: 'days', operator: '<', value: 30, output: 'early' } },
      { kind: 'product', parameters: { left: 'early', right: 'amount', output: 'early_amount' } },
    ],
    { frame, target: Uint8Array.of(0, 1), context: { roles: new Map(), random: createRandom(1) } },
  )
  expect(fitted.transform(frameFromRows([claim], types)).row(0)).toMatchObject({
    days: 29,
    early: 1,
    early_amount: 1200,
  })
  expect(fitted.sourcesOf('early_amount')).toEqual(['start', 'claim_date', 'amount'])
})
