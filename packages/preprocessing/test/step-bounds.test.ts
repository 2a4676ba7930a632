import type { ColumnRole } from '@claims/contracts'
import {
  booleanColumn,
  categoryColumn,
  createRandom,
  Frame,
  numberColumn,
  textColumn,
  timestampColumn,
  type FrameColumn,
} from '@claims/frame'
import { describe, expect, test } from '@jest/globals'
import { assignFolds } from '../src/assign-folds.ts'
import { fitSteps, preprocessingSteps, tokenize, type FittedSteps } from '../src/index.ts'

function fit(
  columns: Record<string, FrameColumn>,
  kind: string,
  options: {
    parameters?: Record<string, unknown>
    target?: number[]
    roles?: Record<string, ColumnRole>
  } = {},
): { readonly fitted: FittedSteps; readonly frame: Frame } {
  const frame = Frame.fromColumns(columns)
  const { parameters = {}, target, roles = {} } = options
  return fitSteps(preprocessingSteps, [{ kind, parameters }], {
    frame,
    target: target === undefined ? new Uint8Array(frame.rows) : Uint8Array.from(target),
    context: { roles: new Map(Object.entries(roles)), random: createRandom(1) },
  })
}

const named: Readonly<Record<string, Record<string, unknown>>> = {
  impute: { columns: ['x'] },
  impute_category: { columns: ['x'] },
  rare_levels: { columns: ['x'] },
  one_hot: { columns: ['x'] },
  ordinal: { levels: { x: ['a'] } },
  target_encode: { columns: ['x'] },
  standardize: { columns: ['x'] },
  clip_quantiles: { columns: ['x'] },
  tf_idf: { column: 'x', minimum_document_count: 1 },
}
const columnOf: Readonly<Record<FrameColumn['kind'], FrameColumn>> = {
  number: numberColumn([1, 2]),
  category: categoryColumn(['aa', 'bb']),
  text: textColumn(['aa', 'bb']),
  timestamp: timestampColumn([1, 2]),
  boolean: booleanColumn([true, false]),
}
const worksOn: Readonly<Record<string, readonly FrameColumn['kind'][]>> = {
  impute: ['number', 'boolean'],
  impute_category: ['category'],
  rare_levels: ['category'],
  one_hot: ['category'],
  ordinal: ['category'],
  target_encode: ['category'],
  standardize: ['number', 'boolean'],
  clip_quantiles: ['number'],
  tf_idf: ['text', 'category'],
}
const kinds = Object.keys(columnOf) as FrameColumn['kind'][]

describe.each(Object.entries(named))('%s by name', (kind, parameters) => {
  const right = worksOn[kind]!

  test.each(kinds)('a %s column is read or refused', (column) => {
    const run = (): unknown => fit({ x: columnOf[column] }, kind, { parameters })
    if (right.includes(column)) expect(run).not.toThrow()
    else expect(run).toThrow(expect.objectContaining({ code: 'invalid_blueprint' }))
  })

  test.each(['id', 'entity', 'label', 'sensitive', 'post_outcome', 'ignored'] as const)(
    'a column of role %s is refused',
    (role) => {
      expect(() => fit({ x: columnOf[right[0]!] }, kind, { parameters, roles: { x: role } })).toThrow(
        expect.objectContaining({ code: 'invalid_blueprint', message: expect.stringContaining(role) }),
      )
    },
  )

  test('a column that is not there is refused', () => {
    expect(() => fit({ y: columnOf.number }, kind, { parameters })).toThrow(
      expect.objectContaining({ code: 'unknown_column' }),
    )
  })
})

describe('drop', () => {
  test('by name takes any role, by kind features only', () => {
    const columns = { a: numberColumn([1]), b: numberColumn([2]), c: textColumn(['t']) }
    const roles = { a: 'id', b: 'numeric' } as const
    expect(fit(columns, 'drop', { parameters: { columns: ['a', 'c'] }, roles }).frame.names).toEqual(['b'])
    expect(fit(columns, 'drop', { parameters: { columns: 'number' }, roles }).frame.names).toEqual(['a', 'c'])
    expect(() => fit(columns, 'drop', { parameters: { columns: ['d'] } })).toThrow(
      expect.objectContaining({ code: 'unknown_column' }),
    )
  })
})

