import { describe, expect, test } from '@jest/globals'
import { readBatches, readData } from '../src/index.ts'
import { category, numeric } from './columns.ts'
import { temporaryFolder } from './temporary-folder.ts'

const columns = [numeric('amount'), category('city'), category('label')]
const row = (i: number, city: string): string => `${String(i)},${city},x\n`
const rules = new Set(['text_behind_quote', 'quoted_rows'])
const header = 'amount,city,label\n'

/** What is said of the whole file, by both readers. */
async function told(text: string, batchRows: number): Promise<{ rows: number; problems: string[] }> {
  await using folder = await temporaryFolder()
  const path = await folder.write('data.csv', text)
  const whole = await readData(path, { columns })
  const problems = whole.findings.filter(({ rule }) => rules.has(rule)).map(({ problem }) => problem)
  const parts: string[] = []
  let rows = 0
  for await (const batch of readBatches(path, { columns, batchRows })) {
    rows += batch.frame.rows
    parts.push(...batch.findings.filter(({ rule }) => rules.has(rule)).map(({ problem }) => problem))
  }
  expect({ rows, parts }).toEqual({ rows: whole.frame.rows, parts: problems })
  return { rows, problems }
}

describe('quoted cells that are not written as RFC 4180 has it', () => {
  test.each([
    ['text behind a closing quote', '"Köln" am Rhein', 'have text behind their closing quote'],
    ['a quote with a backslash before it', String.raw`"5\" pipe"`, 'have text behind their closing quote'],
    ['a quote within that is not doubled', '"the "old" town"', 'have text behind their closing quote'],
  ])('%s is counted', async (_, cell, problem) => {
    const rows = Array.from({ length: 90 }, (_, i) => row(i, i % 3 === 0 ? cell : 'Bonn')).join('')
    const { rows: read, problems } = await told(header + rows, 7)
    expect(read).toBe(90)
    expect(problems).toEqual([expect.stringMatching(new RegExp(`^30 cells ${problem}.* first on line 2$`))])
  })

  test.each([
    ['doubled quotes', '"5"" pipe"'],
    ['a quote within a bare cell', '5" pipe'],
    ['blanks behind a closing quote', '"Köln" '],
    ['lines of notes', '"first\nsecond, and\nthird"'],
  ])('%s is no fault', async (_, cell) => {
    const { rows, problems } = await told(header + row(1, cell) + row(2, 'Bonn'), 1)
    expect([rows, problems]).toEqual([2, []])
  })

  test('rows between a quote that is not closed and one that is not opened are counted', async () => {
    const rows = Array.from({ length: 60 }, (_, i) => row(i, i === 9 ? '"Köln' : i === 40 ? 'Bonn"' : 'Ulm'))
    const { rows: read, problems } = await told(header + rows.join(''), 7)
    expect(read).toBe(60 - 31)
    expect(problems).toEqual([
      '30 lines that look like rows lie within quotes and are no rows, first on line 11: a quote may be missing',
    ])
  })
})
