import type { Blueprint, StepSpecification } from '@claims/contracts'
import { columnsRead } from '../blueprint/columns-read.ts'
import { modelColumns } from '../blueprint/fit-features.ts'
import type { TrainingData } from '../data/read-training-data.ts'

/** What steps put behind a column's name when they name an output themselves. */
const automaticName = /^(_|=|:)/

/**
 * Takes columns out of an inferred blueprint: their role becomes `ignored`, steps no longer name them, and steps that
 * read what only such steps made go too. A column of role event_time keeps its role: time orders rows and splits them,
 * and only what steps make of it goes.
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
      gone.has(column.name) && column.role !== 'event_time'
        ? { ...column, role: 'ignored', required: false }
        : column,
    ),
    steps: stepsWithout(data.blueprint, gone),
  }
  return {
    ...data,
    blueprint,
    inputs: data.frame.select(modelColumns(blueprint).filter((name) => data.frame.has(name))),
  }
}

function stepsWithout(blueprint: Blueprint, columns: ReadonlySet<string>): StepSpecification[] {
  const gone = new Set(columns)
  const there = new Set(blueprint.columns.map(({ name }) => name).filter((name) => !gone.has(name)))
  const isGone = (name: string): boolean =>
    gone.has(name) || (!there.has(name) && [...gone].some((source) => isMadeOf(name, source)))
  return blueprint.steps.flatMap((step): StepSpecification[] => {
    const { columns: selector, levels, output } = step.parameters
    const named = columnsRead(step)
    const kept = named.filter((name) => !isGone(name))
    // Of a list the rest stays; a step of stated columns cannot work without one of them.
    const listed = Array.isArray(selector) || step.kind === 'ordinal'
    const removed = kept.length < named.length && (!listed || kept.length === 0)
    if (removed) {
      if (typeof output === 'string' && !there.has(output)) gone.add(output)
      return []
    }
    if (typeof output === 'string') there.add(output)
    if (kept.length === named.length) return [step]
    const parameters = { ...step.parameters }
    if (Array.isArray(selector)) parameters['columns'] = kept
    if (typeof levels === 'object' && levels !== null)
      parameters['levels'] = Object.fromEntries(Object.entries(levels).filter(([name]) => !isGone(name)))
    return [{ ...step, parameters }]
  })
}

/** Whether a name is one that a step gives to what it makes of a column, such as `loss_date_month`. */
function isMadeOf(name: string, source: string): boolean {
  return name.startsWith(source) && automaticName.test(name.slice(source.length))
}
