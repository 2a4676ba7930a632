import type { ReferenceProfile, Sketch } from '@claims/contracts'
import {
  sketchLevels,
  sketchNumbers,
  sketchTexts,
  type Frame,
  type FrameColumn,
  type Marks,
  type Matrix,
} from '@claims/frame'
import { tokenize } from '@claims/preprocessing'

/** The training rows, each with its label and score. */
export interface ProfiledRows extends Marks {
  /** Raw columns that scoring reads. */
  readonly inputs: Frame
  /** What the final model was fitted on: out-of-fold where a step looks at the label. */
  readonly features: Matrix
}

/**
 * Profiles raw columns, features and scores of the training rows, each with labels and scores, as sketches that merge.
 * Features are those that the model was fitted on: a target-encoded one of a row was made without the row's own label,
 * as it is made for a new row, so that later data is not compared with something that knew the answer.
 *
 * @param rows inputs, features, labels and calibrated out-of-fold probabilities (NaN where a row was never tested)
 * @returns the content of `reference-profile.json`
 * @example
 * const profile = referenceProfile({ inputs, features: fitted.matrix, target, score: calibrated })
 */
export function referenceProfile({ inputs, features, target, score }: ProfiledRows): ReferenceProfile {
  const marks = { target, score }
  const { rows, columns: width, values, names } = features
  // Own properties whatever the names: assigning to "__proto__" would make none.
  return {
    format_version: 2,
    rows,
    positives: target.reduce((sum, value) => sum + value, 0),
    features_are: 'out_of_fold',
    columns: Object.fromEntries(
      [...inputs.entries()].map(([name, column]) => [name, sketchColumn(column, marks)]),
    ),
    features: Object.fromEntries(
      names.map((name, j) => [name, sketchNumbers(rows, (row) => values[row * width + j]!, marks)]),
    ),
    score: sketchNumbers(score.length, (row) => score[row]!, marks),
  }
}

function sketchColumn(column: FrameColumn, marks: Marks): Sketch {
  switch (column.kind) {
    case 'number':
    case 'timestamp':
      return sketchNumbers(column.values.length, (row) => column.values[row]!, marks)
    case 'text':
      return sketchTexts(column, marks, tokenize)
    case 'category':
    case 'boolean':
      return sketchLevels(column, marks)
  }
}
