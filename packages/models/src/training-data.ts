import { ClaimsError } from '@claims/contracts'
import type { Matrix } from '@claims/frame'
import type { Pauses } from './pauses.ts'

/** Cells looked at between two looks at the clock. */
const blockCells = 1 << 18

/**
 * Checks that shapes, labels and weights agree and that both classes are there.
 *
 * @param x rows x columns
 * @param y 0 or 1, length rows
 * @param weights above 0, length rows
 * @throws ClaimsError `empty_data`, `no_features`, `length_mismatch`, `label_invalid`, `label_single_class`, `invalid_value`
 */
export function requireTrainingData(x: Matrix, y: Uint8Array, weights?: Float64Array): void {
  requireShape(x)
  if (x.rows === 0) throw new ClaimsError('empty_data', 'There are no rows to fit on')
  if (x.columns === 0) throw new ClaimsError('no_features', 'There are no columns to fit on')
  requireLength('target', y.length, x.rows)
  requireBothClasses(y)
  if (weights === undefined) return
  requireLength('weights', weights.length, x.rows)
  const bad = weights.findIndex((weight) => !(weight > 0 && weight < Infinity))
  if (bad >= 0) {
    throw new ClaimsError('invalid_value', `weights[${bad}] must be a finite number above 0`, {
      problems: [
        {
          field: 'weights',
          problem: `row ${bad} is not above 0`,
          allowed: 'finite, above 0',
          received: weights[bad]!,
        },
      ],
    })
  }
}

/**
 * Checks that a label holds 0 and 1, each at least once.
 *
 * @param target length rows
 * @returns the number of ones
 * @throws ClaimsError `label_invalid`, `label_single_class`
 */
export function requireBothClasses(target: Uint8Array): number {
  let positives = 0
  for (let i = 0; i < target.length; i++) {
    if (target[i]! > 1) {
      throw new ClaimsError('label_invalid', `target[${i}] is ${target[i]}; it must be 0 or 1`, {
        problems: [
          { field: 'target', problem: `row ${i} is ${target[i]}`, allowed: '0 or 1', received: target[i]! },
        ],
      })
    }
    positives += target[i]!
  }
  if (positives === 0 || positives === target.length) {
    const only = positives === 0 ? 0 : 1
    throw new ClaimsError('label_single_class', `All ${target.length} rows have the label ${only}`, {
      problems: [{ field: 'target', problem: `holds ${only} only`, allowed: 'both 0 and 1' }],
    })
  }
  return positives
}

/** @throws ClaimsError `length_mismatch` unless both lengths are the same */
export function requireLength(field: string, length: number, rows: number): void {
  if (length === rows) return
  throw new ClaimsError('length_mismatch', `${field} has length ${length}; there are ${rows} rows`, {
    problems: [{ field, problem: `has length ${length}`, allowed: `length ${rows}`, received: length }],
  })
}

/**
 * Checks that a matrix has the columns that a model was fitted on, by number and, in order, by name.
 *
 * @throws ClaimsError `length_mismatch` when the number differs, `missing_column` when a name does
 */
export function requireFeatures(x: Matrix, featureNames: readonly string[]): void {
  requireShape(x)
  if (x.columns !== featureNames.length) {
    throw new ClaimsError(
      'length_mismatch',
      `The matrix has ${x.columns} columns; the model was fitted on ${featureNames.length}`,
      {
        problems: [
          { field: 'x', problem: `has ${x.columns} columns`, allowed: `${featureNames.length} columns` },
        ],
      },
    )
  }
  if (x.names === featureNames) return
  for (let j = 0; j < featureNames.length; j++) {
    if (x.names[j] === featureNames[j]) continue
    throw new ClaimsError(
      'missing_column',
      `Column ${j} of the matrix is "${x.names[j]}"; the model was fitted on "${featureNames[j]}" there`,
      {
        problems: [
          {
            field: featureNames[j]!,
            problem: `is not column ${j}`,
            allowed: 'the columns of the fit, in order',
          },
        ],
      },
    )
  }
}

/**
 * Checks every cell, pausing between blocks.
 *
 * @param x the matrix
 * @param missingAllowed whether NaN is a value the model reads
 * @param pauses when to let other work run
 * @throws ClaimsError `infinite_value`, `invalid_value` (NaN), naming column and row
 */
export async function checkCells(x: Matrix, missingAllowed: boolean, pauses: Pauses): Promise<void> {
  for (let from = 0; from < x.values.length; from += blockCells) {
    requireCells(x, missingAllowed, { from, to: Math.min(x.values.length, from + blockCells) })
    if (pauses.due()) await pauses.pause()
  }
}

/**
 * Checks the cells of a range at once; see {@link checkCells}.
 *
 * @param range first and last flat index, the last exclusive; absent means all
 */
export function requireCells(
  x: Matrix,
  missingAllowed: boolean,
  range: { readonly from: number; readonly to: number } = { from: 0, to: x.values.length },
): void {
  const { values } = x
  for (let at = range.from; at < range.to; at++) {
    const value = values[at]!
    if (value - value === 0 || (missingAllowed && value !== value)) continue
    const row = Math.floor(at / x.columns)
    const name = x.names[at % x.columns]!
    const missing = value !== value
    throw new ClaimsError(
      missing ? 'invalid_value' : 'infinite_value',
      `"${name}" is ${missing ? 'missing' : 'infinite'} in row ${row}`,
      {
        problems: [
          {
            field: name,
            problem: `is ${missing ? 'missing' : 'infinite'} in row ${row}`,
            allowed: missingAllowed ? 'a finite number or NaN' : 'a finite number; impute before',
          },
        ],
      },
    )
  }
}

function requireShape(x: Matrix): void {
  if (x.values.length === x.rows * x.columns && x.names.length === x.columns) return
  throw new ClaimsError(
    'length_mismatch',
    `The matrix says ${x.rows} x ${x.columns} and holds ${x.values.length} values and ${x.names.length} names`,
    {
      problems: [
        { field: 'x', problem: 'shape and contents differ', allowed: 'rows * columns values, columns names' },
      ],
    },
  )
}