describe('tf_idf', () => {
  const tokensOf = (texts: (string | null)[], parameters: Record<string, unknown>): unknown =>
    fit({ note: textColumn(texts) }, 'tf_idf', {
      parameters: { column: 'note', ...parameters },
    }).fitted.toState()[0]!.state['tokens']

  test('takes words from the stated number of rows on', () => {
    const texts = ['ice ice', 'ice fire', 'fire', 'fire', 'snow snow snow']
    expect(tokensOf(texts, { minimum_document_count: 1 })).toEqual(['fire', 'ice', 'snow'])
    expect(tokensOf(texts, { minimum_document_count: 2 })).toEqual(['fire', 'ice'])
    expect(tokensOf(texts, { minimum_document_count: 3 })).toEqual(['fire'])
    expect(tokensOf(texts, { minimum_document_count: 4 })).toEqual([])
  })

  test('and up to the stated share of them, missing texts counted', () => {
    const texts = ['ice fire', 'ice', 'ice', null]
    const share = { minimum_document_count: 1, maximum_document_share: 0.75 }
    expect(tokensOf(texts, share)).toEqual(['fire', 'ice'])
    expect(tokensOf(texts, { ...share, maximum_document_share: 0.74 })).toEqual(['fire'])
  })

  test('the most frequent words, equals by name, in order of names', () => {
    const texts = ['ww ww', 'zz yy xx', 'zz yy xx']
    expect(tokensOf(texts, { minimum_document_count: 1, maximum_features: 1 })).toEqual(['ww'])
    expect(tokensOf(texts, { minimum_document_count: 1, maximum_features: 3 })).toEqual(['ww', 'xx', 'yy'])
  })

  test('leaves out words of one letter and without a topic', () => {
    expect(tokensOf(['a b of not 4 42'], { minimum_document_count: 1, maximum_document_share: 1 })).toEqual([
      '42',
      'not',
    ])
  })
})

describe('levels', () => {
  const levels = categoryColumn(['a', 'a', 'a', 'a', 'b', 'b', 'b', 'c', 'c', 'd'])
  const distinct = (parameters: Record<string, unknown>, kind = 'rare_levels'): unknown[] => {
    const { frame } = fit({ type: levels }, kind, { parameters })
    return [...new Set(frame.toRows().map((row) => row['type']))]
  }

  test('are not rare at the stated share or count itself', () => {
    expect(distinct({ minimum_share: 0.2 })).toEqual(['a', 'b', 'c', '(other)'])
    expect(distinct({ minimum_share: 0.21 })).toEqual(['a', 'b', '(other)'])
    expect(distinct({ minimum_count: 3 })).toEqual(['a', 'b', '(other)'])
    expect(distinct({ minimum_count: 4 })).toEqual(['a', '(other)'])
    expect(distinct({ minimum_share: 0.4, minimum_count: 2 })).toEqual(['a', '(other)'])
    expect(distinct({})).toEqual(['a', 'b', 'c', 'd'])
  })

  test('more than 50 have no column of their own', () => {
    const many = categoryColumn(Array.from({ length: 60 }, (_, i) => `l${String(i % 52)}`))
    expect(fit({ type: many }, 'one_hot').frame.names).toHaveLength(50)
    expect(fit({ type: levels }, 'one_hot').frame.names).toHaveLength(4)
  })

  test('a declared order without or with a level twice is refused', () => {
    for (const bad of [
      { levels: { type: ['a', 'a'] } },
      { levels: { type: [] } },
      { columns: [], levels: {} },
    ])
      expect(() => fit({ type: levels }, 'ordinal', { parameters: bad })).toThrow(
        expect.objectContaining({ code: 'invalid_blueprint' }),
      )
  })
})

