import { describe, expect, test } from '@jest/globals'
import { ClaimsError, type Column } from '@claims/contracts'
import { missingBoolean } from '@claims/frame'
import { cellRules } from '../src/cell-rules.ts'
import { category, date, numeric, text, truth } from './columns.ts'

/** A column as a program may make one, past the schema. */
const withDefault = (column: Column, value: Column['default']): Column => ({ ...column, default: value })

describe('the default of a column', () => {
  test.each([
    ['a number', numeric('x', { default: -2.5 }), -2.5],
    ['zero', numeric('x', { default: 0 }), 0],
    ['a day', date('x', { default: '2024-02-29' }), Date.UTC(2024, 1, 29)],
    [
      'a day as the column writes it',
      date('x', { date_format: 'dmy', default: '03/04/2024' }),
      Date.UTC(2024, 3, 3),
    ],
    ['none', numeric('x'), NaN],
    ['none that is used: a required column', numeric('x', { required: true }), NaN],
  ])('%s takes the place of a missing number', (_, column, value) => {
    const rules = cellRules(column)
    expect(rules.fillNumber).toBe(value)
    expect(column.type === 'number' ? rules.readNumber('', 12) : rules.readMoment('')).toBe(value)
  })

  test('takes the place of a missing truth value, level or text', () => {
    expect(cellRules(truth('x', { default: true })).readBoolean(null)).toBe(1)
    expect(cellRules(truth('x', { default: 'no' })).readBoolean(' ')).toBe(0)
    expect(cellRules(truth('x')).readBoolean(null)).toBe(missingBoolean)
    expect(cellRules(category('x', { default: 'other' })).readCategory('')).toBe('other')
    expect(cellRules(text('x', { default: 'none' })).readText(null)).toBe('none')
    expect(cellRules(category('x')).readCategory(null)).toBeNull()
  })

  test.each([
    ['Infinity', withDefault(numeric('x'), Infinity)],
    ['-Infinity', withDefault(numeric('x'), -Infinity)],
    ['NaN', withDefault(numeric('x'), NaN)],
    ['a text for a number', withDefault(numeric('x'), '5')],
    ['a truth value for a number', withDefault(numeric('x'), true)],
    ['a truth value for a day', withDefault(date('x'), true)],
    ['a day that does not exist', withDefault(date('x'), '2023-02-29')],
    ['a text that is no truth value', withDefault(truth('x'), 'perhaps')],
  ])('%s is refused with its field', (_, column) => {
    let thrown: unknown
    try {
      cellRules(column)
    } catch (error) {
      thrown = error
    }
    expect(thrown).toBeInstanceOf(ClaimsError)
    expect(thrown).toMatchObject({
      code: 'invalid_blueprint',
      problems: [{ field: 'columns.x.default', problem: `is not of type ${column.type}` }],
    })
  })
})

describe('readNumber', () => {
  const rules = cellRules(numeric('x', { missing_tokens: ['-999', '?'], default: 7 }))

  test.each([
    [3, 36],
    ['3.5', 42],
    [4n, 48],
    [0, 0],
    [NaN, 7],
    [null, 7],
    ['', 7],
    ['?', 7],
    ['-999', 7],
    [-999, 7],
    ['-999.0', 7],
  ])('%p in twelfths is %s; a missing one is not multiplied', (cell, value) => {
    expect(rules.readNumber(cell, 12)).toBe(value)
  })

  test.each([Infinity, -Infinity, '1e999', '-1e999', 'much', true, {}, []])('%p is no number', (cell) => {
    expect(rules.readNumber(cell, 1)).toBeUndefined()
  })

  test('what is too large is said to be infinite, not to be no number', () => {
    expect(rules.typeFinding(3, '1e999')).toMatchObject({ row: 3, problem: 'is infinite' })
    expect(rules.typeFinding(3, 'much')).toMatchObject({ value: 'much', problem: 'is not a number' })
  })
})

describe('readMoment', () => {
  const rules = cellRules(date('x', { missing_tokens: ['9999-12-31'] }))

  test('a token that is a date is missing, in any writing of it; its neighbours are not', () => {
    expect(rules.readMoment('9999-12-31')).toBeNaN()
    expect(rules.readMoment(new Date('9999-12-31'))).toBeNaN()
    expect(rules.readMoment('9999-12-30')).toBe(Date.UTC(9999, 11, 30))
  })

  test.each(['soon', 5, true, new Date(NaN)])('%p is no moment', (cell) => {
    expect(rules.readMoment(cell)).toBeUndefined()
  })
})

