import { ClaimsError, type Blueprint, type Finding } from '@claims/contracts'
import { cellAt, isMissing, type Cell, type Frame } from '@claims/frame'
import { labelClasses, type LabelClass } from '@claims/ingestion'

/** The label as 0 and 1. */
export interface EncodedTarget {
  /** 0 or 1, length rows; 0 where the label is missing. */
  readonly target: Uint8Array
  /** 1 where the label is missing. */
  readonly missing: Uint8Array
  readonly findings: readonly Finding[]
}

const mostShown = 20

/**
 * Turns the label column into 0 and 1 by the blueprint's rule; values are compared as `labelClasses` says.
 *
 * @param frame holds the label column
 * @param blueprint its `label` says which raw values are positive
 * @returns target and missing flags, each of length frame.rows
 * @throws ClaimsError `label_absent`; `label_invalid` with all values and counts when one is neither positive nor
 *   negative nor said to be unknown
 */
export function encodeTarget(frame: Frame, blueprint: Blueprint): EncodedTarget {
  const { column: name } = blueprint.label
  if (!frame.has(name)) {
    throw new ClaimsError('label_absent', `The label column "${name}" is not in the data`, {
      problems: [{ field: name, problem: 'is absent', allowed: `one of ${frame.names.join(', ')}` }],
    })
  }
  const column = frame.column(name)
  const classOf = labelClasses(blueprint.label)
  const byCell = new Map<Cell, LabelClass>()
  const target = new Uint8Array(frame.rows)
  const missing = new Uint8Array(frame.rows)
  const findings: Finding[] = []
  const strange = new Set<Cell>()
  for (let row = 0; row < frame.rows; row++) {
    const cell = isMissing(column, row) ? null : cellAt(column, row)
    if (!byCell.has(cell)) byCell.set(cell, cell === null ? 'missing' : classOf(cell))
    const found = byCell.get(cell)
    if (found === 'positive') target[row] = 1
    else if (found === 'missing') {
      missing[row] = 1
      findings.push(noLabel(name, row, cell))
    } else if (found === undefined) strange.add(cell)
  }
  if (strange.size > 0) throw strangeLabel(frame, blueprint, strange)
  return { target, missing, findings }
}

function noLabel(field: string, row: number, value: Cell): Finding {
  return {
    row,
    field,
    value: typeof value === 'string' ? shorten(value) : value,
    rule: 'label',
    problem: value === null ? 'has no label' : 'has a label that says that the outcome is not known',
    allowed: 'a label in every training row',
    severity: 'error',
  }
}

function strangeLabel(frame: Frame, { label }: Blueprint, strange: ReadonlySet<Cell>): ClaimsError {
  const column = frame.column(label.column)
  const counts = new Map<Cell, number>()
  let first = -1
  for (let row = 0; row < frame.rows; row++) {
    if (isMissing(column, row)) continue
    const cell = cellAt(column, row)
    counts.set(cell, (counts.get(cell) ?? 0) + 1)
    if (first < 0 && strange.has(cell)) first = row
  }
  const list = (cells: Iterable<Cell>): string => {
    const all = [...cells]
    const shown = all
      .slice(0, mostShown)
      .map((cell) => `${shorten(String(cell))} (${String(counts.get(cell))})`)
    return shown.join(', ') + (all.length > mostShown ? `, and ${String(all.length - mostShown)} more` : '')
  }
  const problem = `holds ${list(counts.keys())}; ${list(strange)} is neither positive nor negative, first in row ${String(first + 1)}`
  const negative = label.negative === undefined ? [] : [label.negative].flat()
  return new ClaimsError('label_invalid', `The label "${label.column}" ${problem}`, {
    problems: [
      {
        field: label.column,
        problem,
        allowed: `${positiveValue(label)} (positive) or ${negative.map(String).join(', ')}; name others in "negative" or "missing" of the label (--negative, --missing-label)`,
      },
    ],
  })
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text
}

function positiveValue({ positive }: Blueprint['label']): string {
  return typeof positive === 'object' ? `> ${String(positive.greater_than)}` : String(positive)
}

/** How the positive class is written in reports: the value, or `> limit`. */
export function positiveText(blueprint: Blueprint): string {
  return positiveValue(blueprint.label)
}