describe('numbers', () => {
  test('are clipped at the first and last hundredth', () => {
    const column = numberColumn(Array.from({ length: 101 }, (_, i) => i))
    const { fitted } = fit({ x: column }, 'clip_quantiles')
    const later = Frame.fromColumns({ x: numberColumn([-5, 0, 1, 50, 99, 100, 500, NaN]) })
    expect([...fitted.transform(later).number('x')]).toEqual([1, 1, 1, 50, 99, 99, 99, NaN])
    for (const [lower, upper] of [
      [0.5, 0.5],
      [0.6, 0.5],
      [-0.1, 0.5],
      [0.5, 1.1],
    ])
      expect(() => fit({ x: column }, 'clip_quantiles', { parameters: { lower, upper } })).toThrow(
        expect.objectContaining({ code: 'invalid_blueprint' }),
      )
    expect(
      fit({ x: column }, 'clip_quantiles', { parameters: { lower: 0, upper: 1 } }).frame.number('x'),
    ).toEqual(column.values)
  })

  test('a column without any value at fit is clipped and scaled to itself', () => {
    const empty = { x: numberColumn([NaN, NaN]) }
    const later = Frame.fromColumns({ x: numberColumn([5, NaN]) })
    expect([...fit(empty, 'clip_quantiles').fitted.transform(later).number('x')]).toEqual([5, NaN])
    expect([...fit(empty, 'standardize').fitted.transform(later).number('x')]).toEqual([0, NaN])
  })

  test('missing flags stand where something was missing at fit, if they are wanted', () => {
    const columns = { x: numberColumn([1, NaN, 4]), y: numberColumn([1, 2, 3]) }
    expect(fit(columns, 'impute').frame.names).toEqual(['x', 'y', 'x_missing'])
    const bare = fit(columns, 'impute', { parameters: { missing_flags: false, strategy: 'mean' } })
    expect(bare.frame.toRows()).toEqual([
      { x: 1, y: 1 },
      { x: 2.5, y: 2 },
      { x: 4, y: 3 },
    ])
    expect(fit(columns, 'impute', { parameters: { strategy: 'constant', value: 0 } }).frame.row(1)).toEqual({
      x: 0,
      y: 2,
      x_missing: 1,
    })
  })
})

describe('folds', () => {
  test('are never more than rows or groups, and at least one', () => {
    const random = createRandom(1)
    expect(assignFolds(new Uint8Array(3), 5, { random })).toMatchObject({ folds: 3 })
    expect(assignFolds(new Uint8Array(5), 5, { random })).toMatchObject({ folds: 5 })
    expect(assignFolds(new Uint8Array(0), 5, { random })).toMatchObject({ folds: 1 })
    const groups = Int32Array.of(7, 7, 9, 9)
    expect(assignFolds(new Uint8Array(4), 5, { random, groups })).toMatchObject({ folds: 2 })
    expect(assignFolds(new Uint8Array(0), 5, { random, groups: new Int32Array(0) })).toMatchObject({
      folds: 1,
    })
  })

  test('of groups have even numbers of rows where groups allow it', () => {
    // 1 group of 12 rows and 24 of one row: 3 folds of 12.
    const groups = Int32Array.from({ length: 36 }, (_, i) => (i < 12 ? 0 : i))
    for (let seed = 0; seed < 5; seed++) {
      const { fold } = assignFolds(new Uint8Array(36), 3, { random: createRandom(seed), groups })
      const sizes = [0, 1, 2].map((k) => fold.filter((each) => each === k).length)
      const around = Math.max(...sizes) - Math.min(...sizes)
      expect(around).toBeLessThanOrEqual(12)
      expect(sizes.every((size) => size > 0)).toBe(true)
    }
    const even = Int32Array.from({ length: 36 }, (_, i) => i >> 1)
    const { fold } = assignFolds(new Uint8Array(36), 3, { random: createRandom(1), groups: even })
    expect([0, 1, 2].map((k) => fold.filter((each) => each === k).length)).toEqual([12, 12, 12])
  })

  test('target_encode takes five, and shrinks by twenty rows', () => {
    const rows = 40
    const type = categoryColumn(Array.from({ length: rows }, () => 'a'))
    const target = Array.from({ length: rows }, (_, i) => (i < 10 ? 1 : 0))
    const { frame, fitted } = fit({ type }, 'target_encode', { target })
    // Folds of 8 rows, 2 of them positive: the others have 8 of 32.
    expect([...new Set(frame.number('type_target_rate'))]).toEqual([(8 + 0.25 * 20) / (32 + 20)])
    const later = Frame.fromColumns({ type: categoryColumn(['a', 'b', null]) })
    expect([...fitted.transform(later).number('type_target_rate')]).toEqual([0.25, 0.25, 0.25])
    for (const folds of [1, 51, 2.5])
      expect(() => fit({ type }, 'target_encode', { target, parameters: { folds } })).toThrow(
        expect.objectContaining({ code: 'invalid_blueprint' }),
      )
  })
})

