import type { ColumnRole } from '@claims/contracts'
import {
  booleanColumn,
  categoryColumn,
  createRandom,
  Frame,
  numberColumn,
  textColumn,
  type FrameColumn,
} from '@claims/frame'
import { describe, expect, test } from '@jest/globals'
import { assignFolds } from '../src/assign-folds.ts'
import { z } from 'zod'
import { defineStep, fitSteps, preprocessingSteps, restoreSteps, tokenize } from '../src/index.ts'

function fit(
  columns: Record<string, FrameColumn>,
  kind: string,
  parameters: Record<string, unknown> = {},
): ReturnType<typeof fitSteps> {
  const frame = Frame.fromColumns(columns)
  return fitSteps(preprocessingSteps, [{ kind, parameters }], {
    frame,
    target: new Uint8Array(frame.rows),
    context: { roles: new Map(), random: createRandom(1) },
  })
}
const category = (...values: (string | null)[]): { type: FrameColumn } => ({ type: categoryColumn(values) })
const scored = (...values: (string | null)[]): Frame => Frame.fromColumns(category(...values))

describe('impute', () => {
  test('flags only the columns that had missing values, and fills a column without values with 0', () => {
    const { fitted, frame } = fit(
      {
        a: numberColumn([1, NaN, 5]),
        b: numberColumn([1, 2, 3]),
        empty: numberColumn([NaN, NaN, NaN]),
        insured: booleanColumn([true, null, true]),
      },
      'impute',
      { columns: ['a', 'b', 'empty', 'insured'] },
    )
    expect(frame.toRows()).toEqual([
      { a: 1, b: 1, empty: 0, insured: 1, a_missing: 0, empty_missing: 1, insured_missing: 0 },
      { a: 3, b: 2, empty: 0, insured: 1, a_missing: 1, empty_missing: 1, insured_missing: 1 },
      { a: 5, b: 3, empty: 0, insured: 1, a_missing: 0, empty_missing: 1, insured_missing: 0 },
    ])
    const later = Frame.fromColumns({
      a: numberColumn([7]),
      b: numberColumn([NaN]),
      empty: numberColumn([4]),
      insured: booleanColumn([false]),
    })
    expect(fitted.transform(later).row(0)).toEqual({
      a: 7,
      b: 2,
      empty: 4,
      insured: 0,
      a_missing: 0,
      empty_missing: 0,
      insured_missing: 0,
    })
  })

  test('a constant needs a value, and only a constant takes one', () => {
    expect(() => fit({ a: numberColumn([1]) }, 'impute', { strategy: 'constant' })).toThrow(/value/)
    expect(() => fit({ a: numberColumn([1]) }, 'impute', { value: 3 })).toThrow(
      expect.objectContaining({
        code: 'invalid_blueprint',
        problems: [expect.objectContaining({ field: 'steps.0.parameters.value' })],
      }),
    )
  })
})

test('impute_category fills with a level or with the most frequent one', () => {
  const type = category('home', 'auto', null, 'home', 'auto')
  expect(fit(type, 'impute_category').frame.row(2)).toEqual({ type: '(missing)' })
  const mode = fit(type, 'impute_category', { strategy: 'mode' })
  expect(mode.frame.row(2)).toEqual({ type: 'auto' })
  expect(mode.fitted.transform(scored('boat', null)).toRows()).toEqual([{ type: 'boat' }, { type: 'auto' }])
})

describe('rare_levels', () => {
  test('rare, unknown and missing levels have their destinations', () => {
    const type = category('auto', 'auto', 'auto', 'home', 'home', 'boat', null, null)
    const { fitted, frame } = fit(type, 'rare_levels', { minimum_share: 0.2 })
    expect(frame.toRows().map((row) => row['type'])).toEqual([
      'auto',
      'auto',
      'auto',
      'home',
      'home',
      '(other)',
      null,
      null,
    ])
    expect(fitted.transform(scored('plane', 'boat', 'home', null)).toRows()).toEqual([
      { type: '(other)' },
      { type: '(other)' },
      { type: 'home' },
      { type: null },
    ])
  })

  test('an unknown level goes to the other level even when none was rare; the count limit is on top of the share', () => {
    const { fitted } = fit(category('auto', 'home'), 'rare_levels')
    expect(fitted.transform(scored('plane')).row(0)).toEqual({ type: '(other)' })
    const counted = fit(category('auto', 'auto', 'home'), 'rare_levels', { minimum_count: 2, other: 'rest' })
    expect(counted.frame.row(2)).toEqual({ type: 'rest' })
  })
})

