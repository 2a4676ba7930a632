import { ClaimsError, type ColumnType } from '@claims/contracts'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { frameFromRows, type Cell, type Frame } from '@claims/frame'
import { arbitraryFrame, kindsOf } from './arbitrary-frame.ts'

describe('frameFromRows', () => {
  test('builds every kind; absent and null cells are missing; other keys are left out', () => {
    const frame = frameFromRows(
      [
        { age: 31, type: 'auto', note: 'n', on: '2024-02-29', ok: true, other: 1 },
        { age: null, on: 1000 },
      ],
      { age: 'number', type: 'category', note: 'text', on: 'timestamp', ok: 'boolean' },
    )
    expect(frame.names).toEqual(['age', 'type', 'note', 'on', 'ok'])
    expect(frame.toRows()).toEqual([
      { age: 31, type: 'auto', note: 'n', on: '2024-02-29', ok: true },
      { age: null, type: null, note: null, on: '1970-01-01T00:00:01.000Z', ok: null },
    ])
  })

  test('no rows give empty columns of their kinds', () => {
    const frame = frameFromRows([], { age: 'number', type: 'category' })
    expect(frame.rows).toBe(0)
    expect(frame.column('type').kind).toBe('category')
  })

  test.each<[ColumnType, Cell]>([
    ['number', '31'],
    ['number', true],
    ['timestamp', 'yesterday'],
    ['timestamp', '2023-02-29'],
    ['timestamp', Infinity],
    ['timestamp', true],
    ['boolean', 1],
    ['category', 3],
    ['text', false],
  ])('a %s cell may not be %p; the error names row and field', (type, cell) => {
    const build = (): Frame => frameFromRows([{ field: null }, { field: cell }], { field: type })
    expect(build).toThrow(ClaimsError)
    expect(build).toThrow(`Row 1, "field": ${JSON.stringify(cell)} is not of type ${type}`)
  })

  test('a column named like a member of every object is missing where the row does not have it', () => {
    expect(frameFromRows([{ a: 1 }], new Map([['constructor', 'text']])).row(0)).toEqual(
      Object.fromEntries([['constructor', null]]),
    )
  })

  test('rows out and in again are the same frame', () => {
    fc.assert(
      fc.property(arbitraryFrame, (frame) => {
        const again = frameFromRows(frame.toRows(), kindsOf(frame))
        expect([...again.entries()]).toEqual([...frame.entries()])
      }),
    )
  })
})