describe('what is kept of a step', () => {
  const stateOf = (columns: Record<string, FrameColumn>, kind: string): Record<string, unknown>[] =>
    fit(columns, kind).fitted.toState()[0]!.state['columns'] as Record<string, unknown>[]

  test.each(['one_hot', 'target_encode', 'rare_levels'])('%s: levels stand in order of names', (kind) => {
    const levels = ['b', 'a', 'd', 'c', 'b', 'a', 'd', 'c']
    for (const order of [levels, [...levels].reverse()])
      expect(stateOf({ x: categoryColumn(order) }, kind)[0]?.['levels']).toEqual(['a', 'b', 'c', 'd'])
  })

  test('standardize: the mean is right where its sum rounds', () => {
    // The ones are lost beside 1e16 in a first sum; .8 beside 2e15 is stored as .75.
    const [learnt] = stateOf({ x: numberColumn([1e16, 1, 1, 1, 1]) }, 'standardize')
    expect(learnt?.['mean']).toBe(2e15 + 0.75)
  })

  test('standardize: the deviation has the divisor n, and that of a constant is 0', () => {
    expect(
      stateOf({ x: numberColumn([1, 3, NaN]), y: numberColumn([0.1, 0.1, 0.1]) }, 'standardize'),
    ).toEqual([
      { column: 'x', mean: 2, deviation: 1 },
      { column: 'y', mean: 0.1, deviation: 0 },
    ])
  })
})

test.each(["didn't", 'didn’t'])('%s is one word', (text) => {
  expect(tokenize(text)).toEqual(['didnt'])
})

describe('parameters', () => {
  const columns = { x: columnOf.category, n: columnOf.number, t: columnOf.text }

  test.each<[string, string, Record<string, unknown>, unknown[], unknown[]]>([
    ['rare_levels', 'minimum_share', {}, [0, 1], [-0.01, 1.01]],
    ['rare_levels', 'minimum_count', {}, [1], [0, 1.5]],
    ['rare_levels', 'other', {}, ['a'], ['']],
    ['one_hot', 'maximum_levels', {}, [1], [0, 1.5]],
    ['target_encode', 'smoothing', {}, [0, 1e6], [-0.01]],
    ['target_encode', 'folds', {}, [2, 50], [1, 51]],
    ['clip_quantiles', 'lower', {}, [0, 0.98], [-0.01, 0.99]],
    ['clip_quantiles', 'upper', {}, [0.02, 1], [0.01, 1.01]],
    ['impute_category', 'level', {}, ['a'], ['']],
    ['tf_idf', 'maximum_features', { column: 't' }, [1], [0, 1.5]],
    ['tf_idf', 'minimum_document_count', { column: 't' }, [1], [0, 1.5]],
    ['tf_idf', 'maximum_document_share', { column: 't' }, [0.01, 1], [0, 1.01]],
  ])('%s: %s has its bounds', (kind, name, rest, right, wrong) => {
    for (const value of right)
      expect(() => fit(columns, kind, { parameters: { ...rest, [name]: value } })).not.toThrow()
    for (const value of wrong)
      expect(() => fit(columns, kind, { parameters: { ...rest, [name]: value } })).toThrow(
        expect.objectContaining({ code: 'invalid_blueprint' }),
      )
  })
})

test('a column without a missing cell stays what it is', () => {
  const columns = { x: columnOf.category, n: columnOf.number }
  expect(fit(columns, 'impute_category').frame.column('x')).toBe(columnOf.category)
  expect(fit(columns, 'impute').frame.column('n')).toBe(columnOf.number)
})

test('steps that follow fitted ones count on: places, random numbers and errors', () => {
  const frame = Frame.fromColumns({ x: numberColumn([1, NaN, 3]) })
  const context = { roles: new Map<string, ColumnRole>(), random: createRandom(1) }
  const target = new Uint8Array(3)
  const first = fitSteps(preprocessingSteps, [{ kind: 'impute', parameters: {} }], { frame, target, context })
  const input = { frame: first.frame, target, context, after: first.fitted }
  const both = fitSteps(preprocessingSteps, [{ kind: 'standardize', parameters: {} }], input)
  expect(both.fitted.steps.map(({ kind }) => kind)).toEqual(['impute', 'standardize'])
  expect(both.fitted.transform(frame).toRows()).toEqual(both.frame.toRows())
  expect(() =>
    fitSteps(preprocessingSteps, [{ kind: 'standardize', parameters: { columns: ['gone'] } }], input),
  ).toThrow('steps.1')
})
