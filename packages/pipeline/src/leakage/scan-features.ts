import { columnRoles, type Column, type LeakageFinding, type StepSpecification } from '@claims/contracts'
import { scanLeakage } from '@claims/leakage'
import { createRandom } from '@claims/frame'
import { fitSteps } from '@claims/preprocessing'
import { stepDefinitions } from '@claims/scoring'
import { columnsRead } from '../blueprint/columns-read.ts'
import type { TrainingData } from '../data/read-training-data.ts'

/**
 * Judges what steps make of documents and of the event time: a count of documents, a word that is searched in them, the
 * days between two moments. The columns themselves say little of that, a list of file names above all.
 *
 * @param data accepted rows
 * @param seed of the scan
 * @returns findings that name the raw column, and the feature in their text
 */
function scanDerived(data: TrainingData, seed: number): LeakageFinding[] {
  const { blueprint } = data
  const watched = new Set(
    blueprint.columns
      .filter(
        ({ name, role }) => data.inputs.has(name) && (role === 'document' || !columnRoles[role].isFeature),
      )
      .map(({ name }) => name),
  )
  const steps = stepsFrom(watched, data)
  if (watched.size === 0 || steps.length === 0) return []
  const { fitted, frame } = fitSteps(stepDefinitions, steps, {
    frame: data.inputs,
    target: data.target,
    context: {
      roles: new Map(blueprint.columns.map(({ name, role }) => [name, role])),
      random: createRandom(seed).split('derived'),
      groups: data.groups,
    },
  })
  const derived = [...fitted.sources].flatMap(([name, sources]) => {
    const source = sources.find((each) => watched.has(each))
    const kind = frame.has(name) ? frame.column(name).kind : 'text'
    return source === undefined || (kind !== 'number' && kind !== 'category') ? [] : [{ name, source, kind }]
  })
  const sourceOf = new Map(derived.map(({ name, source }) => [name, source]))
  return scanLeakage({
    frame: frame.select(derived.map(({ name }) => name)),
    target: data.target,
    columns: derived.map(({ name, kind }) => featureColumn(name, kind)),
    labelColumn: blueprint.label.column,
    seed,
  })
    .filter(({ kind }) => kind === 'suspicious_single_feature')
    .map((finding) => {
      const source = sourceOf.get(finding.column ?? '') ?? finding.column
      return { ...finding, column: source, message: `Of ${source ?? ''} is made: ${finding.message}` }
    })
}

/** Steps that read a watched column, or what such steps make, and need nothing else that is made. */
function stepsFrom(watched: ReadonlySet<string>, { blueprint, inputs }: TrainingData): StepSpecification[] {
  const made = new Set<string>()
  return blueprint.steps.filter((step) => {
    const read = columnsRead(step)
    const { output } = step.parameters
    if (step.kind === 'drop' || usesTarget(step)) return false
    if (!read.some((name) => watched.has(name) || made.has(name))) return false
    if (!read.every((name) => inputs.has(name) || made.has(name))) return false
    if (typeof output === 'string') made.add(output)
    return true
  })
}

function usesTarget({ kind }: StepSpecification): boolean {
  return stepDefinitions.some((definition) => definition.kind === kind && definition.usesTarget)
}

function featureColumn(name: string, type: 'number' | 'category'): Column {
  return {
    name,
    role: type === 'number' ? 'numeric' : 'categorical',
    type,
    required: false,
    integer: false,
    missing_tokens: [],
    aliases: [],
  }
}

/**
 * Everything that the leakage scan judges: the columns that become features, and what steps make of documents and of
 * the event time.
 *
 * @returns findings with action `reported`
 */
export function scanFeatures(data: TrainingData, seed: number): LeakageFinding[] {
  const columns = scanLeakage({
    frame: data.frame,
    target: data.target,
    columns: data.blueprint.columns,
    seed,
    labelColumn: data.blueprint.label.column,
  })
  return [...columns, ...scanDerived(data, seed)]
}
