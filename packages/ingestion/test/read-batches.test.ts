import { gzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import { readBatches, readData, type DataBatch } from '../src/index.ts'
import { category, numeric, text } from './columns.ts'
import { temporaryFolder } from './temporary-folder.ts'

const columns = [numeric('n', { required: true }), text('t'), category('absent')]

async function collect(path: string, batchRows: number): Promise<DataBatch[]> {
  const batches: DataBatch[] = []
  for await (const batch of readBatches(path, { columns, batchRows })) batches.push(batch)
  return batches
}

/** Rows whose quoted cells and line ends lie across every border of parts and batches. */
const rows = 30_000
const csv = `n,t\r\n${Array.from({ length: rows }, (_, i) => `${i % 1000 === 7 ? 'bad' : String(i)},"line one\nline, ""two"" ${'x'.repeat(i % 90)}"`).join('\r\n')}\r\n`
const jsonLines = Array.from({ length: rows }, (_, i) =>
  JSON.stringify({ n: i % 1000 === 7 ? 'bad' : i, t: `é ${'x'.repeat(i % 90)}` }),
).join('\n')

describe('readBatches', () => {
  test.each([
    ['CSV', Buffer.from(csv)],
    ['gzip CSV', gzipSync(csv)],
    ['JSON Lines', Buffer.from(jsonLines)],
    ['gzip JSON Lines', gzipSync(jsonLines)],
    ['JSON', Buffer.from(`[${jsonLines.split('\n').join(',')}]`)],
  ])('%s gives what readData gives, at any batch size', async (_, contents) => {
    await using folder = await temporaryFolder()
    const path = await folder.write('data', contents)
    const whole = await readData(path, { columns })
    for (const batchRows of [977, 10_000, 1_000_000]) {
      const batches = await collect(path, batchRows)
      let firstRow = 0
      for (const batch of batches) {
        expect(batch.firstRow).toBe(firstRow)
        expect(batch.frame.names).toEqual(['n', 't', 'absent'])
        const at = firstRow + batch.frame.rows - 1
        expect(batch.frame.row(batch.frame.rows - 1)).toEqual(whole.frame.row(at))
        firstRow += batch.frame.rows
      }
      expect(firstRow).toBe(rows)
      expect(batches).toHaveLength(Math.ceil(rows / batchRows))
      const found = batches.flatMap(({ findings, firstRow: first }) =>
        findings.map((finding) =>
          finding.row === null ? finding : { ...finding, row: finding.row + first },
        ),
      )
      // What is known of the whole file may come with the last batch.
      expect(found.sort((a, b) => (a.row ?? -1) - (b.row ?? -1))).toEqual(whole.findings)
    }
  })

  test('lines are counted across batches', async () => {
    await using folder = await temporaryFolder()
    const path = await folder.write('d.csv', 'n,t\n1,a\n2,"b\nb"\n3,c\n4,d,e\n')
    const batches = await collect(path, 1)
    expect(batches[3]?.findings).toMatchObject([
      { row: 0, rule: 'ragged_row', problem: 'line 6 has 3 fields' },
    ])
  })

  test('a line of JSON Lines may lack a required field, the first one, too', async () => {
    await using folder = await temporaryFolder()
    const lines = ['{"n":1,"t":"a"}', '{"t":"b"}']
    const rows = [
      { n: 1, t: 'a', absent: null },
      { n: null, t: 'b', absent: null },
    ]
    for (const order of [
      [0, 1],
      [1, 0],
    ]) {
      const path = await folder.write('d.jsonl', order.map((i) => `${lines[i] ?? ''}\n`).join(''))
      const batches = await collect(path, 1)
      expect(batches.map(({ frame }) => frame.row(0))).toEqual(order.map((i) => rows[i]))
      expect(batches.map(({ findings }) => findings.map(({ rule, field }) => [rule, field]))).toEqual([
        [],
        [['absent_column', 'absent']],
      ])
    }
  })

  test('a required field that no line has is missing', async () => {
    await using folder = await temporaryFolder()
    const path = await folder.write('d.jsonl', '{"t":"a"}\n{"t":"b"}\n')
    await expect(collect(path, 1)).rejects.toMatchObject({ code: 'missing_column' })
  })

  test('memory does not grow with the file', async () => {
    await using folder = await temporaryFolder()
    const path = await folder.write(
      'big.csv',
      Buffer.concat([Buffer.from('n,t\n'), Buffer.alloc(120 * 1024 * 1024, '123456,some text here\n')]),
    )
    let most = 0
    let total = 0
    const before = process.memoryUsage().rss
    for await (const { frame } of readBatches(path, { columns: [numeric('n')], batchRows: 20_000 })) {
      total += frame.rows
      most = Math.max(most, process.memoryUsage().rss - before)
    }
    expect(total).toBeGreaterThan(5_000_000)
    // The file has 120 MB, one batch less than 1 MB.
    expect(most).toBeLessThan(100 * 1024 * 1024)
  })

  test.each([
    ['d.csv', 'n,t\n1,a\n2,b\n3,c\n'],
    ['d.jsonl', '{"n":1}\n{"n":2}\n{"n":3}\n'],
    ['d.json', '[{"n":1},{"n":2},{"n":3}]'],
  ])('%s ends between two batches where it is told to', async (name, contents) => {
    await using folder = await temporaryFolder()
    const path = await folder.write(name, contents)
    const controller = new AbortController()
    const batches = readBatches(path, { columns, batchRows: 1, signal: controller.signal })
    expect((await batches.next()).done).toBe(false)
    controller.abort()
    await expect(batches.next()).rejects.toMatchObject({ code: 'aborted' })
  })

  test('refuses a batch of no rows', async () => {
    await expect(collect('x', 0)).rejects.toMatchObject({ code: 'invalid_parameter' })
  })
})