describe('one_hot', () => {
  test('keeps the most frequent levels, equals in alphabetical order, and gives the rest zeros', () => {
    const { fitted, frame } = fit(category('b', 'b', 'd', 'c', 'a'), 'one_hot', {
      maximum_levels: 2,
      drop_source: false,
    })
    expect(frame.names).toEqual(['type', 'type=a', 'type=b'])
    expect(
      fitted
        .transform(scored('c', null, 'zzz', 'b'))
        .select(['type=a', 'type=b'])
        .toRows(),
    ).toEqual([
      { 'type=a': 0, 'type=b': 0 },
      { 'type=a': 0, 'type=b': 0 },
      { 'type=a': 0, 'type=b': 0 },
      { 'type=a': 0, 'type=b': 1 },
    ])
  })

  test('a level of the frame that no fitted row has makes no column', () => {
    const unseen = Frame.fromColumns(category('auto', 'home')).take([0])
    expect(fit({ type: unseen.column('type') }, 'one_hot').frame.names).toEqual(['type=auto'])
  })

  test('missing and a level that is called (missing) share a column', () => {
    const { frame } = fit(category('(missing)', null, 'auto'), 'one_hot')
    expect([...frame.number('type=(missing)')]).toEqual([1, 1, 0])
  })
})

test('ordinal follows the declared order; unknown and missing become NaN', () => {
  const { fitted } = fit(category('low', 'high'), 'ordinal', { levels: { type: ['low', 'middle', 'high'] } })
  expect([...fitted.transform(scored('high', 'low', 'middle', null, 'top')).number('type')]).toEqual([
    2,
    0,
    1,
    NaN,
    NaN,
  ])
  expect(() => fit(category('low'), 'ordinal', { columns: ['type'], levels: {} })).toThrow(
    /order of its levels/,
  )
  expect(() => fit(category('low'), 'ordinal', { columns: ['toString'], levels: {} })).toThrow(
    expect.objectContaining({ code: 'invalid_blueprint' }),
  )
  const odd = fit({ ['__proto__']: categoryColumn(['high']) }, 'ordinal', {
    levels: { ['__proto__']: ['low', 'high'] },
  })
  expect([...odd.frame.number('__proto__')]).toEqual([1])
})

describe('target_encode', () => {
  const random = createRandom(4)
  const rows = 300
  const type = categoryColumn(
    Array.from({ length: rows }, () => ['auto', 'home', null, 'life'][random.integer(4)]!),
  )
  const target = Uint8Array.from({ length: rows }, () => (random.next() < 0.3 ? 1 : 0))
  const definition = preprocessingSteps.find(({ kind }) => kind === 'target_encode')!
  const encode = (groups?: Int32Array): Float64Array =>
    definition
      .create({ smoothing: 7, folds: 4 })
      .fitTransform(Frame.fromColumns({ type }), target, {
        roles: new Map(),
        random: createRandom(9),
        ...(groups === undefined ? {} : { groups }),
      })
      .frame.number('type_target_rate')

  test.each([
    ['rows', undefined],
    ['groups', Int32Array.from({ length: rows }, (_, i) => i % 37)],
  ])('the fitted rows get the rate of the other folds, by %s', (_, groups) => {
    const { fold } = assignFolds(target, 4, {
      random: createRandom(9),
      ...(groups === undefined ? {} : { groups }),
    })
    const prior = target.reduce((sum, y) => sum + y, 0) / rows
    const expected = Array.from({ length: rows }, (_, i) => {
      const others = Array.from({ length: rows }, (_, j) => j).filter(
        (j) => fold[j] !== fold[i] && type.codes[j] === type.codes[i],
      )
      const positives = others.filter((j) => target[j] === 1).length
      return (positives + prior * 7) / (others.length + 7)
    })
    encode(groups).forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 14)
    })
  })

  test('folds are even, stratified, and never part a group', () => {
    const { fold, folds } = assignFolds(target, 5, { random: createRandom(2) })
    expect(folds).toBe(5)
    const positives = target.reduce((sum, y) => sum + y, 0)
    for (let k = 0; k < folds; k++) {
      const members = [...fold.keys()].filter((i) => fold[i] === k)
      expect(Math.abs(members.length - rows / 5)).toBeLessThanOrEqual(1)
      expect(Math.abs(members.filter((i) => target[i] === 1).length - positives / 5)).toBeLessThan(1)
    }
    const groups = Int32Array.from({ length: rows }, (_, i) => Math.floor(i / 7))
    const grouped = assignFolds(target, 5, { random: createRandom(2), groups })
    const foldsOfGroup = new Map<number, Set<number>>()
    groups.forEach((group, i) => {
      foldsOfGroup.set(group, (foldsOfGroup.get(group) ?? new Set()).add(grouped.fold[i]!))
    })
    expect([...foldsOfGroup.values()].every((set) => set.size === 1)).toBe(true)
    expect(new Set(grouped.fold).size).toBe(5)
  })

  test('one group only leaves the prior', () => {
    const values = encode(new Int32Array(rows))
    expect(new Set(values).size).toBe(1)
  })
})

test('a step reads no identity, label, sensitive or later column, not even by name', () => {
  const frame = Frame.fromColumns({ fraud: numberColumn([0, 1]), age: numberColumn([3, 4]) })
  const roles = new Map<string, ColumnRole>([
    ['fraud', 'label'],
    ['age', 'numeric'],
  ])
  const run = (parameters: Record<string, unknown>): Frame =>
    fitSteps(preprocessingSteps, [{ kind: 'standardize', parameters }], {
      frame,
      target: Uint8Array.of(0, 1),
      context: { roles, random: createRandom(1) },
    }).frame
  expect([...run({}).number('fraud')]).toEqual([0, 1])
  expect(() => run({ columns: ['fraud'] })).toThrow(
    expect.objectContaining({
      code: 'invalid_blueprint',
      problems: [expect.objectContaining({ field: 'fraud' })],
    }),
  )
})

