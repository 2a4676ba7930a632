import type { Finding } from '@claims/contracts'
import { missingBoolean, type FrameColumn } from '@claims/frame'
import type { CellRules } from './cell-rules.ts'

/** The cells of a column of JSON, Parquet or records. */
export interface ValueSource {
  /** The value of a row; undefined and null are missing. */
  readonly cellOf: (row: number) => unknown
  /** Factor of the alias that the row's value is found under, or 1. */
  readonly multiplyOf: (row: number) => number
}

/** Makes a typed column of `rows` values and adds what it finds. */
export type ValueColumnReader = (source: ValueSource, rows: number, findings: Finding[]) => FrameColumn

/**
 * A reader of values by a column's type: what is text is read as the cell of a CSV file is, a number of JSON or Parquet
 * is taken as it is, dates may also be `Date` objects, a document column also takes lists of text, joined by `;`. A
 * value of another type becomes missing and makes a finding.
 */
export function valueColumnReader(rules: CellRules): ValueColumnReader {
  switch (rules.column.type) {
    case 'number':
      return numberReader(rules)
    case 'timestamp':
      return momentReader(rules)
    case 'boolean':
      return booleanReader(rules)
    case 'category':
      return categoryReader(rules)
    case 'text':
      return textReader(rules)
  }
}

function numberReader({ readNumber, typeFinding }: CellRules): ValueColumnReader {
  return ({ cellOf, multiplyOf }, rows, findings) => {
    const values = new Float64Array(rows)
    for (let row = 0; row < rows; row++) {
      const cell = cellOf(row)
      const value = readNumber(cell, multiplyOf(row))
      values[row] = value ?? NaN
      if (value === undefined) findings.push(typeFinding(row, cell))
    }
    return { kind: 'number', values }
  }
}

function momentReader({ readMoment, typeFinding }: CellRules): ValueColumnReader {
  return ({ cellOf }, rows, findings) => {
    const values = new Float64Array(rows)
    for (let row = 0; row < rows; row++) {
      const cell = cellOf(row)
      const moment = readMoment(cell)
      values[row] = moment ?? NaN
      if (moment === undefined) findings.push(typeFinding(row, cell))
    }
    return { kind: 'timestamp', values }
  }
}

function booleanReader({ readBoolean, typeFinding }: CellRules): ValueColumnReader {
  return ({ cellOf }, rows, findings) => {
    const values = new Uint8Array(rows)
    for (let row = 0; row < rows; row++) {
      const cell = cellOf(row)
      const truth = readBoolean(cell)
      values[row] = truth ?? missingBoolean
      if (truth === undefined) findings.push(typeFinding(row, cell))
    }
    return { kind: 'boolean', values }
  }
}

function categoryReader({ readCategory, typeFinding }: CellRules): ValueColumnReader {
  return ({ cellOf }, rows, findings) => {
    const codes = new Int32Array(rows)
    const levels: string[] = []
    const index = new Map<string, number>()
    for (let row = 0; row < rows; row++) {
      const cell = cellOf(row)
      const level = readCategory(cell)
      if (level === undefined) findings.push(typeFinding(row, cell))
      if (level === undefined || level === null) {
        codes[row] = -1
        continue
      }
      let code = index.get(level)
      if (code === undefined) {
        code = levels.length
        levels.push(level)
        index.set(level, code)
      }
      codes[row] = code
    }
    return { kind: 'category', codes, levels }
  }
}

function textReader({ readText, typeFinding }: CellRules): ValueColumnReader {
  return ({ cellOf }, rows, findings) => {
    const values = new Array<string | null>(rows)
    for (let row = 0; row < rows; row++) {
      const cell = cellOf(row)
      const text = readText(cell)
      values[row] = text ?? null
      if (text === undefined) findings.push(typeFinding(row, cell))
    }
    return { kind: 'text', values }
  }
}
