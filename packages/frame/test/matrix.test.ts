import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  booleanColumn,
  categoryColumn,
  Frame,
  numberColumn,
  takeMatrixRows,
  textColumn,
  timestampColumn,
  toMatrix,
} from '@claims/frame'

const frame = Frame.fromColumns({
  amount: numberColumn([1.5, NaN, 3]),
  at: timestampColumn([0, 1000, NaN]),
  open: booleanColumn([true, null, false]),
  type: categoryColumn(['auto', 'home', 'auto']),
  note: textColumn(['a', 'b', 'c']),
})

describe('toMatrix', () => {
  test('is row-major, in the order asked for, NaN for missing', () => {
    const matrix = toMatrix(frame, ['open', 'amount', 'at'])
    expect(matrix.names).toEqual(['open', 'amount', 'at'])
    expect([matrix.rows, matrix.columns]).toEqual([3, 3])
    expect([...matrix.values]).toEqual([1, 1.5, 0, NaN, NaN, 1000, 0, 3, NaN])
  })

  test.each(['type', 'note'])('"%s" holds no numbers', (name) => {
    expect(() => toMatrix(frame, ['amount', name])).toThrow(
      expect.objectContaining({ code: 'invalid_value' }),
    )
  })

  test('an unknown column is refused', () => {
    expect(() => toMatrix(frame, ['nothing'])).toThrow(expect.objectContaining({ code: 'unknown_column' }))
  })

  test('no columns give no values but keep the rows', () => {
    expect(toMatrix(frame, [])).toEqual({ values: new Float32Array(0), rows: 3, columns: 0, names: [] })
  })
})

describe('takeMatrixRows', () => {
  test('agrees with taking rows of the frame first', () => {
    const names = ['amount', 'at', 'open']
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2 })), (rows) => {
        const indices = Uint32Array.from(rows)
        expect(takeMatrixRows(toMatrix(frame, names), indices)).toEqual(toMatrix(frame.take(indices), names))
      }),
    )
  })

  test('a row that does not exist is refused', () => {
    expect(() => takeMatrixRows(toMatrix(frame, ['amount']), Uint32Array.of(0, 3))).toThrow(
      expect.objectContaining({ code: 'invalid_value' }),
    )
  })
})
