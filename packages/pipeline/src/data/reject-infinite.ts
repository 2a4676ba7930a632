import { ClaimsError } from '@claims/contracts'
import { createRandom, toMatrix, type Frame, type Matrix } from '@claims/frame'
import { fitSteps } from '@claims/preprocessing'
import { infiniteRows, stepDefinitions } from '@claims/scoring'
import { rejectRows } from './reject-rows.ts'
import type { TrainingData } from './read-training-data.ts'

/** Kinds of steps whose result can be larger than what they read. */
const growing: ReadonlySet<string> = new Set(['product', 'ratio', 'sum', 'difference', 'standardize'])

/**
 * Takes out the rows that a blueprint's own steps make infinite, so that one such row does not stop a training. Where no
 * step can make a number larger nothing is computed: raw numbers are checked already.
 *
 * @param data accepted rows
 * @param seed of steps that draw
 * @returns the data without those rows, each of which is counted and told as rejected
 * @throws ClaimsError of the steps
 */
export function rejectInfinite(data: TrainingData, seed: number): TrainingData {
  const { blueprint } = data
  if (!blueprint.steps.some(({ kind }) => growing.has(kind))) return data
  const { fitted, frame } = fitSteps(stepDefinitions, blueprint.steps, {
    frame: data.inputs,
    target: data.target,
    context: {
      roles: new Map(blueprint.columns.map(({ name, role }) => [name, role])),
      random: createRandom(seed).split('infinite'),
      groups: data.groups,
    },
  })
  const sourcesOf = (name: string): readonly string[] => fitted.sourcesOf(name)
  const found = infiniteRows(numbersOf(frame), { columns: blueprint.columns, sourcesOf })
  if (found.size < data.frame.rows) return rejectRows(data, found)
  const [first] = found.get(0) ?? []
  throw new ClaimsError(
    'empty_data',
    `Every row is rejected: ${first?.field ?? ''} ${first?.problem ?? ''}`,
    {
      problems:
        first === undefined ? [] : [{ field: first.field, problem: first.problem, allowed: first.allowed }],
    },
  )
}

function numbersOf(frame: Frame): Matrix {
  const names = [...frame.entries()].filter(([, column]) => column.kind === 'number').map(([name]) => name)
  return toMatrix(frame, names)
}
