import type { Finding } from '@claims/contracts'
import { missingBoolean, parseTimestampBytes, type FrameColumn } from '@claims/frame'
import { ByteDictionary, type CellPosition } from './byte-dictionary.ts'
import type { CellRules } from './cell-rules.ts'
import { decodeCell } from './delimited-cell.ts'
import { parseDecimal } from './parse-decimal.ts'
import type { DelimitedCells } from './raw-table.ts'

/** Makes one typed column from bytes, some rows at a time. */
export interface DelimitedColumnReader {
  /** Reads the cells of the rows from `from` up to but without `to`. */
  readonly read: (from: number, to: number) => void
  /** The column, after all rows were read. */
  readonly finish: () => FrameColumn
}

/** What the reader of one column reads. */
export interface DelimitedField {
  readonly cells: DelimitedCells
  /** 0-based position in the header. */
  readonly field: number
  /** Offsets per row. */
  readonly stride: number
  readonly rows: number
  /** Factor of the alias that the column is read from, or 1. */
  readonly multiply: number
}

const quote = 34

/**
 * A reader of delimited cells by a column's type. A cell that is not of the type becomes missing and makes a finding.
 *
 * @param findings receives the findings
 */
export function delimitedColumnReader(
  rules: CellRules,
  field: DelimitedField,
  findings: Finding[],
): DelimitedColumnReader {
  switch (rules.column.type) {
    case 'number':
      return numberReader(rules, field, findings)
    case 'timestamp':
      return momentReader(rules, field, findings)
    case 'text':
      return textReader(rules, field)
    case 'category':
    case 'boolean':
      return dictionaryReader(rules, field, findings)
  }
}

function numberReader(rules: CellRules, at: DelimitedField, findings: Finding[]): DelimitedColumnReader {
  const { bytes, offsets } = at.cells
  const { missingNumbers, fillNumber, plainNumbers, readNumber } = rules
  const { multiply } = at
  const skip = at.field === 0 ? 0 : 1
  const values = new Float64Array(at.rows)
  return {
    read(from, to) {
      for (let row = from; row < to; row++) {
        const position = row * at.stride + at.field
        const start = offsets[position]! + skip
        const end = offsets[position + 1]!
        if (end <= start) {
          values[row] = fillNumber
          continue
        }
        if (plainNumbers) {
          const quoted = bytes[start] === quote && bytes[end - 1] === quote ? 1 : 0
          const value = parseDecimal(bytes, start + quoted, end - quoted)
          if (value - value === 0 && missingNumbers?.has(value) !== true) {
            values[row] = value * multiply
            continue
          }
        }
        const text = decodeCell(bytes, start, end)
        const value = readNumber(text, multiply)
        values[row] = value ?? NaN
        if (value === undefined) findings.push(rules.typeFinding(row, text))
      }
    },
    finish: () => ({ kind: 'number', values }),
  }
}

function momentReader(rules: CellRules, at: DelimitedField, findings: Finding[]): DelimitedColumnReader {
  const { bytes, offsets } = at.cells
  const { fillNumber, isoDates, missingMoments, readMoment } = rules
  const skip = at.field === 0 ? 0 : 1
  const values = new Float64Array(at.rows)
  return {
    read(from, to) {
      for (let row = from; row < to; row++) {
        const position = row * at.stride + at.field
        const start = offsets[position]! + skip
        const end = offsets[position + 1]!
        if (end <= start) {
          values[row] = fillNumber
          continue
        }
        if (isoDates) {
          const quoted = bytes[start] === quote && bytes[end - 1] === quote ? 1 : 0
          const moment = parseTimestampBytes(bytes, start + quoted, end - quoted)
          if (!Number.isNaN(moment) && missingMoments?.has(moment) !== true) {
            values[row] = moment
            continue
          }
        }
        const text = decodeCell(bytes, start, end)
        const moment = readMoment(text)
        values[row] = moment ?? NaN
        if (moment === undefined) findings.push(rules.typeFinding(row, text))
      }
    },
    finish: () => ({ kind: 'timestamp', values }),
  }
}

function textReader(rules: CellRules, at: DelimitedField): DelimitedColumnReader {
  const { bytes, offsets } = at.cells
  const skip = at.field === 0 ? 0 : 1
  const values = new Array<string | null>(at.rows)
  return {
    read(from, to) {
      for (let row = from; row < to; row++) {
        const position = row * at.stride + at.field
        const text = decodeCell(bytes, offsets[position]! + skip, offsets[position + 1]!)
        values[row] = rules.readText(text) ?? null
      }
    },
    finish: () => ({ kind: 'text', values }),
  }
}

/** Codes every distinct byte string first, so that decoding and checking happen once per level and not per cell. */
function dictionaryReader(rules: CellRules, at: DelimitedField, findings: Finding[]): DelimitedColumnReader {
  const { bytes, offsets } = at.cells
  const dictionary = new ByteDictionary(bytes)
  const codes = new Int32Array(at.rows)
  const finish = rules.column.type === 'category' ? finishCategory : finishBoolean
  return {
    read(from, to) {
      const position: CellPosition = { from, to, field: at.field, stride: at.stride }
      dictionary.encode(offsets, position, codes)
    },
    finish: () => finish(rules, distinctTexts(dictionary, bytes), { codes, findings }),
  }
}

function distinctTexts(dictionary: ByteDictionary, bytes: Buffer): string[] {
  return Array.from({ length: dictionary.size }, (_, code) =>
    decodeCell(bytes, dictionary.startOf(code), dictionary.endOf(code)),
  )
}

function finishCategory(
  rules: CellRules,
  texts: readonly string[],
  { codes }: { codes: Int32Array },
): FrameColumn {
  const levels: string[] = []
  const index = new Map<string, number>()
  const codeOf = (level: string): number => {
    const known = index.get(level)
    if (known !== undefined) return known
    index.set(level, levels.length)
    return levels.push(level) - 1
  }
  const renumbered = new Int32Array(texts.length).fill(-2)
  let fill = -2
  for (let row = 0; row < codes.length; row++) {
    const raw = codes[row]!
    let code = raw < 0 ? fill : renumbered[raw]!
    if (code === -2) {
      const text = raw < 0 ? '' : texts[raw]!
      const level = rules.readCategory(text) ?? null
      code = level === null ? -1 : codeOf(level)
      if (raw < 0) fill = code
      else renumbered[raw] = code
    }
    codes[row] = code
  }
  return { kind: 'category', codes, levels }
}

function finishBoolean(
  rules: CellRules,
  texts: readonly string[],
  { codes, findings }: { codes: Int32Array; findings: Finding[] },
): FrameColumn {
  const truth = texts.map(rules.readBoolean)
  const values = new Uint8Array(codes.length)
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row]!
    const value = code < 0 ? rules.fillBoolean : truth[code]
    if (value === undefined) findings.push(rules.typeFinding(row, texts[code]))
    values[row] = value ?? missingBoolean
  }
  return { kind: 'boolean', values }
}
