import { cellAt, columnLength, isMissing, type Frame, type FrameColumn, type Matrix } from '@claims/frame'

const grid = 100
const sampleRows = 20_000
const maximumLevels = 200

/** What a column or score looked like in training; monitoring compares later data with it. */
export type ColumnProfile =
  | {
      readonly kind: 'number'
      readonly rows: number
      readonly missing: number
      /** 101 quantiles at 0 %, 1 %, ... 100 % of the values present; empty when none is. */
      readonly quantiles: readonly number[]
      readonly mean: number | null
      readonly sampled_rows: number
    }
  | {
      readonly kind: 'category'
      readonly rows: number
      readonly missing: number
      readonly levels: Readonly<Record<string, number>>
      /** Rows whose level is not among the listed ones. */
      readonly other: number
    }

/** The content of `reference-profile.json`. */
export interface ReferenceProfile {
  readonly format_version: 1
  readonly columns: Readonly<Record<string, ColumnProfile>>
  readonly features: Readonly<Record<string, ColumnProfile>>
  readonly score: ColumnProfile
}

/**
 * Profiles raw columns, features and scores of the training rows. Quantiles come from every k-th row where there are
 * more than 20,000 rows; counts of missing values and levels come from all.
 *
 * @param inputs raw columns, one row per training row
 * @param features matrix of the same rows
 * @param score calibrated out-of-fold probability of the same rows, NaN where a row was never tested
 */
export function referenceProfile(inputs: Frame, features: Matrix, score: Float64Array): ReferenceProfile {
  const columns = [...inputs.entries()].filter(([, column]) => column.kind !== 'text')
  const profiles = features.names.map((name, j) => [
    name,
    numberProfile(features.rows, (row) => features.values[row * features.columns + j]!),
  ])
  return {
    format_version: 1,
    // Own properties whatever the names: assigning to "__proto__" would make none.
    columns: Object.fromEntries(columns.map(([name, column]) => [name, columnProfile(column)])),
    features: Object.fromEntries(profiles) as Record<string, ColumnProfile>,
    score: numberProfile(score.length, (row) => score[row]!),
  }
}

function columnProfile(column: FrameColumn): ColumnProfile {
  if (column.kind === 'number' || column.kind === 'timestamp')
    return numberProfile(column.values.length, (row) => column.values[row]!)
  const rows = columnLength(column)
  const counts = new Map<string, number>()
  let missing = 0
  if (column.kind === 'category') {
    const byCode = new Int32Array(column.levels.length)
    for (const code of column.codes) {
      if (code < 0) missing++
      else byCode[code] = byCode[code]! + 1
    }
    column.levels.forEach((level, code) => byCode[code]! > 0 && counts.set(level, byCode[code]!))
  } else {
    for (let row = 0; row < rows; row++) {
      if (isMissing(column, row)) missing++
      else counts.set(String(cellAt(column, row)), (counts.get(String(cellAt(column, row))) ?? 0) + 1)
    }
  }
  const ordered = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
  const listed = ordered.slice(0, maximumLevels)
  const other = ordered.slice(maximumLevels).reduce((sum, [, count]) => sum + count, 0)
  return { kind: 'category', rows, missing, levels: Object.fromEntries(listed), other }
}

function numberProfile(rows: number, at: (row: number) => number): ColumnProfile {
  const stride = Math.max(1, Math.floor(rows / sampleRows))
  const sample = new Float64Array(Math.ceil(rows / stride))
  let present = 0
  let sum = 0
  let missing = 0
  for (let row = 0; row < rows; row++) {
    const value = at(row)
    if (Number.isNaN(value)) {
      missing++
      continue
    }
    sum += value
    if (row % stride === 0) sample[present++] = value
  }
  const sorted = sample.subarray(0, present).sort()
  const quantiles =
    present === 0 ? [] : Array.from({ length: grid + 1 }, (_, k) => interpolate(sorted, k / grid))
  return {
    kind: 'number',
    rows,
    missing,
    quantiles,
    mean: rows === missing ? null : sum / (rows - missing),
    sampled_rows: present,
  }
}

function interpolate(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1)
  const low = Math.floor(place)
  const below = sorted[low]!
  const above = sorted[Math.min(low + 1, sorted.length - 1)]!
  return below + (above - below) * (place - low)
}
