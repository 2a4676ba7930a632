import { gzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import { createHash } from 'node:crypto'
import { readData } from '../src/index.ts'
import { category, date, numeric, text, truth } from './columns.ts'
import { temporaryFolder } from './temporary-folder.ts'

describe('readData', () => {
  test('types, missing cells, defaults, aliases and lineage', async () => {
    await using folder = await temporaryFolder()
    const contents =
      'id,amount,tenure_years,kind,day,open,note,secret\n' +
      'a,1.5,2,auto,2024-01-31,yes,"say ""hi"", then\ngo",x\n' +
      'b,?,,home,2024/02/29,0,,y\n' +
      'c, 7 ,1,auto,NA,TRUE,plain,z\n'
    const path = await folder.write('claims.csv', contents)
    const result = await readData(path, {
      columns: [
        text('id', { role: 'id' }),
        category('kind'),
        numeric('amount', { missing_tokens: ['?'], default: 0 }),
        numeric('tenure', { aliases: [{ name: 'tenure_years', multiply: 12 }] }),
        date('day', { missing_tokens: ['NA'] }),
        truth('open'),
        text('note'),
        text('secret', { role: 'ignored' }),
        category('region', { default: 'none' }),
      ],
    })
    expect(result.frame.names).toEqual(['id', 'kind', 'amount', 'tenure', 'day', 'open', 'note', 'region'])
    expect(result.frame.toRows()).toEqual([
      {
        id: 'a',
        kind: 'auto',
        amount: 1.5,
        tenure: 24,
        day: '2024-01-31',
        open: true,
        note: 'say "hi", then\ngo',
        region: 'none',
      },
      {
        id: 'b',
        kind: 'home',
        amount: 0,
        tenure: null,
        day: '2024-02-29',
        open: false,
        note: null,
        region: 'none',
      },
      { id: 'c', kind: 'auto', amount: 7, tenure: 12, day: null, open: true, note: 'plain', region: 'none' },
    ])
    expect(result.frame.column('kind')).toMatchObject({ levels: ['auto', 'home'] })
    expect(result.unexpected).toEqual([])
    expect(result.findings).toMatchObject([
      { row: null, field: 'region', rule: 'absent_column', severity: 'warning' },
    ])
    expect(result.lineage).toEqual({
      source: 'claims.csv',
      sha256: createHash('sha256').update(contents).digest('hex'),
      bytes: Buffer.byteLength(contents),
      rows: 3,
      format: 'csv',
    })
  })

  test('a cell that is not of its type is missing and found; the row stays', async () => {
    await using folder = await temporaryFolder()
    const path = await folder.write(
      'c.csv',
      'amount,day,open,sex\n12a,2015-02-30,maybe,1\n1e999,soon,1,2\n5,2020-01-01,no,3\n',
    )
    const { frame, findings } = await readData(path, {
      columns: [
        numeric('amount', { default: 3 }),
        date('day'),
        truth('open'),
        numeric('sex', { role: 'sensitive' }),
      ],
    })
    expect(frame.toRows()).toEqual([
      { amount: null, day: null, open: null, sex: 1 },
      { amount: null, day: null, open: true, sex: 2 },
      { amount: 5, day: '2020-01-01', open: false, sex: 3 },
    ])
    expect(
      findings.map(({ row, field, value, rule, problem, severity }) => [
        row,
        field,
        value,
        rule,
        problem,
        severity,
      ]),
    ).toEqual([
      [0, 'amount', '12a', 'type', 'is not a number', 'error'],
      [0, 'day', '2015-02-30', 'type', 'is not a date that exists', 'error'],
      [0, 'open', 'maybe', 'type', 'is not of type boolean', 'error'],
      [1, 'amount', '1e999', 'type', 'is infinite', 'error'],
      [1, 'day', 'soon', 'type', 'is not a date', 'error'],
    ])
  })

  test('a value of a sensitive column is not repeated in a finding', async () => {
    await using folder = await temporaryFolder()
    const path = await folder.write('c.csv', 'sex\nmale\n')
    const { findings } = await readData(path, { columns: [numeric('sex', { role: 'sensitive' })] })
    expect(JSON.stringify(findings)).not.toContain('male')
    expect(findings).toHaveLength(1)
  })

  test('numeric missing tokens are compared as numbers, as in JSON', async () => {
    await using folder = await temporaryFolder()
    const path = await folder.write('c.csv', 'a\n-999\n-999.0\n5\n')
    const { frame } = await readData(path, { columns: [numeric('a', { missing_tokens: ['-999'] })] })
    expect([...frame.number('a')]).toEqual([NaN, NaN, 5])
  })

  test('ragged rows stay and their finding names the line', async () => {
    await using folder = await temporaryFolder()
    const path = await folder.write('c.csv', 'a,b,c\n1,"x\ny",3\n4\n\n5,z,6,7\n8,w,9\n')
    const { frame, findings } = await readData(path, { columns: [numeric('a'), text('b'), numeric('c')] })
    expect(frame.toRows()).toEqual([
      { a: 1, b: 'x\ny', c: 3 },
      { a: 4, b: null, c: null },
      { a: 5, b: 'z', c: 6 },
      { a: 8, b: 'w', c: 9 },
    ])
    expect(findings.map(({ row, rule, problem }) => [row, rule, problem])).toEqual([
      [1, 'ragged_row', 'line 4 has 1 fields'],
      [2, 'ragged_row', 'line 6 has 4 fields'],
    ])
  })

  test.each([
    ['semicolon', 'a;b\n1;x, y\n2;z\n'],
    ['tab', 'a\tb\n1\tx, y\n2\tz\n'],
    ['pipe', 'a|b\n1|x, y\n2|z\n'],
    ['comma with CRLF', 'a,b\r\n1,"x, y"\r\n2,z\r\n'],
    ['old Mac line ends', 'a,b\r1,"x, y"\r2,z'],
    ['byte order mark', '\uFEFFa,b\n1,"x, y"\n2,z'],
    ['blank lines', '\n\na,b\n\n1,"x, y"\n\n2,z\n\n'],
    ['quoted header', '"a","b"\n"1","x, y"\n"2",z\n'],
  ])('reads %s', async (_, contents) => {
    await using folder = await temporaryFolder()
    for (const [name, bytes] of [
      ['plain', Buffer.from(contents)],
      ['named-as-plain.csv', gzipSync(contents)],
    ] as const) {
      const { frame, findings } = await readData(await folder.write(name, bytes), {
        columns: [numeric('a'), text('b')],
      })
      expect(frame.toRows()).toEqual([
        { a: 1, b: 'x, y' },
        { a: 2, b: 'z' },
      ])
      expect(findings).toEqual([])
    }
  })

  test.each([
    ['an array', '[{"a":1,"b":"x"},{"b":"y","a":null,"c":[1]}]', 'json'],
    ['an object with claims', '\uFEFF {"claims":[{"a":1,"b":"x"},{"b":"y","c":true}]}', 'json'],
    ['lines', '{"a":1,"b":"x"}\n\n{"b":"y","c":1}\n', 'json_lines'],
  ])('reads JSON: %s', async (_, contents, format) => {
    await using folder = await temporaryFolder()
    const result = await readData(await folder.write('data', gzipSync(contents)), {
      columns: [numeric('a'), text('b')],
    })
    expect(result.frame.toRows()).toEqual([
      { a: 1, b: 'x' },
      { a: null, b: 'y' },
    ])
    expect(result.unexpected).toEqual(['c'])
    expect(result.lineage.format).toBe(`${format} gzip`)
  })

  test('JSON values of the wrong type are findings; a numeric text is read as in CSV', async () => {
    await using folder = await temporaryFolder()
    const path = await folder.write(
      'd.json',
      '[{"a":"12","b":{"x":1},"d":["p","q"]},7,{"a":3,"b":"t","d":[]}]',
    )
    const { frame, findings } = await readData(path, {
      columns: [numeric('a'), text('b'), text('d', { role: 'document' })],
    })
    expect(frame.toRows()).toEqual([
      { a: 12, b: null, d: 'p;q' },
      { a: null, b: null, d: null },
      { a: 3, b: 't', d: null },
    ])
    expect(findings.map(({ row, field, rule }) => [row, field, rule])).toEqual([
      [1, '(row)', 'type'],
      [0, 'b', 'type'],
    ])
  })

  test('a damaged line of JSON Lines stays a row and its finding names the line', async () => {
    await using folder = await temporaryFolder()
    const { frame, findings } = await readData(await folder.write('d.jsonl', '{"a":1}\n{"a":\n{"a":3}\n'), {
      columns: [numeric('a')],
    })
    expect([...frame.number('a')]).toEqual([1, NaN, 3])
    expect(findings).toMatchObject([
      {
        row: 1,
        value: null,
        rule: 'invalid_json',
        problem: 'line 2 is not valid JSON: character 6: the text ends too early',
      },
    ])
  })
})