describe('levels and texts', () => {
  const document = cellRules(text('x', { role: 'document' }))
  const plain = cellRules(text('x'))
  const level = cellRules(category('x'))

  test.each([
    ['a', 'a'],
    [1.5, '1.5'],
    [2n, '2'],
    [true, 'true'],
    [new Date(0), '1970-01-01'],
    [new Date(1), '1970-01-01T00:00:00.001Z'],
  ])('%p is the text %s', (cell, value) => {
    for (const read of [document.readText, plain.readText, level.readCategory]) expect(read(cell)).toBe(value)
  })

  test.each([{}, [], ['a', 1], [['a']], new Date(NaN), NaN, Infinity, (): void => undefined])(
    '%p is neither level nor text',
    (cell) => {
      for (const read of [plain.readText, level.readCategory]) expect(read(cell)).toBeUndefined()
      if (!Array.isArray(cell) || cell.length > 0) expect(document.readText(cell)).toBeUndefined()
    },
  )

  test('a list of texts is one text of a document, of no other column', () => {
    expect(document.readText(['a', 'b'])).toBe('a;b')
    expect(plain.readText(['a', 'b'])).toBeUndefined()
    expect(level.readCategory(['a', 'b'])).toBeUndefined()
  })

  test('of two allowed levels that are a truth pair each spelling of one is that level', () => {
    for (const allowed of [
      ['yes', 'no'],
      ['no', 'yes'],
    ]) {
      const read = cellRules(category('x', { allowed })).readCategory
      expect(['Y', 'n', 'true', '0', true, false, 'maybe'].map((cell) => read(cell))).toEqual([
        'yes',
        'no',
        'yes',
        'no',
        'yes',
        'no',
        'maybe',
      ])
    }
    for (const allowed of [['yes', 'y'], ['no', 'n'], ['yes', 'no', 'perhaps'], ['yes'], ['a', 'no']])
      expect(cellRules(category('x', { allowed })).readCategory('true')).toBe('true')
  })
})

describe('the finding of a cell that is not of its type', () => {
  const number = numeric('x')
  const day = date('x')
  const european = date('x', { date_format: 'dmy' })
  const swapped = (is: string, could: string): string =>
    `is not a date as ${is}, but is one as ${could}: so the other dates of the file may be read wrongly`

  test.each<[Column, unknown, string, unknown]>([
    [number, Infinity, 'is infinite', 'Infinity'],
    [number, '-1e999', 'is infinite', '-1e999'],
    [number, true, 'is not a number', true],
    [number, ['a'], 'is a list, not a number', null],
    [number, {}, 'is an object, not a number', null],
    [
      number,
      '1,240',
      'is not written as the numbers of this column; it could be 1.24 (decimal comma) or 1240 (decimal point, commas between thousands)',
      '1,240',
    ],
    [numeric('x', { role: 'sensitive' }), '1,240', 'is not a number', null],
    [day, 5, 'is not a date', 5],
    [day, 5n, 'is not a date', '5'],
    [day, ['a'], 'is a list, not a date', null],
    [day, '2024-02-30', 'is not a date that exists', '2024-02-30'],
    [day, '31/05/2023', 'is not a date', '31/05/2023'],
    [european, '05/31/2023', swapped('day, month, year', 'month, day, year'), '05/31/2023'],
    [
      date('x', { date_format: 'mdy' }),
      '31/05/2023',
      swapped('month, day, year', 'day, month, year'),
      '31/05/2023',
    ],
    [european, 'soon', 'is not a date', 'soon'],
    [truth('x'), 7, 'is not of type boolean', 7],
    [truth('x'), 7n, 'is not of type boolean', '7'],
    [truth('x'), 'perhaps', 'is not of type boolean', 'perhaps'],
    [truth('x'), {}, 'is an object, not boolean', null],
    [category('x'), ['a'], 'is a list, not category', null],
    [category('x'), NaN, 'is a number, not category', 'NaN'],
    [text('x'), {}, 'is an object, not text', null],
  ])('case %#', (column, value, problem, shown) => {
    expect(cellRules(column).typeFinding(4, value)).toMatchObject({
      row: 4,
      field: 'x',
      rule: 'type',
      problem,
      value: shown,
      severity: 'error',
    })
  })
})
