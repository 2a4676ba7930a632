import type { Blueprint } from '@claims/contracts'
import { modelColumns } from './fit-features.ts'
import type { TrainingData } from './read-training-data.ts'

/**
 * Takes columns out of an inferred blueprint: their role becomes `ignored`, and steps no longer name them.
 *
 * @param data accepted rows
 * @param names columns that are suspected leaks
 * @returns the data with the changed blueprint; the same data when there are no names
 */
export function excludeColumns(data: TrainingData, names: readonly string[]): TrainingData {
  if (names.length === 0) return data
  const gone = new Set(names)
  const blueprint: Blueprint = {
    ...data.blueprint,
    columns: data.blueprint.columns.map((column) =>
      gone.has(column.name) ? { ...column, role: 'ignored', required: false } : column,
    ),
    steps: data.blueprint.steps.flatMap((step) => {
      if (Object.values(step.parameters).some((value) => typeof value === 'string' && gone.has(value)))
        return []
      const { columns } = step.parameters
      if (!Array.isArray(columns)) return [step]
      const kept = columns.filter((name) => !gone.has(String(name)))
      return kept.length === 0 ? [] : [{ ...step, parameters: { ...step.parameters, columns: kept } }]
    }),
  }
  return {
    ...data,
    blueprint,
    inputs: data.frame.select(modelColumns(blueprint).filter((name) => data.frame.has(name))),
  }
}
