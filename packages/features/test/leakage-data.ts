import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { test } from '@jest/globals'
import { columnSchema, type Column } from '@claims/contracts'
import { categoryColumn, codedColumn, Frame, numberColumn, type FrameColumn } from '@claims/frame'

const folder = fileURLToPath(new URL('../../../../shared/data/', import.meta.url))

/** A labelled data set, typed by what its cells hold. */
export interface Labelled {
  readonly frame: Frame
  readonly target: Uint8Array
  readonly columns: readonly Column[]
  readonly labelColumn: string
}

/** A test on a real file: skipped with a reason where the data is absent, failing there in CI. */
export function testOnData(name: string, file: string, body: () => void): void {
  if (existsSync(folder + file) || process.env['CI'] !== undefined) test(name, body)
  else test.skip(`${name} (skipped: shared data file ${file} is absent)`, body)
}

/** Reads plain comma-separated text without quoted fields; a column is a number when all its cells are. */
export function readLabelled(
  file: string,
  label: { column: string; positive: (cell: string) => boolean },
): Labelled {
  const bytes = readFileSync(folder + file)
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8').replace(/^\uFEFF/, '')
  const lines = text.split(/\r?\n/)
  const names = (lines[0] ?? '').split(',')
  const rows = lines
    .slice(1)
    .filter((line) => line !== '')
    .map((line) => line.split(','))
  const columns: Record<string, FrameColumn> = {}
  const declared: Column[] = []
  names.forEach((name, j) => {
    const cells = rows.map((row) => row[j] ?? '')
    const column = typed(cells)
    columns[name] = column
    const role = name === label.column ? 'label' : column.kind === 'number' ? 'numeric' : 'categorical'
    const type = column.kind === 'number' ? 'number' : 'category'
    declared.push(columnSchema.parse({ name, role, type }))
  })
  const at = names.indexOf(label.column)
  const target = Uint8Array.from(rows, (row) => (label.positive(row[at] ?? '') ? 1 : 0))
  return { frame: Frame.fromColumns(columns), target, columns: declared, labelColumn: label.column }
}

function typed(cells: readonly string[]): FrameColumn {
  if (cells.every((cell) => cell === '')) return codedColumn(new Int32Array(cells.length).fill(-1), [])
  const numbers = Float64Array.from(cells, (cell) => (cell === '' ? NaN : Number(cell)))
  const isNumber = cells.every((cell, i) => cell === '' || !Number.isNaN(numbers[i]))
  return isNumber ? numberColumn(numbers) : categoryColumn(cells.map((cell) => (cell === '' ? null : cell)))
}
