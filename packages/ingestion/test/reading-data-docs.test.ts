import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { ClaimsError, columnSchema, numberFormatSchema, type Column } from '@claims/contracts'
import {
  createRecordReader,
  inferBlueprint,
  parseJsonExactly,
  readData,
  scanTable,
  writeCsv,
  type InferBlueprintOptions,
} from '../src/index.ts'
import { temporaryFolder } from './temporary-folder.ts'

interface Section {
  readonly title: string
  readonly rows: readonly (readonly string[])[]
}

const page = readFileSync(join(import.meta.dirname, '../../../docs/reading-data.md'), 'utf8')
const sections = tablesOf(page)
const of = (start: string): Section[] => sections.filter(({ title }) => title.startsWith(start))

/** Every table with the line that announces it: the last text line before it. */
function tablesOf(markdown: string): Section[] {
  const found: { title: string; rows: string[][] }[] = []
  let title = ''
  let open = false
  for (const line of markdown.split('\n')) {
    if (!line.startsWith('|')) {
      if (line.trim() !== '') title = line
      open = false
      continue
    }
    const cells = line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim())
    if (!open) found.push({ title, rows: [] })
    else if (!cells.every((cell) => /^-+$/.test(cell))) found.at(-1)?.rows.push(cells)
    open = true
  }
  return found
}

const role = {
  number: 'numeric',
  timestamp: 'date',
  category: 'categorical',
  boolean: 'categorical',
  text: 'text',
}

function columnOf(title: string): Column {
  const declared = JSON.parse(/`(\{.*\})`/.exec(title)?.[1] ?? '') as Pick<Column, 'type'>
  return columnSchema.parse({ name: 'x', role: role[declared.type], ...declared })
}

/** The texts in backticks. */
function codes(cell: string): string[] {
  return [...cell.matchAll(/`([^`]*)`/g)].map(([, text]) => text ?? '')
}

function shown(value: unknown, findings: number): string {
  if (findings > 0) return '_finding_'
  if (value === null) return '_missing_'
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``
}

async function fromFile(column: Column, text: string): Promise<string> {
  await using folder = await temporaryFolder()
  await writeCsv(folder.path('x.csv'), ['x', 'y'], [[text, 1]])
  const { frame, findings } = await readData(folder.path('x.csv'), { columns: [column] })
  const moment = column.type === 'timestamp' ? (frame.number('x')[0] ?? NaN) : NaN
  return shown(Number.isNaN(moment) ? frame.row(0)['x'] : new Date(moment).toISOString(), findings.length)
}

function fromRequest(column: Column, value: unknown): string {
  const { frame, findings } = createRecordReader([column])([{ x: value }])
  const moment = column.type === 'timestamp' ? (frame.number('x')[0] ?? NaN) : NaN
  return shown(Number.isNaN(moment) ? frame.row(0)['x'] : new Date(moment).toISOString(), findings.length)
}

/** A file whose column x holds the cells again and again, between a label and a number that is unique. */
async function inferred(
  cells: readonly string[],
  options: Omit<InferBlueprintOptions, 'label'>,
  label = false,
): Promise<ReturnType<typeof inferBlueprint>> {
  await using folder = await temporaryFolder()
  const rows = Array.from({ length: cells.length * 40 }, (_, i) => [i / 7, cells[i % cells.length]!, i % 2])
  await writeCsv(folder.path('x.csv'), ['n', 'x', 'y'], rows)
  return inferBlueprint(await scanTable(folder.path('x.csv')), { label: label ? 'x' : 'y', ...options })
}

describe('docs/reading-data.md', () => {
  test('has the tables that are checked here', () => {
    expect(sections.map(({ rows }) => rows.length)).not.toContain(0)
    const known = ['Column: `', 'JSON values, column: `', 'Decisions:', 'Labels:', 'Where the two']
    expect(sections.filter(({ title }) => !known.some((start) => title.startsWith(start)))).toEqual([])
    expect(of('Column: `').length).toBeGreaterThan(15)
  })

  for (const { title, rows } of of('Column: `'))
    test.each(rows)(`${title}: %s is %s`, async (cell, want) => {
      const text = codes(cell)[0] ?? ''
      expect(await fromFile(columnOf(title), text)).toBe(want)
      expect(fromRequest(columnOf(title), text)).toBe(want)
    })

  for (const { title, rows } of of('JSON values, column: `'))
    test.each(rows)(`${title}: %s is %s`, (cell, want) => {
      expect(fromRequest(columnOf(title), parseJsonExactly(codes(cell)[0] ?? ''))).toBe(want)
    })

  const [numbers, dates] = of('Decisions:')
  test.each(numbers?.rows ?? [])('numbers %s are %s', async (cells, want) => {
    const { blueprint, notes, warnings } = await inferred(codes(cells), {})
    const column = blueprint.columns.find(({ name }) => name === 'x')
    if (want === '_ambiguous_') {
      expect(column).toMatchObject({ role: 'ignored' })
      expect(warnings).toMatchObject([{ field: 'x', code: 'ambiguous_data' }])
      expect(notes[0]).toMatchObject({ column: 'x' })
      return
    }
    expect(column).toMatchObject({ role: 'numeric', type: 'number' })
    const format: unknown =
      want === 'plain' ? undefined : numberFormatSchema.parse(JSON.parse(codes(want)[0] ?? ''))
    expect(column?.number_format).toEqual(format)
    expect(warnings).toEqual([])
  })

  test.each(dates?.rows ?? [])('dates %s are %s', async (cells, want) => {
    const { blueprint, warnings } = await inferred(codes(cells), {})
    const column = blueprint.columns.find(({ name }) => name === 'x')
    if (want === '_ambiguous_') {
      expect(column).toMatchObject({ role: 'ignored' })
      expect(warnings).toMatchObject([{ field: 'x', code: 'ambiguous_data' }])
      await expect(inferred(codes(cells), { time: 'x' })).rejects.toMatchObject({ code: 'ambiguous_data' })
      return
    }
    expect(column).toMatchObject({ role: 'date', type: 'timestamp' })
    expect(column?.date_format).toEqual(want === 'plain' ? undefined : JSON.parse(codes(want)[0] ?? ''))
  })

  test.each(of('Labels:')[0]?.rows ?? [])('labels %s with %s: %s', async (values, options, want) => {
    const hints = (options === '' ? {} : JSON.parse(codes(options)[0] ?? '')) as Omit<
      InferBlueprintOptions,
      'label'
    >
    const result = await inferred(codes(values), hints, true).catch((error: unknown) => error)
    if (!want.startsWith('positive')) {
      expect(result).toBeInstanceOf(ClaimsError)
      expect(result).toMatchObject({ code: codes(want)[0] })
      return
    }
    const { label } = (result as Awaited<ReturnType<typeof inferred>>).blueprint
    const [positive, ...negative] = codes(want)
    expect(String(label.positive as string | number)).toBe(positive)
    expect([label.negative ?? []].flat().map(String).slice(0, negative.length)).toEqual(negative)
  })
})
