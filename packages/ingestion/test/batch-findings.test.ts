import { describe, expect, test } from '@jest/globals'
import type { Finding } from '@claims/contracts'
import { readBatches, readData } from '../src/index.ts'
import { category, numeric, text } from './columns.ts'
import { temporaryFolder } from './temporary-folder.ts'

const columns = [numeric('amount'), text('note'), category('region')]

/** Findings by batch; rows counted through the file. */
async function byBatch(path: string): Promise<Finding[][]> {
  const found: Finding[][] = []
  for await (const { findings, firstRow } of readBatches(path, { columns, batchRows: 2 }))
    found.push(
      findings.map((finding) => ({ ...finding, row: finding.row === null ? null : finding.row + firstRow })),
    )
  return found
}
const rulesOf = (findings: readonly Finding[]): string[] => findings.map(({ rule }) => rule)
const sorted = (findings: readonly Finding[]): string[] => findings.map((each) => JSON.stringify(each)).sort()

describe('findings of a file that is read in batches', () => {
  const rows = Array.from({ length: 7 }, (_, i) => ({
    amount: i === 5 ? 'much' : i,
    note: `n${String(i)}`,
  }))
  const cases: [string, string, Buffer][] = [
    [
      'an absent column and a bad cell of CSV',
      'd.csv',
      Buffer.from(`amount,note\n${rows.map((row) => `${String(row.amount)},${row.note}`).join('\n')}\n`),
    ],
    [
      'lines above the header and an unknown column of CSV',
      'd.csv',
      Buffer.from(
        `Report of May\n\namount,note,region,extra\n${rows.map(({ note }, i) => `${String(i)},${note},r,${String(i)}`).join('\n')}\n`,
      ),
    ],
    [
      'bytes of another encoding, early and late',
      'd.csv',
      Buffer.from(`amount,note,region\n1,caf\xe9,r\n2,b,r\n3,c,r\n4,d,r\n5,\xfcber,r\n`, 'latin1'),
    ],
    [
      'NaN and a key that is there twice, in JSON Lines',
      'd.jsonl',
      Buffer.from(
        `{"amount":NaN,"note":"a","region":"r"}\n{"amount":1,"note":"a","region":"r"}\n{"amount":2,"note":"b","note":"c","region":"r"}\n{"amount":NaN,"note":"a","region":"r"}\n{"amount":3}\n`,
      ),
    ],
    [
      'the shape of a JSON document',
      'd.json',
      Buffer.from(
        JSON.stringify({
          page: 1,
          more: [1],
          data: rows.map(({ note }, i) => ({ amount: i, note, region: 'r' })),
        }),
      ),
    ],
    [
      'NaN and an absent column in a JSON document',
      'd.json',
      Buffer.from(
        `[${rows.map(({ note }, i) => `{"amount":${i % 3 === 0 ? 'NaN' : String(i)},"note":"${note}"}`).join(',')}]`,
      ),
    ],
  ]

  test.each(cases)('%s: each is told once, as of the whole', async (_, name, contents) => {
    await using folder = await temporaryFolder()
    const path = await folder.write(name, contents)
    const whole = await readData(path, { columns })
    const batches = await byBatch(path)
    expect(batches.length).toBeGreaterThan(2)
    expect(whole.findings.length).toBeGreaterThan(0)
    expect(sorted(batches.flat())).toEqual(sorted(whole.findings))
  })

  test('what the header says comes with the first batch, a cell with its own, what is counted with the last', async () => {
    await using folder = await temporaryFolder()
    const csv = `Report\n\namount,note\n1,caf\xe9\n2,b\n3,c\n?,d\n5,\xfcber\n`
    const batches = await byBatch(await folder.write('d.csv', Buffer.from(csv, 'latin1')))
    expect(rulesOf(batches[0]!).sort()).toEqual(['absent_column', 'preamble'])
    expect(batches[1]).toMatchObject([{ row: 3, field: 'amount', rule: 'type' }])
    expect(rulesOf(batches[2]!)).toEqual(['encoding'])
  })
})

describe('a row that does not end', () => {
  const long = 'x'.repeat(300_000)
  /** Just more than is allowed, which a buffer that doubles may hold whole; and more than any buffer does. */
  const above = Buffer.alloc(64 * 1024 * 1024 + 1, 'x')
  const beyond = Buffer.alloc(130 * 1024 * 1024, 'x')

  test.each([
    ['a header of CSV', 'd.csv', `amount,note,${long}\n1,a,b\n`],
    ['a header of CSV of two lines', 'd.csv', `amount,note,"a\n${long}"\n1,a,b\n`],
    ['a first row of CSV', 'd.csv', `amount,note\n1,${long}\n2,b\n`],
    ['a late row of CSV', 'd.csv', `amount,note\n${'1,a\n'.repeat(40_000)}2,"${long}\n${long}"\n`],
    ['a line of JSON Lines', 'd.jsonl', `{"amount":1}\n{"amount":2,"note":"${long}"}\n{"amount":3}\n`],
  ])('%s of 300 KB is one that ends', async (_, name, contents) => {
    await using folder = await temporaryFolder()
    const path = await folder.write(name, contents)
    const whole = await readData(path, { columns })
    let rows = 0
    for await (const { frame } of readBatches(path, { columns, batchRows: 10_000 })) rows += frame.rows
    expect(rows).toBe(whole.frame.rows)
  })

  test.each([
    ['a row of CSV beyond all bounds', 'd.csv', ['amount,note\n1,a\n2,"', beyond, '\n']],
    ['a row of CSV just above the limit', 'd.csv', ['amount,note\n1,a\n2,"', above, '"\n3,c\n']],
    ['a last row of CSV just above the limit', 'd.csv', ['amount,note\n1,a\n2,', above, '']],
    [
      'a line of JSON Lines beyond all bounds',
      'd.jsonl',
      ['{"amount":1}\n{"amount":2,"note":"', beyond, '\n'],
    ],
    [
      'a line of JSON Lines just above the limit',
      'd.jsonl',
      ['{"amount":1}\n{"amount":2,"note":"', above, '"}\n{"amount":3}\n'],
    ],
  ])('%s is refused, with its line', async (_, name, parts) => {
    await using folder = await temporaryFolder()
    const path = await folder.write(name, Buffer.concat(parts.map((part) => Buffer.from(part))))
    const read = async (): Promise<void> => {
      for await (const { frame } of readBatches(path, { columns, batchRows: 1 })) expect(frame.rows).toBe(1)
    }
    const attempt = read()
    await expect(attempt).rejects.toMatchObject({ code: 'unreadable_file' })
    await expect(attempt).rejects.toThrow(/line [23] that is longer than 64 MiB/)
  })
})
