import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createRecordReader, frameFromRecords, generateClaims, readData, writeCsv } from '../src/index.ts'
import { category, date, numeric, text, truth } from './columns.ts'
import { temporaryFolder } from './temporary-folder.ts'

const columns = [
  text('id', { role: 'id', required: true }),
  numeric('amount', { required: true }),
  numeric('tenure', { aliases: [{ name: 'tenure_years', multiply: 12 }] }),
  numeric('earlier', { default: 0 }),
  category('kind', { missing_tokens: ['?'] }),
  date('day'),
  truth('open'),
  text('papers', { role: 'document' }),
  category('sex', { role: 'sensitive' }),
  category('outcome', { role: 'label', required: true }),
  numeric('paid', { role: 'post_outcome', required: true }),
  text('note', { role: 'ignored', required: true }),
]

describe('createRecordReader', () => {
  test('converts values, fills defaults and takes aliases', () => {
    const { frame, findings } = frameFromRecords(
      [
        {
          id: 'a',
          amount: 12.5,
          tenure_years: 2,
          kind: 7,
          day: '2024-02-29',
          open: true,
          papers: ['form', 'photo'],
          sex: 'f',
        },
        {
          id: 5,
          amount: 1,
          tenure: 3,
          kind: '?',
          day: null,
          open: false,
          papers: 'form',
          earlier: 4,
          note: {},
        },
      ],
      columns,
    )
    expect(findings).toEqual([])
    expect(frame.toRows()).toEqual([
      {
        id: 'a',
        amount: 12.5,
        tenure: 24,
        earlier: 0,
        kind: '7',
        day: '2024-02-29',
        open: true,
        papers: 'form;photo',
        sex: 'f',
      },
      {
        id: '5',
        amount: 1,
        tenure: 3,
        earlier: 4,
        kind: null,
        day: null,
        open: false,
        papers: 'form',
        sex: null,
      },
    ])
  })

  test('finds what is wrong, by row and field', () => {
    const { frame, findings } = frameFromRecords(
      [
        {
          id: 'a',
          amount: '12x',
          day: '2015-02-30',
          open: 'maybe',
          papers: [1],
          sex: { is: 'f' },
          colour: 'red',
        },
        'a claim',
        { id: null, amount: Infinity },
      ],
      columns,
    )
    expect(frame.rows).toBe(3)
    expect(
      findings
        .map(
          ({ row, field, rule, problem, severity }) =>
            `${String(row)} ${field} ${rule} ${severity}: ${problem}`,
        )
        .sort(),
    ).toEqual([
      '0 amount type error: is not a number',
      '0 day type error: is not a date that exists',
      '0 open type error: is not of type boolean',
      '0 papers type error: is a list, not text',
      '0 sex type error: is an object, not category',
      '1 (row) type error: is not a JSON object',
      '1 amount required error: is absent',
      '1 id required error: is absent',
      '2 amount type error: is infinite',
      '2 id required error: is null',
      'null colour unexpected warning: is no field of this use case and is not used',
    ])
    expect(findings.find(({ field, rule }) => field === 'amount' && rule === 'type')).toMatchObject({
      value: '12x',
      allowed: 'a finite number',
    })
    expect(findings.find(({ field }) => field === 'sex')?.value).toBeNull()
  })

  test('names that every object inherits are fields like others', () => {
    const read = createRecordReader([text('constructor'), numeric('toString')])
    expect(read([{}]).findings).toEqual([])
    expect(read([{ constructor: 'x', toString: 3 }]).frame.toRows()).toEqual([
      { constructor: 'x', toString: 3 },
    ])
    expect(read([JSON.parse('{"__proto__": 1}')]).findings).toMatchObject([
      { field: '__proto__', rule: 'unexpected' },
    ])
  })

  test('never throws on any JSON', () => {
    const read = createRecordReader(columns)
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.jsonValue(),
            fc.record({ id: fc.jsonValue(), amount: fc.jsonValue(), day: fc.jsonValue() }),
          ),
        ),
        (records) => {
          expect(read(records).frame.rows).toBe(records.length)
        },
      ),
    )
  })

  test('gives the frame that CSV gives for the same claims, one by one and together', async () => {
    await using folder = await temporaryFolder()
    const { frame } = generateClaims({ rows: 60, seed: 3 })
    const typed = [...frame.entries()].map(([name, column]) => {
      if (column.kind === 'number') return numeric(name)
      if (column.kind === 'timestamp') return date(name)
      return column.kind === 'category' ? category(name) : text(name)
    })
    const rows = frame.toRows()
    await writeCsv(
      folder.path('d.csv'),
      frame.names,
      rows.map((row) => frame.names.map((name) => row[name]!)),
    )
    const fromCsv = (await readData(folder.path('d.csv'), { columns: typed })).frame
    const read = createRecordReader(typed)
    expect(fromCsv.toRows()).toEqual(rows)
    expect(read(rows).frame.toRows()).toEqual(rows)
    rows.forEach((row) => {
      expect(read([row]).frame.toRows()).toEqual([row])
    })
  })
})
