import type { NumberSketch } from '@claims/contracts'

/** What is counted beside the rows of a sketch: their labels and scores. */
export interface Marks {
  /** 0 or 1 per row. */
  readonly target: Uint8Array
  /** Probability per row; NaN where a row has none. */
  readonly score: Float64Array
}

/** Sums of a cell, in the order `positives, scored, score_millionths`. */
export interface JointSums {
  readonly positives: Float64Array
  readonly scored: Float64Array
  readonly millionths: Float64Array
}

/** Sums for so many cells. */
export function jointSums(cells: number): JointSums {
  return {
    positives: new Float64Array(cells),
    scored: new Float64Array(cells),
    millionths: new Float64Array(cells),
  }
}

/** Adds a row to a cell. */
// eslint-disable-next-line max-params -- an object per row would be made a million times
export function addMark(sums: JointSums, cell: number, { target, score }: Marks, row: number): void {
  if (target[row] === 1) sums.positives[cell]! += 1
  const probability = score[row]!
  if (Number.isNaN(probability)) return
  sums.scored[cell]! += 1
  sums.millionths[cell]! += Math.round(1e6 * probability)
}

/** Adds one cell's sums to another's. */
// eslint-disable-next-line max-params -- as addMark
export function addCell(into: JointSums, to: number, from: JointSums, cell: number): void {
  into.positives[to]! += from.positives[cell]!
  into.scored[to]! += from.scored[cell]!
  into.millionths[to]! += from.millionths[cell]!
}

/** The sums as a sketch holds them. @param cells in the order of the sketch */
export function jointOf(sums: JointSums, cells: readonly number[]): NonNullable<NumberSketch['joint']> {
  return {
    positives: cells.map((cell) => sums.positives[cell]!),
    scored: cells.map((cell) => sums.scored[cell]!),
    score_millionths: cells.map((cell) => sums.millionths[cell]!),
  }
}

/** The sums of a sketch, one cell each; zeros where it has none. */
export function sumsOf(joint: NumberSketch['joint'], cells: number): JointSums {
  if (joint === null) return jointSums(cells)
  return {
    positives: Float64Array.from(joint.positives),
    scored: Float64Array.from(joint.scored),
    millionths: Float64Array.from(joint.score_millionths),
  }
}
