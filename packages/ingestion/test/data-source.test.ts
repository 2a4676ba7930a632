import { mkdtempSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, expect, test } from '@jest/globals'
import { dataSource, fileSource, recordsSource } from '@claims/ingestion'
import { describeDataSource, type SuiteRecord } from '@claims/ingestion/testing'

const folder = mkdtempSync(join(tmpdir(), 'claims-source-'))
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

const csv = (records: readonly SuiteRecord[]): string =>
  ['id,amount,type,open', ...records.map((record) => Object.values(record).map(cell).join(','))].join('\n')
const cell = (value: SuiteRecord[string]): string =>
  typeof value === 'string' ? `"${value.replaceAll('"', '""')}"` : value === null ? '' : String(value)
const lines = (records: readonly SuiteRecord[]): string =>
  records.map((record) => `${JSON.stringify(record)}\n`).join('')

let files = 0
async function written(name: string, content: string | Buffer): Promise<string> {
  const path = join(folder, `${String((files += 1))}-${name}`)
  await writeFile(path, content)
  return path
}

describeDataSource('CSV file', async (records) => fileSource(await written('c.csv', csv(records))))
describeDataSource('gzip of CSV', async (records) =>
  fileSource(await written('c.csv.gz', gzipSync(csv(records)))),
)
describeDataSource('JSON Lines file', async (records) => fileSource(await written('c.jsonl', lines(records))))
describeDataSource('JSON file', async (records) =>
  fileSource(await written('c.json', JSON.stringify(records))),
)
describeDataSource('records in memory', (records) =>
  Promise.resolve(recordsSource(records, { name: 'claims' })),
)

test('a path is a file source, and names the file that no output may replace', () => {
  expect(dataSource('/data/claims.csv')).toMatchObject({ name: 'claims.csv', files: ['/data/claims.csv'] })
  const source = recordsSource([{ a: 1 }])
  expect(dataSource(source)).toBe(source)
  expect(source).toMatchObject({ name: 'records', files: [] })
})
