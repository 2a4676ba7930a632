import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { columnSchema, type Column } from '@claims/contracts'
import { publicData } from '@claims/public-data'
import { codedColumn, Frame, numberColumn, type FrameColumn } from '@claims/frame'

/** A labelled data set, typed by what its cells hold. */
export interface Labelled {
  readonly frame: Frame
  readonly target: Uint8Array
  readonly columns: readonly Column[]
  readonly labelColumn: string
}

/**
 * Reads plain comma-separated text without quoted fields. A column is a number when its cells in the first 1,000 rows
 * are; the whole text is walked once, without a string for each cell of a number.
 */
export function readLabelled(
  file: string,
  label: { column: string; positive: (cell: string) => boolean },
): Labelled {
  const bytes = readFileSync(publicData(file))
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes)
    .toString('latin1')
    .replace(/^\u00EF\u00BB\u00BF/, '')
  const lines = text.trimEnd().split(/\r?\n/)
  const names = lines[0]!.split(',')
  const rows = lines.length - 1
  const head = lines.slice(1, 1_001).map((line) => line.split(','))
  const isNumber = names.map((_, j) => head.every((row) => !Number.isNaN(Number(row[j] ?? ''))))
  const numbers = names.map((_, j) => new Float64Array(isNumber[j] === true ? rows : 0))
  const codes = names.map((_, j) => new Int32Array(isNumber[j] === true ? 0 : rows))
  const levels = names.map(() => new Map<string, number>())
  const target = new Uint8Array(rows)
  const labelAt = names.indexOf(label.column)
  for (let i = 0; i < rows; i++) {
    const cells = lines[i + 1]!.split(',')
    target[i] = label.positive(cells[labelAt] ?? '') ? 1 : 0
    for (let j = 0; j < names.length; j++) {
      const cell = cells[j] ?? ''
      if (isNumber[j] === true) {
        numbers[j]![i] = cell === '' ? NaN : Number(cell)
        continue
      }
      let code = cell === '' ? -1 : levels[j]!.get(cell)
      if (code === undefined) {
        code = levels[j]!.size
        levels[j]!.set(cell, code)
      }
      codes[j]![i] = code
    }
  }
  const frame = Frame.fromColumns(
    new Map(
      names.map((name, j): [string, FrameColumn] => [
        name,
        isNumber[j] === true ? numberColumn(numbers[j]!) : codedColumn(codes[j]!, [...levels[j]!.keys()]),
      ]),
    ),
  )
  const columns = names.map((name, j) =>
    columnSchema.parse({
      name,
      role: j === labelAt ? 'label' : isNumber[j] === true ? 'numeric' : 'categorical',
      type: isNumber[j] === true ? 'number' : 'category',
    }),
  )
  return { frame, target, columns, labelColumn: label.column }
}
