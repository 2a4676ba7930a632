import { describe, expect, test } from '@jest/globals'
import type { Finding } from '@claims/contracts'
import fc from 'fast-check'
import {
  createRecordReader,
  parseJsonExactly,
  readBatches,
  readData,
  scanTable,
  writeCsv,
  type ReadRecords,
} from '../src/index.ts'
import { category, date, numeric, text, truth } from './columns.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { parquetBytes } from './write-parquet.ts'

const columns = [
  text('id', { role: 'id', required: true }),
  numeric('amount', {
    missing_tokens: ['-999', 'n.k.'],
    aliases: [{ name: 'amount_in_dozens', multiply: 12 }, { name: 'sum' }],
  }),
  numeric('german', { number_format: { decimal: 'comma', grouping: 'point', percent: false } }),
  numeric('dollars', {
    number_format: { decimal: 'point', grouping: 'comma', currency: '$', percent: false },
  }),
  numeric('rate', { number_format: { decimal: 'point', grouping: 'none', percent: true } }),
  numeric('visits', { default: 0 }),
  date('day', { missing_tokens: ['9999-12-31', 'open'] }),
  date('european', { date_format: 'dmy' }),
  date('compact', { date_format: 'yyyymmdd', missing_tokens: ['0'] }),
  date('seconds', { date_format: 'epoch_seconds' }),
  category('kind', { missing_tokens: ['?', '99'], aliases: [{ name: 'line' }] }),
  category('answer', { allowed: ['yes', 'no'] }),
  category('sex', { role: 'sensitive' }),
  truth('open', { missing_tokens: ['unknown'] }),
  text('note'),
]

/** A cell as JSON has it and as CSV has it. */
interface Cell {
  readonly json: unknown
  readonly csv: string
}

const written = (...texts: string[]): fc.Arbitrary<Cell> =>
  fc.constantFrom(...texts).map((csv) => ({ json: csv, csv }))
const native = <T>(values: fc.Arbitrary<T>, write: (value: T) => string): fc.Arbitrary<Cell> =>
  values.map((value) => ({ json: value, csv: write(value) }))
const doubles = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value))
const whole = fc.integer({ min: -2_000_000, max: 2_000_000 })
const words = fc
  .string({ unit: 'grapheme', maxLength: 8 })
  .filter((value) => !value.includes('\0'))
  .map((csv) => ({ json: csv, csv }))
const junk = written('', ' ', 'x', 'n.k.', '12x', '1,240', '1.240', '-', 'NaN', 'inf', 'true', '２')

const cells: Record<string, fc.Arbitrary<Cell>> = {
  amount: fc.oneof(
    native(doubles, String),
    native(whole, String),
    written('-999', '-999.0', '(12.50)', '5-', '+3', '−4', '="7.25"', ' 8 ', '1e3'),
    junk,
  ),
  german: fc.oneof(
    native(whole, String),
    written('1.234,50', '-0,5', '12', '1.234.567', '1234,5', '12.5', '3,25-'),
    junk,
  ),
  dollars: fc.oneof(
    native(whole, String),
    written('$1,234.50', '-$5', '($12.00)', '12.5', '€5', '1,23', '1,234,567 $'),
    junk,
  ),
  rate: fc.oneof(written('12.3%', '0', '-4 %', '0.123', '5'), junk),
  visits: fc.oneof(native(whole, String), junk),
  day: fc.oneof(
    written(
      '2024-02-29',
      '9999-12-31',
      'open',
      '2023-02-29',
      '2024-05-01 10:00:00+00',
      '2024-05-01T10:00:00.123456 UTC',
      '2024/05/01',
      '01.05.2024',
      '9999-12-31T00:00',
    ),
    native(whole, String),
    junk,
  ),
  european: fc.oneof(
    written(
      '31.05.2023',
      '1/2/2023',
      '31-May-23',
      '2023-05-31',
      '05/31/2023',
      '31.05.2023 10:15',
      '1.2.24 3:05 PM',
    ),
    junk,
  ),
  compact: fc.oneof(
    native(fc.constantFrom(20_230_531, 20_231_301, 0, 5), String),
    written('20230531', '0', '2023-05-31'),
    junk,
  ),
  seconds: fc.oneof(native(whole, String), written('1700000000', '1.5'), junk),
  kind: fc.oneof(
    written(
      'auto',
      ' auto',
      'auto\u00a0',
      'AUTO',
      '10115',
      '10115.0',
      '02134',
      '1e5',
      '?',
      '99',
      'Que\u0301bec',
      'Québec',
    ),
    native(fc.constantFrom(10_115, 99, 7), String),
    native(fc.boolean(), String),
    words,
  ),
  answer: fc.oneof(
    written('yes', 'Yes ', 'NO', 't', '1', 'maybe'),
    native(fc.boolean(), String),
    native(fc.constantFrom(0, 1), String),
  ),
  sex: fc.oneof(written('m', 'f', ''), words),
  open: fc.oneof(
    written('true', 'False', 'YES', 'n', '1', '0', 'unknown', '1.0', 'maybe', '2'),
    native(fc.boolean(), String),
    native(fc.constantFrom(0, 1, 2), String),
    junk,
  ),
  note: fc.oneof(words, native(whole, String), native(fc.boolean(), String), junk),
}
const otherNames: Record<string, readonly string[]> = {
  amount: ['amount', 'amount_in_dozens', 'sum'],
  kind: ['kind', 'line'],
}

