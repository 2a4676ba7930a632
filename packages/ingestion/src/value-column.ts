import type { Finding } from '@claims/contracts'
import { missingBoolean, type FrameColumn } from '@claims/frame'
import type { CellRules } from './cell-rules.ts'
import { timestampReader } from './parse-timestamp.ts'

/** Gives the value of a row; undefined and null are missing. */
export type ValueOf = (row: number) => unknown

/** Makes a typed column of `rows` values and adds what it finds. */
export type ValueColumnReader = (valueOf: ValueOf, rows: number, findings: Finding[]) => FrameColumn

/**
 * A reader of JSON and Parquet values by a column's type. Numbers must be numbers, dates ISO 8601 text or `Date`
 * objects, booleans booleans; category and text take text, numbers and booleans; a document column also takes lists of
 * text, joined by `;`. A value of another type becomes missing and makes a finding.
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

function numberReader(rules: CellRules): ValueColumnReader {
  const { fillNumber, missingNumbers, multiply, isMissing, typeFinding } = rules
  return (valueOf, rows, findings) => {
    const values = new Float64Array(rows)
    for (let row = 0; row < rows; row++) {
      const raw = valueOf(row)
      const value = typeof raw === 'bigint' ? Number(raw) : raw
      if (typeof value === 'number' && Number.isFinite(value)) {
        values[row] = missingNumbers?.has(value) === true ? fillNumber : value * multiply
      } else if (
        value == null ||
        (typeof value === 'string' && isMissing(value.trim())) ||
        Number.isNaN(value)
      ) {
        values[row] = fillNumber
      } else {
        values[row] = NaN
        findings.push(typeFinding(row, value))
      }
    }
    return { kind: 'number', values }
  }
}

function momentReader(rules: CellRules): ValueColumnReader {
  const { fillNumber, isMissing, typeFinding } = rules
  const read = timestampReader()
  return (valueOf, rows, findings) => {
    const values = new Float64Array(rows)
    for (let row = 0; row < rows; row++) {
      const value = valueOf(row)
      let moment = NaN
      if (typeof value === 'string') {
        moment = read(value)
        if (Number.isNaN(moment) && isMissing(value.trim())) {
          values[row] = fillNumber
          continue
        }
      } else if (value instanceof Date) moment = value.getTime()
      else if (value == null) {
        values[row] = fillNumber
        continue
      }
      if (Number.isNaN(moment)) findings.push(typeFinding(row, value))
      values[row] = moment
    }
    return { kind: 'timestamp', values }
  }
}

function booleanReader(rules: CellRules): ValueColumnReader {
  const { fillBoolean, isMissing, typeFinding } = rules
  return (valueOf, rows, findings) => {
    const values = new Uint8Array(rows)
    for (let row = 0; row < rows; row++) {
      const value = valueOf(row)
      if (typeof value === 'boolean') values[row] = value ? 1 : 0
      else if (value == null || (typeof value === 'string' && isMissing(value.trim())))
        values[row] = fillBoolean
      else {
        values[row] = missingBoolean
        findings.push(typeFinding(row, value))
      }
    }
    return { kind: 'boolean', values }
  }
}

function categoryReader(rules: CellRules): ValueColumnReader {
  const text = cellText(rules)
  return (valueOf, rows, findings) => {
    const codes = new Int32Array(rows)
    const levels: string[] = []
    const index = new Map<string, number>()
    for (let row = 0; row < rows; row++) {
      const level = text(row, valueOf(row), findings)
      if (level === null) {
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

function textReader(rules: CellRules): ValueColumnReader {
  const text = cellText(rules)
  return (valueOf, rows, findings) => {
    const values = new Array<string | null>(rows)
    for (let row = 0; row < rows; row++) values[row] = text(row, valueOf(row), findings)
    return { kind: 'text', values }
  }
}

function cellText(rules: CellRules): (row: number, value: unknown, findings: Finding[]) => string | null {
  const { fillText, isMissing, typeFinding } = rules
  const document = rules.column.role === 'document'
  return (row, value, findings) => {
    if (value == null) return fillText
    if (typeof value === 'string') return isMissing(value.trim()) ? fillText : value
    if (
      (typeof value === 'number' && Number.isFinite(value)) ||
      typeof value === 'boolean' ||
      typeof value === 'bigint'
    ) {
      const text = String(value)
      return isMissing(text) ? fillText : text
    }
    if (value instanceof Date && !Number.isNaN(value.getTime()))
      return value.toISOString().replace(/T00:00:00\.000Z$/, '')
    if (document && Array.isArray(value) && value.every((item) => typeof item === 'string'))
      return value.length === 0 ? fillText : value.join(';')
    findings.push(typeFinding(row, value))
    return null
  }
}
