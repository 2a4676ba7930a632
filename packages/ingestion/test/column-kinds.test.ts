import { describe, expect, test } from '@jest/globals'
import {
  inferBlueprint,
  scanTable,
  type InferBlueprintOptions,
  type InferredBlueprint,
} from '../src/index.ts'
import { temporaryFolder } from './temporary-folder.ts'

type Cells = Readonly<Record<string, (row: number) => string>>

/** A blueprint inferred from columns of quoted cells, 200 rows. */
async function inferred(
  cells: Cells,
  options: Partial<InferBlueprintOptions> = {},
): Promise<InferredBlueprint> {
  await using folder = await temporaryFolder()
  const columns = { ...cells, y: (row: number) => (row % 3 === 0 ? 'yes' : 'no') }
  const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`
  const lines = Array.from({ length: 200 }, (_, row) =>
    Object.values(columns)
      .map((cell) => quoted(cell(row)))
      .join(','),
  )
  const path = await folder.write(
    'data.csv',
    [Object.keys(columns).map(quoted).join(','), ...lines].join('\n'),
  )
  return inferBlueprint(await scanTable(path), { label: 'y', ...options })
}

async function inferredOne(
  cell: (row: number) => string,
  options: Partial<InferBlueprintOptions> = {},
): Promise<{
  column: InferredBlueprint['blueprint']['columns'][number]
  reason: string
  warnings: InferredBlueprint['warnings']
}> {
  const { blueprint, notes, warnings } = await inferred({ x: cell }, options)
  return {
    column: blueprint.columns.find(({ name }) => name === 'x')!,
    reason: notes.find(({ column }) => column === 'x')!.reason,
    warnings: warnings.filter(({ field }) => field === 'x'),
  }
}

const day = (row: number): string => String((row % 28) + 1).padStart(2, '0')
const month = (row: number): string => String((row % 12) + 1).padStart(2, '0')

describe('one value or nothing', () => {
  test.each(['X', '1', 'Y'])('%s in some rows tells by being there', async (value) => {
    const { column, reason } = await inferredOne((row) => (row % 4 === 0 ? value : ''))
    expect(column).toMatchObject({ role: 'categorical', type: 'category', required: false })
    expect(reason).toBe(`"${value}" in 50 rows and nothing in 150: whether it is filled may tell`)
  })
  test.each([
    ['nearly always', (row: number) => (row === 7 ? '' : 'X')],
    ['nearly never', (row: number) => (row === 7 ? 'X' : '')],
    ['always', () => 'X'],
  ])('%s there tells nothing', async (_, cell) => {
    const { column, reason } = await inferredOne(cell)
    expect([column.role, reason]).toEqual(['ignored', 'constant: every filled cell is "X"'])
  })
})

describe('signs', () => {
  test('a minus beside a plus is a value', async () => {
    const { column } = await inferredOne((row) => (row % 2 === 0 ? '+' : '-'))
    expect(column).toMatchObject({ role: 'categorical', missing_tokens: [] })
  })
  test('a minus beside words is missing', async () => {
    const { column } = await inferredOne((row) => ['a', 'b', '-'][row % 3]!)
    expect(column).toMatchObject({ role: 'categorical', missing_tokens: ['-'] })
  })
})

describe('codes', () => {
  test('digits that a spreadsheet keeps as text keep their zeros', async () => {
    const { column } = await inferredOne((row) => `="${String(row % 9).padStart(5, '0')}"`)
    expect(column).toMatchObject({ role: 'categorical', type: 'category' })
  })
  test('a word beside codes is a level', async () => {
    const { column } = await inferredOne((row) => ['01', '02', 'none'][row % 3]!)
    expect(column).toMatchObject({ role: 'categorical', missing_tokens: [] })
  })
  test('characters of no width around a level make no other level', async () => {
    const { column, reason } = await inferredOne((row) => ['a', 'a\u200b', '\u2060a', 'b'][row % 4]!)
    expect([column.role, reason.split(';')[0]]).toEqual(['categorical', '2 distinct values'])
  })
  test('spellings that become one level are said', async () => {
    const { warnings } = await inferredOne((row) => ['E11.9', '250.0', '250.00', '401.9'][row % 4]!)
    expect(warnings).toMatchObject([{ code: 'levels_merged', rows: 100 }])
    expect(warnings[0]!.problem).toContain('250.0 (50), 250.00 (50) as 250')
  })
})

describe('dates', () => {
  test('a year of four digits in front leaves nothing open', async () => {
    const { column, warnings } = await inferredOne((row) => `2023.${month(row)}.${day(row)}`)
    expect(column).toMatchObject({ role: 'date', date_format: 'ymd' })
    expect(warnings).toEqual([])
  })
  test('years that are fewer than days may stand first', async () => {
    const cell = (row: number): string => `${String(22 + (row % 2))}/${month(row)}/${day(row)}`
    const { column, warnings } = await inferredOne(cell)
    expect(column.role).toBe('ignored')
    expect(warnings[0]).toMatchObject({ code: 'ambiguous_data' })
    expect(warnings[0]!.problem).toContain('--dates ymd')
    expect((await inferredOne(cell, { dates: 'ymd' })).column.date_format).toBe('ymd')
  })
  test('years that are fewer than days stand last', async () => {
    const { column } = await inferredOne((row) => `${day(row)}/${month(row)}/${String(22 + (row % 2))}`)
    expect(column).toMatchObject({ role: 'date', date_format: 'dmy' })
  })
  test('the one that is no date is said', async () => {
    const { reason, warnings } = await inferredOne((row) =>
      row === 5 ? '12/31/2023' : `${day(row)}/${month(row)}/2023`,
    )
    expect(reason).toContain('dates but for 1 cells')
    expect(warnings).toMatchObject([{ code: 'near_miss', rows: 1, examples: ['12/31/2023'] }])
  })
  test.each([
    [
      'names of months in another language',
      (row: number) => `${day(row)}. ${['März', 'Mai'][row % 2]!} 2023`,
    ],
    ['the basic form of ISO 8601', (row: number) => `2023${month(row)}${day(row)}T101500Z`],
    ['weeks', (row: number) => `2023-W${month(row)}-${String((row % 7) + 1)}`],
    ['blanks between', (row: number) => `${day(row)} / ${month(row)} / 2023`],
  ])('%s look like dates', async (_, cell) => {
    const { warnings } = await inferredOne(cell)
    expect(warnings).toMatchObject([{ code: 'near_miss', rows: 200 }])
    expect(warnings[0]!.problem).toContain('looks like dates or times in a form that is not read')
  })
})

describe('numbers', () => {
  test('what has an exponent has no thousands', async () => {
    const { column } = await inferredOne((row) => `${String(1 + (row % 9))},${String(row + 100)}E+05`)
    expect(column).toMatchObject({ role: 'numeric', number_format: { decimal: 'comma', grouping: 'none' } })
  })
  test('numbers in two ways are counted', async () => {
    const { warnings } = await inferredOne((row) => `0${row % 5 === 0 ? '.' : ','}${String(row + 100)}`)
    expect(warnings).toMatchObject([{ code: 'near_miss' }])
    expect(warnings[0]!.problem).toContain('written in more than one way: 40 cells do not fit')
  })
})

describe('numbers with something around them', () => {
  test.each([
    ['a unit', (row: number) => `${String(row * 7)} km`],
    ['a factor', (row: number) => `${String(row / 7).slice(0, 5)}k`],
    ['an apostrophe', (row: number) => `'${String(row * 3 + 0.25)}`],
    ['Swiss francs', (row: number) => `CHF ${String(1 + (row % 150))}'250.–`],
  ])('%s is no identifier', async (_, cell) => {
    const { column, warnings } = await inferredOne((row) => cell(row < 5 ? row + 60 : row))
    expect(column.role).toBe('ignored')
    expect(warnings).toMatchObject([{ code: 'near_miss' }])
    expect(warnings[0]!.problem).toContain('numbers with something around them')
  })
  test.each([
    ['numbers with a letter, each once', (row: number) => `${String(1000 + row)}K`, 'id'],
    ['seats', (row: number) => `${String((row % 20) + 1)}${'AB'[row % 2]!}`, 'categorical'],
    ['apostrophes before codes', (row: number) => `'0${String(row % 30)}`, 'categorical'],
  ])('%s are codes', async (_, cell, role) => {
    const { column, warnings } = await inferredOne(cell)
    expect([column.role, warnings]).toEqual([role, []])
  })
})

describe('names', () => {
  test('a column without a name takes one that no column has', async () => {
    const { blueprint } = await inferred({
      a: () => 'a',
      column_3: (row) => 'pq'[row % 2]!,
      '': (row) => 'rs'[row % 2]!,
    })
    expect(blueprint.columns.map(({ name }) => name)).toEqual(['a', 'column_3', 'column_3_2', 'y'])
  })
})
