import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { inferBlueprint, readBatches, readData, scanTable } from '../src/index.ts'
import { category, date, numeric, text, truth } from './columns.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { parquetBytes } from './write-parquet.ts'

const reference = JSON.parse(
  await readFile(
    join(import.meta.dirname, '../../../tooling/reference/values/ingestion-parquet.json'),
    'utf8',
  ),
) as { rows: number; files: Record<string, string> }

const columns = [
  text('claim_id', { role: 'id' }),
  numeric('amount'),
  numeric('visits'),
  category('kind'),
  date('day'),
  date('moment'),
  truth('open'),
]

const want = Array.from({ length: reference.rows }, (_, i) => ({
  claim_id: `C-${String(i)}`,
  amount: i === 3 ? null : i * 1.5,
  visits: i - 5,
  kind: ['auto', 'home', null][i % 3],
  day: new Date(Date.UTC(2024, 0, 1 + i)).toISOString().slice(0, 10),
  moment: new Date(Date.UTC(2024, 0, 1, 12, 30, i)).toISOString(),
  open: i === 7 ? null : i % 2 === 0,
}))

describe('Parquet written by PyArrow', () => {
  test.each(Object.keys(reference.files))('codec %s, whole and in batches', async (codec) => {
    await using folder = await temporaryFolder()
    const path = await folder.write('data.bin', Buffer.from(reference.files[codec]!, 'base64'))
    const { frame, findings, lineage } = await readData(path, { columns })
    expect(findings).toEqual([])
    expect(lineage).toMatchObject({ format: 'parquet', rows: reference.rows })
    expect(frame.toRows()).toEqual(want)
    const rows = []
    const starts = []
    for await (const batch of readBatches(path, { columns, batchRows: 4 })) {
      rows.push(...batch.frame.toRows())
      starts.push(batch.firstRow)
    }
    expect(rows).toEqual(want)
    expect(starts).toEqual([0, 4, 8, 10, 14, 18, 20, 24])
  })

  test('types are inferred', async () => {
    await using folder = await temporaryFolder()
    const path = await folder.write('data.parquet', Buffer.from(reference.files['snappy']!, 'base64'))
    const { blueprint } = inferBlueprint(await scanTable(path), { label: 'open' })
    expect(blueprint.columns.map(({ name, role, type }) => [name, role, type])).toEqual([
      ['claim_id', 'id', 'text'],
      ['amount', 'numeric', 'number'],
      // Made as i - 5: unique in every row and dense, as row numbers are.
      ['visits', 'ignored', 'text'],
      ['kind', 'categorical', 'category'],
      ['day', 'date', 'timestamp'],
      ['moment', 'date', 'timestamp'],
      ['open', 'label', 'category'],
    ])
    expect(blueprint.label).toMatchObject({ positive: 'true', negative: 'false' })
  })

  test('a damaged file says so', async () => {
    await using folder = await temporaryFolder()
    const bytes = Buffer.from(reference.files['snappy']!, 'base64')
    const path = await folder.write('data.parquet', bytes.subarray(0, bytes.length - 20))
    await expect(readData(path, { columns })).rejects.toMatchObject({ code: 'unreadable_file' })
  })
})

test('repetition levels of a column that does not repeat are passed over', async () => {
  await using folder = await temporaryFolder()
  const rows = 70
  const written = [
    {
      name: 'amount',
      type: 'double' as const,
      values: Array.from({ length: rows }, (_, i) => (i % 9 === 0 ? null : i / 4)),
    },
    {
      name: 'open',
      type: 'boolean' as const,
      values: Array.from({ length: rows }, (_, i) => (i % 7 === 0 ? null : i % 3 === 0)),
    },
    {
      name: 'kind',
      type: 'text' as const,
      values: Array.from({ length: rows }, (_, i) => `k${String(i % 4)}`),
    },
  ]
  const read = async (pages: 1 | 2) =>
    (
      await readData(
        await folder.write(`pages-${String(pages)}.parquet`, parquetBytes(written, rows, pages)),
        {
          columns: [numeric('amount'), truth('open'), category('kind')],
        },
      )
    ).frame.toRows()
  const second = await read(2)
  expect(second).toEqual(await read(1))
  expect(second[9]).toEqual({ amount: null, open: true, kind: 'k1' })
})
