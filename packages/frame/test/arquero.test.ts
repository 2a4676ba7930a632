import { describe, expect, test } from '@jest/globals'
import { desc, table } from 'arquero'
import fc from 'fast-check'
import {
  booleanColumn,
  categoryColumn,
  Frame,
  numberColumn,
  textColumn,
  timestampColumn,
} from '@claims/frame'
import { fromArquero, toArquero } from '@claims/frame/arquero'
import { arbitraryFrame } from './arbitrary-frame.ts'

describe('toArquero and fromArquero', () => {
  test('numbers and timestamps share their memory both ways', () => {
    const amount = Float64Array.of(1, NaN)
    const at = Float64Array.of(0, 1)
    const frame = Frame.fromColumns({ amount: numberColumn(amount), at: timestampColumn(at) })
    const arquero = toArquero(frame)
    expect(arquero.column('amount')).toBe(amount)
    expect(arquero.column('at')).toBe(at)
    const again = fromArquero(arquero)
    expect(again.number('amount').buffer).toBe(amount.buffer)
    expect(again.number('at').buffer).toBe(at.buffer)
  })

  test('a group count reads the values', () => {
    const frame = Frame.fromColumns({
      type: categoryColumn(['auto', 'home', 'auto', null]),
      amount: numberColumn([1, 2, 3, 4]),
    })
    const counted = toArquero(frame).groupby('type').rollup({ total: 'd => op.sum(d.amount)' })
    expect(fromArquero(counted).toRows()).toEqual([
      { type: 'auto', total: 4 },
      { type: 'home', total: 2 },
      { type: null, total: 4 },
    ])
  })

  test('filtered and ordered tables come as they read', () => {
    const source = table({ a: Float64Array.of(1, 3, 2) })
    expect([...fromArquero(source.orderby(desc('a'))).number('a')]).toEqual([3, 2, 1])
    expect([...fromArquero(source.filter('d => d.a > 1')).number('a')]).toEqual([3, 2])
  })

  test('columns take the kind of their values', () => {
    const frame = fromArquero(
      table({
        small: Int8Array.of(-1, 2),
        big: BigInt64Array.of(1n, 2n),
        mixed: [1, null],
        text: [undefined, 'x'],
        truth: [true, null],
        date: [new Date(5), null],
        nothing: [null, undefined],
      }),
    )
    expect([...frame.entries()]).toEqual([
      ['small', numberColumn([-1, 2])],
      ['big', numberColumn([1, 2])],
      ['mixed', numberColumn([1, NaN])],
      ['text', textColumn([null, 'x'])],
      ['truth', booleanColumn([true, null])],
      ['date', timestampColumn([5, NaN])],
      ['nothing', textColumn([null, null])],
    ])
  })

  test.each([[[1, 'x']], [[new Date(0), 'x']], [[true, 0]], [[{ a: 1 }]]])(
    'a column of %j is refused by name',
    (values) => {
      expect(() => fromArquero(table({ odd: values }))).toThrow('Column "odd" of the table mixes types')
    },
  )

  test('a frame there and back has the same cells; timestamps are numbers, categories text', () => {
    fc.assert(
      fc.property(arbitraryFrame, (frame) => {
        fc.pre(!frame.has('__proto__') && frame.rows > 0)
        const again = fromArquero(toArquero(frame))
        expect(again.names).toEqual(frame.names)
        for (const [name, column] of frame.entries()) {
          if (column.kind === 'number' || column.kind === 'timestamp')
            expect(again.number(name)).toBe(column.values)
          else expect(again.toRows().map((row) => row[name])).toEqual(frame.toRows().map((row) => row[name]))
        }
      }),
    )
  })
})
