import { ClaimsError, type ErrorCode } from '@claims/contracts'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  booleanColumn,
  categoryColumn,
  codedColumn,
  Frame,
  numberColumn,
  textColumn,
  timestampColumn,
} from '@claims/frame'
import { arbitraryFrame, arbitraryKinds, frameOf } from './arbitrary-frame.ts'

const claims = Frame.fromColumns({
  amount: numberColumn([100, NaN, 300]),
  type: categoryColumn(['auto', 'home', null]),
  note: textColumn(['a', null, 'c']),
  at: timestampColumn([0, NaN, 1]),
  open: booleanColumn([true, false, null]),
})

function codeOf(work: () => unknown): ErrorCode | undefined {
  try {
    work()
  } catch (error) {
    if (error instanceof ClaimsError) return error.code
    throw error
  }
  return undefined
}

describe('building', () => {
  test('keeps the order of the columns, from an object and from a map', () => {
    expect(claims.names).toEqual(['amount', 'type', 'note', 'at', 'open'])
    const map = new Map([['b', numberColumn([1])] as const, ['a', numberColumn([2])] as const])
    expect(Frame.fromColumns(map).names).toEqual(['b', 'a'])
    map.delete('a')
    expect(claims.rows).toBe(3)
  })

  test('columns of different lengths are refused by name', () => {
    const build = (): Frame => Frame.fromColumns({ a: numberColumn([1, 2]), b: numberColumn([1]) })
    expect(codeOf(build)).toBe('length_mismatch')
    expect(build).toThrow('"b" has 1 rows, the frame has 2')
  })

  test('later changes of the map that it came from do not show', () => {
    const map = new Map([['a', numberColumn([1])]])
    const frame = Frame.fromColumns(map)
    map.set('b', numberColumn([1]))
    expect(frame.names).toEqual(['a'])
  })
})

describe('columns of a frame', () => {
  test('a column that does not exist is refused with those that do', () => {
    expect(codeOf(() => claims.column('amuont'))).toBe('unknown_column')
    try {
      claims.column('amuont')
    } catch (error) {
      expect((error as ClaimsError).problems).toEqual([
        { field: 'amuont', problem: 'does not exist', allowed: 'amount, type, note, at, open' },
      ])
    }
  })

  test('number gives the stored values of numbers and timestamps only', () => {
    const column = claims.column('amount')
    expect(column.kind === 'number' && claims.number('amount') === column.values).toBe(true)
    expect([...claims.number('at')]).toEqual([0, NaN, 1])
    expect(codeOf(() => claims.number('type'))).toBe('invalid_value')
    expect(codeOf(() => claims.number('open'))).toBe('invalid_value')
  })

  test('select orders, drop ignores what is not there', () => {
    expect(claims.select(['open', 'amount']).names).toEqual(['open', 'amount'])
    expect(claims.select(['open']).column('open')).toBe(claims.column('open'))
    expect(codeOf(() => claims.select(['open', 'nothing']))).toBe('unknown_column')
    expect(claims.drop(['type', 'note', 'nothing']).names).toEqual(['amount', 'at', 'open'])
  })

  test('a frame without columns keeps its rows', () => {
    const bare = claims.select([])
    expect(bare.rows).toBe(3)
    expect(bare.take([0, 2]).rows).toBe(2)
    expect(Frame.concat([bare, bare]).rows).toBe(6)
    expect(bare.toRows()).toEqual([{}, {}, {}])
    expect(codeOf(() => bare.withColumn('a', numberColumn([1])))).toBe('length_mismatch')
  })

  test('withColumns adds at the end, replaces in place, and leaves the frame as it was', () => {
    const changed = claims.withColumns({ type: numberColumn([1, 2, 3]), extra: numberColumn([4, 5, 6]) })
    expect(changed.names).toEqual(['amount', 'type', 'note', 'at', 'open', 'extra'])
    expect(changed.column('type').kind).toBe('number')
    expect(claims.column('type').kind).toBe('category')
    expect(claims.has('extra')).toBe(false)
    expect(codeOf(() => claims.withColumn('extra', numberColumn([1])))).toBe('length_mismatch')
    expect(Frame.fromColumns({}).withColumn('a', numberColumn([1, 2])).rows).toBe(2)
  })
})

describe('rows of a frame', () => {
  test('row and toRows give plain objects with null for missing', () => {
    expect(claims.row(0)).toEqual({ amount: 100, type: 'auto', note: 'a', at: '1970-01-01', open: true })
    expect(claims.row(1)).toEqual({ amount: null, type: 'home', note: null, at: null, open: false })
    expect(claims.toRows()).toEqual([claims.row(0), claims.row(1), claims.row(2)])
  })

  test.each([-1, 3, 0.5, NaN])('row %p does not exist', (row) => {
    expect(codeOf(() => claims.row(row))).toBe('invalid_value')
    expect(codeOf(() => claims.take([0, row]))).toBe('invalid_value')
  })

  test('take repeats and reorders every kind of column', () => {
    expect(claims.take(Uint32Array.of(2, 0, 2)).toRows()).toEqual([
      claims.row(2),
      claims.row(0),
      claims.row(2),
    ])
    expect(claims.take([]).rows).toBe(0)
  })

  test('filter takes a predicate or a mask of the right length', () => {
    expect(claims.filter((row) => row !== 1).number('amount')).toEqual(Float64Array.of(100, 300))
    expect(claims.filter(Uint8Array.of(0, 0, 1)).toRows()).toEqual([claims.row(2)])
    expect(codeOf(() => claims.filter(Uint8Array.of(1, 1)))).toBe('length_mismatch')
  })

  test('slice stops at the ends', () => {
    expect(claims.slice(1).rows).toBe(2)
    expect(claims.slice(-5, 1).toRows()).toEqual([claims.row(0)])
    expect(claims.slice(2, 99).toRows()).toEqual([claims.row(2)])
    expect(claims.slice(2, 1).rows).toBe(0)
  })

  test('a column named like a member of every object is a column like others', () => {
    const frame = Frame.fromColumns(new Map([['__proto__', textColumn(['x'])]]))
    expect(Object.entries(frame.row(0))).toEqual([['__proto__', 'x']])
  })
})

