import type { LevelSketch } from '@claims/contracts'
import type { FrameColumn } from '../column.ts'
import { cellAt, columnLength, isMissing } from '../column.ts'
import { addCell, addMark, jointSums, sumsOf, type JointSums, type Marks } from './marks.ts'

/** Levels that a sketch lists at most. */
const mostLevels = 200

/**
 * Sketches the levels of a category or truth value with their labels and scores: the 200 most frequent, and the others
 * together.
 *
 * @param column a category, truth value or text, one cell per row
 * @param marks labels and scores of the rows
 */
export function sketchLevels(column: FrameColumn, marks: Marks): LevelSketch {
  const rows = columnLength(column)
  const codeOf = new Map<string, number>()
  const codes = new Int32Array(rows)
  if (column.kind === 'category') column.levels.forEach((level, code) => codeOf.set(level, code))
  for (let row = 0; row < rows; row++) {
    if (column.kind === 'category') codes[row] = column.codes[row]!
    else if (isMissing(column, row)) codes[row] = -1
    else {
      const level = String(cellAt(column, row))
      const code = codeOf.get(level) ?? codeOf.size
      codeOf.set(level, code)
      codes[row] = code
    }
  }
  const size = codeOf.size
  const counts = new Float64Array(size + 1)
  const sums = jointSums(size + 1)
  for (let row = 0; row < rows; row++) {
    const cell = codes[row]! < 0 ? size : codes[row]!
    counts[cell]! += 1
    addMark(sums, cell, marks, row)
  }
  const levels = [...codeOf].filter(([, code]) => counts[code]! > 0)
  return listed({ levels, counts, sums, missing: size, unlisted: [], unlistedAtMost: 0 }, true)
}

/**
 * The sketch of two parts together. A level that one of them does not list may have up to `unlisted_at_most` more rows
 * than are counted here.
 *
 * @returns a sketch whose `joint` is null where one of the two has none
 */
export function mergeLevels(a: LevelSketch, b: LevelSketch): LevelSketch {
  const codeOf = new Map<string, number>()
  for (const level of [...a.levels, ...b.levels]) if (!codeOf.has(level)) codeOf.set(level, codeOf.size)
  const size = codeOf.size
  const [other, missing] = [size, size + 1]
  const counts = new Float64Array(size + 2)
  const sums = jointSums(size + 2)
  for (const part of [a, b]) {
    const joint = sumsOf(part.joint, part.rows.length)
    part.rows.forEach((count, i) => {
      const level = part.levels[i]
      const cell = level === undefined ? (i === part.levels.length ? other : missing) : codeOf.get(level)!
      counts[cell]! += count
      addCell(sums, cell, joint, i)
    })
  }
  const unlistedAtMost = a.unlisted_at_most + b.unlisted_at_most
  return listed(
    { levels: [...codeOf], counts, sums, missing, unlisted: [other], unlistedAtMost },
    a.joint !== null && b.joint !== null,
  )
}

interface Counted {
  readonly levels: readonly (readonly [level: string, cell: number])[]
  readonly counts: Float64Array
  readonly sums: JointSums
  /** Cell of the rows without a value. */
  readonly missing: number
  /** Cells of levels that have no name here. */
  readonly unlisted: readonly number[]
  readonly unlistedAtMost: number
}

function listed(counted: Counted, withJoint: boolean): LevelSketch {
  const { counts, sums, missing } = counted
  const ordered = [...counted.levels].sort(([a, m], [b, n]) => counts[n]! - counts[m]! || (a < b ? -1 : 1))
  const kept = ordered.slice(0, mostLevels)
  const dropped = ordered.slice(mostLevels).map(([, cell]) => cell)
  const others = [...dropped, ...counted.unlisted]
  const cells = [...kept.map(([, cell]) => cell), others, missing]
  const total = (values: Float64Array): number[] =>
    cells.map((cell) =>
      typeof cell === 'number' ? values[cell]! : cell.reduce((sum, each) => sum + values[each]!, 0),
    )
  const largestDropped = dropped.length === 0 ? 0 : counts[dropped[0]!]!
  return {
    kind: 'category',
    levels: kept.map(([level]) => level),
    rows: total(counts),
    joint: withJoint
      ? {
          positives: total(sums.positives),
          scored: total(sums.scored),
          score_millionths: total(sums.millionths),
        }
      : null,
    // A level that was dropped here may have had rows among the unlisted ones of the parts as well.
    unlisted_at_most: counted.unlistedAtMost + largestDropped,
  }
}