test('a column of the wrong kind is refused at fit and when scoring', () => {
  expect(() => fit(category('auto'), 'standardize', { columns: ['type'] })).toThrow(
    expect.objectContaining({ code: 'invalid_blueprint', message: expect.stringContaining('category') }),
  )
  const { fitted } = fit(category('auto'), 'one_hot')
  expect(() => fitted.transform(Frame.fromColumns({ type: textColumn(['auto']) }))).toThrow(
    expect.objectContaining({ code: 'invalid_value' }),
  )
})

test('an infinite number is refused by what would learn from it', () => {
  for (const kind of ['standardize', 'clip_quantiles']) {
    expect(() => fit({ a: numberColumn([1, Infinity, 2]) }, kind, {})).toThrow(
      expect.objectContaining({ code: 'infinite_value' }),
    )
  }
})

test('what a step tells of its state is a copy', () => {
  const { fitted } = fit(category('auto'), 'one_hot')
  ;(fitted.toState()[0]!.state['columns'] as unknown[]).pop()
  expect(fitted.transform(scored('auto')).names).toEqual(['type=auto'])
  expect(fitted.toState()[0]!.state['columns']).toHaveLength(1)
})

test('tokens keep letters of any script, digits and negations', () => {
  expect(tokenize("Didn’t STOP: 2 Straße-Çaró, the driver's 車 x_y")).toEqual([
    'didnt',
    'stop',
    '2',
    'straße',
    'çaró',
    'the',
    'drivers',
    '車',
    'x',
    'y',
  ])
})

describe('names of what steps make', () => {
  test('a flag of missing values never takes the place of a column, whatever the order', () => {
    for (const order of [
      ['income', 'income_missing'],
      ['income_missing', 'income'],
    ]) {
      const { fitted, frame } = fit(
        Object.fromEntries(
          order.map((name) => [name, numberColumn(name === 'income' ? [1, NaN, 3] : [100, 200, 300])]),
        ),
        'impute',
      )
      expect(frame.toRows()[1]).toEqual({ income: 2, income_missing: 200, income_missing_2: 1 })
      const again = restoreSteps(preprocessingSteps, fitted.toState())
      expect(again.sourcesOf('income_missing_2')).toEqual(['income'])
    }
  })

  test('levels whose names would be one stay two columns, and none takes the place of a column', () => {
    const { fitted, frame } = fit(
      {
        a: categoryColumn(['b=c', 'x']),
        'a=b': categoryColumn(['c', 'x']),
        'a=x': numberColumn([7, 8]),
      },
      'one_hot',
    )
    expect(frame.toRows()).toEqual([
      { 'a=x': 7, 'a=b=c': 1, 'a=x_2': 0, 'a=b=c_2': 1, 'a=b=x': 0 },
      { 'a=x': 8, 'a=b=c': 0, 'a=x_2': 1, 'a=b=c_2': 0, 'a=b=x': 1 },
    ])
    const again = restoreSteps(preprocessingSteps, fitted.toState())
    const columns = { a: categoryColumn(['x']), 'a=b': categoryColumn(['c']), 'a=x': numberColumn([9]) }
    expect(again.transform(Frame.fromColumns(columns)).row(0)).toEqual({
      'a=x': 9,
      'a=b=c': 0,
      'a=x_2': 1,
      'a=b=c_2': 1,
      'a=b=x': 0,
    })
  })

  test('a rate and a word choose a free name too', () => {
    const rate = fit({ a: categoryColumn(['x']), a_target_rate: numberColumn([5]) }, 'target_encode')
    expect(rate.frame.names).toEqual(['a_target_rate', 'a_target_rate_2'])
    expect(rate.frame.number('a_target_rate')[0]).toBe(5)
    const words = fit(
      { note: textColumn(['broken glass', 'ice']), 'note:glass': numberColumn([5, 6]) },
      'tf_idf',
      { column: 'note', minimum_document_count: 1 },
    )
    expect(words.frame.number('note:glass')[0]).toBe(5)
    expect(words.frame.number('note:glass_2')[0]).toBeGreaterThan(0)
  })

  test('a step that makes two columns of one name is refused', () => {
    const twice = defineStep({
      kind: 'twice',
      parameters: z.strictObject({}),
      state: z.object({}),
      learn: () => ({}),
      behave: () => ({
        outputs: [
          ['new', []],
          ['new', []],
        ],
        apply: () => undefined,
      }),
    })
    const frame = Frame.fromColumns({ a: numberColumn([1]) })
    const context = { roles: new Map<string, ColumnRole>(), random: createRandom(1) }
    expect(() => twice.create({}).fitTransform(frame, new Uint8Array(1), context)).toThrow(
      expect.objectContaining({ code: 'duplicate_column' }),
    )
  })
})
