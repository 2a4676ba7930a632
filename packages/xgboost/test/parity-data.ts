import { readFileSync } from 'node:fs'
import type { BoosterParameters } from '@claims/xgboost'

/** One training of tooling/reference/xgboost-parity.py. */
export interface ParityCase {
  readonly target: 'score' | 'positive' | 'count' | 'binary' | 'class' | 'grade' | 'survival' | 'bounds'
  readonly layout?: 'csr' | 'categorical'
  readonly weighted?: boolean
  readonly baseMargin?: boolean
  readonly params: BoosterParameters
  readonly rounds: number
}

/** What Python's package of one version made of it. */
export interface ParityResult {
  readonly predictions: string
  readonly margins: string
  readonly contributions: string
  readonly leaves: string | null
  readonly model: string
}

interface Document {
  readonly rows: number
  readonly columns: number
  readonly train: number
  readonly names: readonly string[]
  readonly cases: Readonly<Record<string, ParityCase>>
  readonly versions: Readonly<Record<string, Readonly<Record<string, ParityResult>>>>
}

export const reference: Document = JSON.parse(
  readFileSync(new URL('../../../tooling/reference/values/xgboost-parity.json', import.meta.url), 'utf8'),
) as Document

export const ROWS: number = reference.rows
export const COLUMNS: number = reference.columns
/** How many of the rows are trained on. */
export const TRAIN: number = reference.train
export const NAMES: readonly string[] = reference.names

/** Numbers of a linear congruential generator, the last column a category from 0 to 8, some cells missing. */
export function generate(): Float32Array {
  const x = new Float32Array(ROWS * COLUMNS)
  let state = 1
  for (let index = 0; index < x.length; index += 1) {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
    x[index] = state / 0x80000000
  }
  for (let row = 0; row < ROWS; row += 1) {
    const last = row * COLUMNS + 5
    x[last] = Math.floor(Math.fround((x[last] ?? 0) * 9))
    if (row % 7 === 0) x[row * COLUMNS + 3] = Number.NaN
  }
  return x
}

/** Labels of the first TRAIN rows. */
export function targets(
  x: Float32Array,
): Record<Exclude<ParityCase['target'], 'bounds'> | 'lower' | 'upper', Float32Array> {
  const score = Float64Array.from({ length: TRAIN }, (_, row) => {
    const [a, b, c, , , region] = x.subarray(row * COLUMNS, (row + 1) * COLUMNS)
    return a! + b! * c! + (region! % 3 === 1 ? 0.25 : 0)
  })
  const of = (value: (score: number, row: number) => number): Float32Array => Float32Array.from(score, value)
  return {
    score: of((value) => value),
    positive: of((value) => value + 0.5),
    count: of((value) => Math.floor(value * 3)),
    binary: of((value, row) => Number(row % 11 === 0 ? value <= 0.9 : value > 0.9)),
    class: of((value) => Number(value > 0.7) + Number(value > 1.1)),
    grade: of((value) => Math.min(3, Math.floor(value * 2))),
    survival: of((value, row) => (row % 3 === 0 ? -1 : 1) * (value + 0.5)),
    lower: of((value) => value + 0.5),
    upper: of((value, row) => (row % 4 === 0 ? Infinity : value + 0.75)),
  }
}

/** The cells of at least 0.4 as compressed rows. */
export function compressRows(x: Float32Array): {
  indptr: Uint32Array
  indices: Uint32Array
  values: Float32Array
} {
  const [offsets, indices, values]: [number[], number[], number[]] = [[0], [], []]
  for (const [index, value] of x.entries()) {
    if (value >= 0.4) {
      indices.push(index % COLUMNS)
      values.push(value)
    }
    if (index % COLUMNS === COLUMNS - 1) offsets.push(values.length)
  }
  return {
    indptr: Uint32Array.from(offsets),
    indices: Uint32Array.from(indices),
    values: Float32Array.from(values),
  }
}

/** 32-bit floats from base64. */
export const decodeFloats = (text: string): Float32Array =>
  new Float32Array(Uint8Array.from(Buffer.from(text, 'base64')).buffer)