describe('concat', () => {
  test('unites levels and keeps the meaning of codes', () => {
    const a = Frame.fromColumns({ type: codedColumn(Int32Array.of(1, 0, -1), ['home', 'auto']) })
    const b = Frame.fromColumns({ type: codedColumn(Int32Array.of(0, 1), ['life', 'home']) })
    const joined = Frame.concat([a, b])
    expect(joined.toRows().map((row) => row['type'])).toEqual(['auto', 'home', null, 'life', 'home'])
    const column = joined.column('type')
    expect(column.kind === 'category' && column.levels).toEqual(['home', 'auto', 'life'])
  })

  test('columns may stand in another order', () => {
    const swapped = claims.select([...claims.names].reverse())
    expect(Frame.concat([claims, swapped]).toRows()).toEqual([...claims.toRows(), ...claims.toRows()])
  })

  test.each<[string, ErrorCode, () => unknown]>([
    ['nothing', 'empty_data', () => Frame.concat([])],
    ['a missing column', 'unknown_column', () => Frame.concat([claims, claims.drop(['at'])])],
    ['an extra column', 'unknown_column', () => Frame.concat([claims.drop(['at']), claims])],
    [
      'another kind',
      'invalid_value',
      () => Frame.concat([claims, claims.withColumn('type', textColumn(['x', 'y', 'z']))]),
    ],
  ])('%s is refused', (_, code, work) => {
    expect(codeOf(work)).toBe(code)
  })

  test('the error of another kind names the column', () => {
    const other = claims.withColumn('type', textColumn(['x', 'y', 'z']))
    expect(() => Frame.concat([claims, other])).toThrow('"type" is category, text')
  })
})

describe('laws', () => {
  const frameAndRows = arbitraryFrame.chain((frame) =>
    fc.tuple(
      fc.constant(frame),
      frame.rows === 0
        ? fc.constant<number[]>([])
        : fc.array(fc.integer({ min: 0, max: frame.rows - 1 }), { maxLength: 30 }),
    ),
  )

  test('take gives exactly the rows asked for', () => {
    fc.assert(
      fc.property(frameAndRows, ([frame, rows]) => {
        expect(frame.take(rows).toRows()).toEqual(rows.map((row) => frame.row(row)))
      }),
    )
  })

  test('taking twice is taking once by the composed rows', () => {
    fc.assert(
      fc.property(frameAndRows, fc.nat(1000), ([frame, rows], seed) => {
        const again = rows.length === 0 ? [] : rows.map((_, i) => (i * 7 + seed) % rows.length)
        expect(frame.take(rows).take(again).toRows()).toEqual(frame.take(again.map((i) => rows[i]!)).toRows())
      }),
    )
  })

  test('concat is the rows one below the other, and associative', () => {
    const three = arbitraryKinds.chain((kinds) => fc.tuple(frameOf(kinds), frameOf(kinds), frameOf(kinds)))
    fc.assert(
      fc.property(three, ([a, b, c]) => {
        const all = Frame.concat([a, b, c])
        expect(all.toRows()).toEqual([...a.toRows(), ...b.toRows(), ...c.toRows()])
        expect(Frame.concat([a, Frame.concat([b, c])]).toRows()).toEqual(all.toRows())
      }),
    )
  })

  test('slices put together again are the frame', () => {
    fc.assert(
      fc.property(arbitraryFrame, fc.nat(25), (frame, at) => {
        const joined = Frame.concat([frame.slice(0, at), frame.slice(at)])
        expect(joined.toRows()).toEqual(frame.toRows())
        expect([...joined.entries()].map(([name, column]) => [name, column.kind])).toEqual(
          [...frame.entries()].map(([name, column]) => [name, column.kind]),
        )
      }),
    )
  })

  test('filter by a predicate, by a mask and by take agree', () => {
    fc.assert(
      fc.property(arbitraryFrame, fc.infiniteStream(fc.boolean()), (frame, stream) => {
        const mask = Uint8Array.from({ length: frame.rows }, () => (stream.next().value ? 1 : 0))
        const kept = [...mask.keys()].filter((row) => mask[row] === 1)
        expect(frame.filter(mask).toRows()).toEqual(frame.take(kept).toRows())
        expect(frame.filter((row) => mask[row] === 1).toRows()).toEqual(frame.take(kept).toRows())
      }),
    )
  })
})
