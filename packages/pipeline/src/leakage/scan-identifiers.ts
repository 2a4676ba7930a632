import type { Column, LeakageFinding } from '@claims/contracts'
import { scanLeakage } from '@claims/leakage'
import { numberColumn, Frame, type FrameColumn } from '@claims/frame'
import type { TrainingData } from '../data/read-training-data.ts'

/**
 * Shows what an inferred blueprint's identifier columns would have told the model, had they been features. They are
 * excluded by their role already; the findings say why that matters.
 *
 * @param data accepted rows of an inferred blueprint
 * @param seed of the scan
 * @returns findings with action `excluded`; none for an explicit blueprint
 */
export function scanIdentifiers(data: TrainingData, seed: number): LeakageFinding[] {
  if (data.blueprint.origin !== 'inferred') return []
  return data.blueprint.columns
    .filter((column) => column.role === 'id' && data.frame.has(column.name))
    .flatMap((column) => {
      const values = asFeature(data.frame.column(column.name))
      const declared: Column = {
        ...column,
        role: values.kind === 'number' ? 'numeric' : 'categorical',
        type: values.kind === 'number' ? 'number' : 'category',
      }
      return scanLeakage({
        frame: Frame.fromColumns(new Map([[column.name, values]])),
        target: data.target,
        columns: [declared],
        seed,
        labelColumn: data.blueprint.label.column,
      })
        .filter((finding) => finding.column === column.name && finding.kind !== 'post_outcome_name')
        .map((finding) => ({
          ...finding,
          action: 'excluded' as const,
          message: `${finding.message} It is no feature: its role is id.`,
        }))
    })
}

/** Identifiers are read as text; those that are all numbers are judged as numbers. */
function asFeature(column: FrameColumn): FrameColumn {
  if (column.kind !== 'text') return column
  const numbers = Float64Array.from(column.values, (value) =>
    value === null || value.trim() === '' ? NaN : Number(value),
  )
  const numeric = column.values.every((value, row) => value === null || !Number.isNaN(numbers[row]))
  if (numeric) return numberColumn(numbers)
  const levels = [...new Set(column.values.filter((value) => value !== null))]
  const code = new Map(levels.map((level, i) => [level, i]))
  return {
    kind: 'category',
    levels,
    codes: Int32Array.from(column.values, (value) => (value === null ? -1 : (code.get(value) ?? -1))),
  }
}
