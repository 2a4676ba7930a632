import { describe, expect, test } from '@jest/globals'
import { readBatches, readData, scanTable } from '../src/index.ts'
import { numeric, text } from './columns.ts'
import { temporaryFolder } from './temporary-folder.ts'

const columns = [text('id'), numeric('amount'), text('kind')]
const rows = [
  { id: 'a', amount: 1.5, kind: 'x' },
  { id: 'b', amount: 2, kind: 'y' },
  { id: 'c', amount: 3, kind: 'z' },
]

async function readBoth(
  path: string,
  headerRow?: number,
): Promise<{ rows: unknown[]; findings: { rule: string; problem: string }[] }> {
  const whole = await readData(path, { columns, headerRow })
  const read: unknown[] = []
  const found = []
  for await (const batch of readBatches(path, { columns, headerRow, batchRows: 2 })) {
    read.push(...batch.frame.toRows())
    found.push(...batch.findings)
  }
  expect(read).toEqual(whole.frame.toRows())
  expect(found).toEqual(whole.findings)
  return { rows: read, findings: found }
}

const table = (delimiter: string): string =>
  [
    ['id', 'amount', 'kind'],
    ['a', '1.5', 'x'],
    ['b', '2', 'y'],
    ['c', '3', 'z'],
  ]
    .map((cells) => cells.join(delimiter))
    .join('\n')

describe("Excel's sep= line", () => {
  test.each([
    ['sep=,\n', ','],
    ['sep=;\r\n', ';'],
    ['SEP=\t\n', '\t'],
    ['"sep=|"\n', '|'],
    ['sep=^\n', '^'],
    ['sep=;;;\n', ';'],
    ['\uFEFFsep=~\n', '~'],
  ])('%j', async (line, delimiter) => {
    await using folder = await temporaryFolder()
    const path = await folder.write('d.csv', line + table(delimiter))
    const read = await readBoth(path)
    expect(read.rows).toEqual(rows)
    expect(read.findings).toMatchObject([{ rule: 'excel_sep', severity: 'warning' }])
    expect(read.findings[0]?.problem).toContain('line 1')
    expect((await scanTable(path)).reading).toEqual({ encoding: 'utf-8', header_row: 2, delimiter })
  })

  test('a column that is called so is no such line', async () => {
    await using folder = await temporaryFolder()
    const raw = await scanTable(await folder.write('d.csv', 'sep=x,b\n1,2\n'))
    expect(raw.names).toEqual(['sep=x', 'b'])
  })
})

describe('lines above the header', () => {
  test.each([
    ['one', 'Claims of March\n', 2, 'line 1 is'],
    [
      'some, with blank ones',
      'Claims of March\n\nSource: system\nAll amounts in EUR\n',
      5,
      'lines 1 to 4 are',
    ],
    ['padded by a spreadsheet', 'Claims of March,,\n,,\n', 3, 'lines 1 to 2 are'],
    ['with a quoted line end', '"Claims\nof March"\n', 3, 'lines 1 to 2 are'],
  ])('%s', async (_, above, line, said) => {
    await using folder = await temporaryFolder()
    const path = await folder.write('d.csv', above + table(','))
    const read = await readBoth(path)
    expect(read.rows).toEqual(rows)
    expect(read.findings).toMatchObject([{ rule: 'preamble', severity: 'warning' }])
    expect(read.findings[0]?.problem).toContain(
      `${said} above the header, which was found on line ${String(line)}`,
    )
    expect((await scanTable(path)).reading?.header_row).toBe(line)
  })

  test.each([
    ['a note of two cells', `Created by,Ann\n${table(',')}`],
    ['a table of words only', 'Names\nid,kind\na,x\nb,y\nc,z\n'],
    ['numbers of one column, or decimal commas', 'amount\n1,5\n2,7\n3,25\n'],
  ])('is asked: %s', async (_, contents) => {
    await using folder = await temporaryFolder()
    const path = await folder.write('d.csv', contents)
    const drain = async (): Promise<void> => {
      for await (const batch of readBatches(path, { columns, batchRows: 2 })) expect(batch).toBeDefined()
    }
    for (const work of [scanTable(path), drain()])
      await expect(work).rejects.toMatchObject({
        code: 'ambiguous_data',
        problems: [{ allowed: expect.stringContaining('--header-row 2') as unknown }],
      })
    expect((await scanTable(path, { headerRow: 1 })).reading?.header_row).toBe(1)
    expect((await scanTable(path, { headerRow: 2 })).reading?.header_row).toBe(2)
  })

  test('a header row that is told is taken, whatever stands above', async () => {
    await using folder = await temporaryFolder()
    const path = await folder.write('d.csv', `x,y\n1,2\n${table(';')}`)
    expect((await readBoth(path, 3)).rows).toEqual(rows)
    await expect(scanTable(path, { headerRow: 40 })).rejects.toMatchObject({ code: 'unreadable_file' })
  })

  test.each([
    ['rows of other widths', 'id,amount,kind\na,1.5,x\nb,2\nc,3,z,4\n'],
    ['a header that is one short', 'amount,kind\na,1.5,x\nb,2,y\n'],
    ['a first column without a name', ',amount\n0,1\n1,2\n'],
    ['one column', 'note\nfoo\na;b\nbar\n'],
    ['a footer', `${table(',')}\nTotal,6.5\n`],
  ])('none: %s', async (_, contents) => {
    await using folder = await temporaryFolder()
    const raw = await scanTable(await folder.write('d.csv', contents))
    expect(raw.reading?.header_row).toBe(1)
    expect(raw.findings.filter(({ row }) => row === null)).toEqual([])
  })
})

describe('files without a header', () => {
  test('are said to have none', async () => {
    await using folder = await temporaryFolder()
    const raw = await scanTable(await folder.write('d.csv', '17,2.5,m\n18,3.5,f\n'))
    expect(raw.findings).toMatchObject([{ rule: 'no_header', severity: 'warning' }])
  })

  test('their values are not repeated in an error', async () => {
    await using folder = await temporaryFolder()
    const path = await folder.write('d.csv', '4711,4711,2\n4712,4712,3\n')
    const error: unknown = await scanTable(path).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'duplicate_column' })
    expect(JSON.stringify(error)).not.toContain('4711')
    expect(String(error)).toContain('looks like data')
  })
})
