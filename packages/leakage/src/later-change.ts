import { missingBoolean, type FrameColumn } from '@claims/frame'
import { evenlySpaced } from './evenly-spaced.ts'

/** How a column differs between training and later rows. */
export interface LaterChange {
  /** `constant`: one value in the later rows; `unseen`: values that training does not hold. */
  readonly kind: 'constant' | 'unseen'
  /** Share of the later rows that it concerns. */
  readonly share: number
}

const leastUnseenShare = 0.5
const mostLevelsPerRow = 0.2
const chance = 1e-6
const mostRows = 50_000

/**
 * Whether a column stops to vary, or holds mostly values that training does not know. Numbers are unseen when outside
 * the training range. A constant counts only when the training rows make it unlikely (1e-6) to come about by chance;
 * nearly unique categories and text are not judged, and neither are moments, which always move on. Looks at no
 * more than 50,000 evenly spaced rows of each side.
 *
 * @param column the column
 * @param allTrainRows 0-based
 * @param allLaterRows 0-based
 */
export function findLaterChange(
  column: FrameColumn,
  allTrainRows: Uint32Array,
  allLaterRows: Uint32Array,
): LaterChange | null {
  if (column.kind === 'timestamp' || column.kind === 'text') return null
  const trainRows = evenlySpaced(allTrainRows, mostRows)
  const laterRows = evenlySpaced(allLaterRows, mostRows)
  const valueOf = numericCell(column)
  const later = summarise(valueOf, laterRows)
  if (later.present === 0) return null
  if (later.lowest === later.highest) {
    let same = 0
    for (let i = 0; i < trainRows.length; i++) if (valueOf(trainRows[i]!) === later.lowest) same++
    const share = same / trainRows.length
    const present = summarise(valueOf, trainRows)
    const varies = present.lowest !== present.highest
    if (varies && share ** later.present < chance) {
      return same === 0 ? { kind: 'unseen', share: 1 } : { kind: 'constant', share: 1 }
    }
    return null
  }
  const unseen =
    column.kind === 'category'
      ? unseenLevels(column.codes, { levels: column.levels.length, trainRows, laterRows })
      : outsideRange(valueOf, { train: summarise(valueOf, trainRows), laterRows })
  const share = unseen / later.present
  return share >= leastUnseenShare ? { kind: 'unseen', share } : null
}

function numericCell(column: Exclude<FrameColumn, { kind: 'text' }>): (row: number) => number {
  if (column.kind === 'category') {
    const { codes } = column
    return (row) => (codes[row]! < 0 ? NaN : codes[row]!)
  }
  if (column.kind === 'boolean') {
    const { values } = column
    return (row) => (values[row] === missingBoolean ? NaN : values[row]!)
  }
  const { values } = column
  return (row) => values[row]!
}

interface Summary {
  readonly present: number
  readonly lowest: number
  readonly highest: number
}

function summarise(valueOf: (row: number) => number, rows: Uint32Array): Summary {
  let present = 0
  let lowest = Infinity
  let highest = -Infinity
  for (let i = 0; i < rows.length; i++) {
    const value = valueOf(rows[i]!)
    if (value !== value) continue
    present++
    if (value < lowest) lowest = value
    if (value > highest) highest = value
  }
  return { present, lowest, highest }
}

function unseenLevels(
  codes: Int32Array,
  rows: { levels: number; trainRows: Uint32Array; laterRows: Uint32Array },
): number {
  const seen = new Uint8Array(rows.levels)
  let distinct = 0
  for (let i = 0; i < rows.trainRows.length; i++) {
    const code = codes[rows.trainRows[i]!]!
    if (code < 0 || seen[code] === 1) continue
    seen[code] = 1
    distinct++
  }
  if (distinct > mostLevelsPerRow * rows.trainRows.length) return 0
  let unseen = 0
  for (let i = 0; i < rows.laterRows.length; i++) {
    const code = codes[rows.laterRows[i]!]!
    if (code >= 0 && seen[code] === 0) unseen++
  }
  return unseen
}

function outsideRange(
  valueOf: (row: number) => number,
  rows: { train: Summary; laterRows: Uint32Array },
): number {
  if (rows.train.present === 0) return 0
  let outside = 0
  for (let i = 0; i < rows.laterRows.length; i++) {
    const value = valueOf(rows.laterRows[i]!)
    if (value < rows.train.lowest || value > rows.train.highest) outside++
  }
  return outside
}