/** A record: its cells by the name that it uses for them; some are left out. */
const record = fc
  .record(
    Object.fromEntries(
      Object.entries(cells).map(([name, cell]) => [
        name,
        fc.tuple(fc.constantFrom(...(otherNames[name] ?? [name])), fc.option(cell)),
      ]),
    ),
    { requiredKeys: [] },
  )
  .map(
    (fields) =>
      new Map<string, Cell | null>(
        Object.values(fields).flatMap((field) => (field === undefined ? [] : [field])),
      ),
  )

const header = ['id', ...Object.keys(cells).flatMap((name) => otherNames[name] ?? [name])]

function told(findings: readonly Finding[]): string[] {
  return findings
    .filter(({ row }) => row !== null)
    .map(({ row, field, rule, problem }) => `${String(row)} ${field} ${rule}: ${problem}`)
    .sort()
}

function shown({ frame, findings }: Pick<ReadRecords, 'frame' | 'findings'>): unknown {
  return { rows: frame.toRows(), told: told(findings) }
}

describe('one reader', () => {
  test('the same records give the same frame and findings from every source', async () => {
    await using folder = await temporaryFolder()
    const read = createRecordReader(columns)
    await fc.assert(
      fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 12 }), async (records) => {
        const json = records.map((fields, i) => ({
          id: `C-${String(i)}`,
          ...Object.fromEntries([...fields].map(([name, cell]) => [name, cell === null ? null : cell.json])),
        }))
        const rows = records.map((fields, i) =>
          header.map((name) => (name === 'id' ? `C-${String(i)}` : (fields.get(name)?.csv ?? null))),
        )
        const requests = parseJsonExactly(JSON.stringify(json)) as unknown[]
        const want = shown(read(requests))

        await writeCsv(folder.path('d.csv'), header, rows)
        const everyName = Object.fromEntries(header.map((name) => [name, null]))
        await folder.write('d.json', JSON.stringify([{ ...everyName, ...json[0] }, ...json.slice(1)]))
        await folder.write(
          'd.jsonl',
          [{ ...everyName, ...json[0] }, ...json.slice(1)].map((line) => JSON.stringify(line)).join('\n'),
        )
        await folder.write(
          'd.parquet',
          parquetBytes(
            header.map((name, i) => ({ name, type: 'text', values: rows.map((row) => row[i] ?? null) })),
            rows.length,
          ),
        )
        for (const file of ['d.csv', 'd.json', 'd.jsonl', 'd.parquet'])
          expect({ file, ...(shown(await readData(folder.path(file), { columns })) as object) }).toEqual({
            file,
            ...(want as object),
          })

        for (const file of ['d.csv', 'd.jsonl']) {
          const batches: unknown[] = []
          const findings: Finding[] = []
          for await (const batch of readBatches(folder.path(file), { columns, batchRows: 5 })) {
            batches.push(...batch.frame.toRows())
            for (const finding of batch.findings)
              findings.push(
                finding.row === null ? finding : { ...finding, row: finding.row + batch.firstRow },
              )
          }
          expect({ file, rows: batches, told: told(findings) }).toEqual({ file, ...(want as object) })
        }
        requests.forEach((request, i) => {
          const one = read([request])
          expect(one.frame.toRows()[0]).toEqual((want as { rows: unknown[] }).rows[i])
        })
      }),
      { numRuns: 120 },
    )
  })

  test('columns without a name, and with blanks around it, are called the same from every source', async () => {
    await using folder = await temporaryFolder()
    const names = ['', 'kind', ' ', ' amount ', '__proto__']
    const row = Object.fromEntries(names.map((name, i) => [name, String(i)]))
    await writeCsv(folder.path('n.csv'), names, [names.map((_, i) => String(i))])
    await folder.write('n.json', JSON.stringify([row]))
    await folder.write('n.jsonl', `${JSON.stringify(row)}\n${JSON.stringify(row)}`)
    const columnsOfParquet = names.map((name, i) => ({ name, type: 'text' as const, values: [String(i)] }))
    await folder.write('n.parquet', parquetBytes(columnsOfParquet, 1))
    const called = ['column_1', 'kind', 'column_3', 'amount', '__proto__']
    for (const file of ['n.csv', 'n.json', 'n.jsonl', 'n.parquet']) {
      expect([file, (await scanTable(folder.path(file))).names]).toEqual([file, called])
      const inferred = called.map((name) => numeric(name))
      const { frame } = await readData(folder.path(file), { columns: inferred })
      expect([file, [...frame.entries()].map(([name]) => [name, frame.number(name)[0]])]).toEqual([
        file,
        called.map((name, i) => [name, i]),
      ])
    }
    await folder.write('twice.json', JSON.stringify([{ a: 1, ' a': 2 }]))
    await expect(scanTable(folder.path('twice.json'))).rejects.toMatchObject({ code: 'duplicate_column' })
  })

  test('numbers have the same bits from CSV, JSON and Parquet', async () => {
    await using folder = await temporaryFolder()
    const number = [numeric('x')]
    await fc.assert(
      fc.asyncProperty(fc.array(doubles, { minLength: 1, maxLength: 20 }), async (values) => {
        await writeCsv(
          folder.path('x.csv'),
          ['x'],
          values.map((value) => [value]),
        )
        await folder.write('x.json', JSON.stringify(values.map((x) => ({ x }))))
        await folder.write('x.parquet', parquetBytes([{ name: 'x', type: 'double', values }], values.length))
        const quoted = createRecordReader(number)(values.map((value) => ({ x: String(value) })))
        expect([...quoted.frame.number('x')]).toEqual(values)
        for (const file of ['x.csv', 'x.json', 'x.parquet'])
          expect([...(await readData(folder.path(file), { columns: number })).frame.number('x')]).toEqual(
            values,
          )
      }),
      { numRuns: 60 },
    )
  })

  test('booleans of Parquet are those of CSV and JSON', async () => {
    await using folder = await temporaryFolder()
    const values = [true, false, null, true]
    await folder.write('b.parquet', parquetBytes([{ name: 'open', type: 'boolean', values }], 4))
    const { frame } = await readData(folder.path('b.parquet'), { columns: [truth('open')] })
    expect(frame.toRows().map(({ open }) => open)).toEqual(values)
  })

  test('ids of requests keep every digit, beyond 2^53 too', () => {
    const request = parseJsonExactly('{"id": 9007199254740993, "kind": 12345678901234567890}')
    expect(
      createRecordReader([text('id', { role: 'id' }), category('kind')])([request]).frame.toRows(),
    ).toEqual([{ id: '9007199254740993', kind: '12345678901234567890' }])
  })

  test('an alias counts for the records that use it', async () => {
    await using folder = await temporaryFolder()
    const column = numeric('previous_claims', { default: 0, aliases: [{ name: 'claim_history' }] })
    await folder.write(
      'a.jsonl',
      '{"claim_history":7}\n{"previous_claims":3}\n{}\n{"previous_claims":null,"claim_history":2}\n',
    )
    const { frame, unexpected } = await readData(folder.path('a.jsonl'), { columns: [column] })
    expect([...frame.number('previous_claims')]).toEqual([7, 3, 0, 2])
    expect(unexpected).toEqual([])
  })

  test('a missing token is looked for before the factor of an alias', () => {
    const column = numeric('months', { missing_tokens: ['-1'], aliases: [{ name: 'years', multiply: 12 }] })
    const { frame } = createRecordReader([column])([{ years: -1 }, { years: '-1' }, { years: '2' }])
    expect([...frame.number('months')]).toEqual([NaN, NaN, 24])
  })

  test('a text that does not fit names its readings, never those of a sensitive column', () => {
    const { findings } = createRecordReader([numeric('a'), numeric('b', { role: 'sensitive' })])([
      { a: '1,240', b: '1,240' },
    ])
    expect(findings.map(({ problem }) => problem)).toEqual([
      'is not written as the numbers of this column; it could be 1.24 (decimal comma) or 1240 (decimal point, commas between thousands)',
      'is not a number',
    ])
  })
})
