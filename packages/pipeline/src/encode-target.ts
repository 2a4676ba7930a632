import { ClaimsError, type Blueprint, type Finding } from '@claims/contracts'
import { cellAt, isMissing, type Cell, type Frame } from '@claims/frame'

/** The label as 0 and 1. */
export interface EncodedTarget {
  /** 0 or 1, length rows; 0 where the label is missing. */
  readonly target: Uint8Array
  /** 1 where the label is missing. */
  readonly missing: Uint8Array
  readonly findings: readonly Finding[]
}

/**
 * Turns the label column into 0 and 1 by the blueprint's rule.
 *
 * @param frame holds the label column
 * @param blueprint its `label` says which raw values are positive
 * @returns target and missing flags, each of length frame.rows
 * @throws ClaimsError `label_absent`; `label_invalid` when a value is neither positive nor the declared negative
 */
export function encodeTarget(frame: Frame, blueprint: Blueprint): EncodedTarget {
  const { column: name } = blueprint.label
  if (!frame.has(name)) {
    throw new ClaimsError('label_absent', `The label column "${name}" is not in the data`, {
      problems: [{ field: name, problem: 'is absent', allowed: `one of ${frame.names.join(', ')}` }],
    })
  }
  const column = frame.column(name)
  const isPositive = positiveTest(blueprint)
  const byCell = new Map<Cell, 0 | 1>()
  const target = new Uint8Array(frame.rows)
  const missing = new Uint8Array(frame.rows)
  const findings: Finding[] = []
  for (let row = 0; row < frame.rows; row++) {
    if (isMissing(column, row)) {
      missing[row] = 1
      findings.push({
        row,
        field: name,
        value: null,
        rule: 'label',
        problem: 'has no label',
        allowed: 'a label in every training row',
        severity: 'error',
      })
      continue
    }
    const cell = cellAt(column, row)
    let value = byCell.get(cell)
    if (value === undefined) {
      value = isPositive(cell, row) ? 1 : 0
      byCell.set(cell, value)
    }
    target[row] = value
  }
  return { target, missing, findings }
}

function positiveTest({ label }: Blueprint): (cell: Cell, row: number) => boolean {
  const { positive, negative } = label
  if (typeof positive === 'object') return (cell) => Number(cell) > positive.greater_than
  return (cell, row) => {
    const text = String(cell)
    if (text === String(positive)) return true
    if (negative !== undefined && text !== String(negative)) {
      throw new ClaimsError(
        'label_invalid',
        `The label "${label.column}" holds ${JSON.stringify(cell)} in row ${String(row + 1)}`,
        {
          problems: [
            {
              field: label.column,
              problem: `holds ${JSON.stringify(cell)} in row ${String(row + 1)}`,
              allowed: `${String(positive)} (positive) or ${String(negative)}`,
            },
          ],
        },
      )
    }
    return false
  }
}

/** How the positive class is written in reports: the value, or `> limit`. */
export function positiveText(blueprint: Blueprint): string {
  const { positive } = blueprint.label
  return typeof positive === 'object' ? `> ${String(positive.greater_than)}` : String(positive)
}
