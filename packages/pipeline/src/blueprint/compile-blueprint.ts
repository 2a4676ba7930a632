import { ClaimsError, columnRoles, type Blueprint, type Candidate } from '@claims/contracts'
import { findDefinition, type Classifier, type ClassifierDefinition, type ModelCatalog } from '@claims/models'
import { createSteps, type StepDefinition } from '@claims/preprocessing'
import { columnsRead } from './columns-read.ts'

/** The kinds that a blueprint may name. */
export interface BlueprintKinds {
  readonly steps: readonly StepDefinition[]
  readonly catalog: ModelCatalog
}

/** A candidate with what fits it. */
export interface CompiledCandidate {
  readonly candidate: Candidate
  readonly definition: ClassifierDefinition
  readonly classifier: Classifier
}

/** A blueprint whose steps and candidates can be made. */
export interface CompiledBlueprint {
  readonly blueprint: Blueprint
  /** In the blueprint's order. */
  readonly candidates: readonly CompiledCandidate[]
}

/** What steps put behind a column's name when they name an output themselves. */
const automaticName = /^(_|=|:)/

/**
 * Makes everything that a blueprint names, before any data is read: what is wrong in it costs no training.
 *
 * @param blueprint as parsed, or as inferred
 * @param kinds the tables of steps and models
 * @returns the candidates with their models, parameters filled in
 * @throws ClaimsError `invalid_blueprint` for an unknown kind, a bad parameter, an output that has the name of a column
 *   or of another output, two candidates of one name; `unknown_column` for a step that reads what neither a column nor
 *   an earlier step gives
 * @example
 * compileBlueprint(claims, { steps: stepDefinitions, catalog: classifierDefinitions() })
 */
export function compileBlueprint(
  blueprint: Blueprint,
  { steps, catalog }: BlueprintKinds,
): CompiledBlueprint {
  createSteps(steps, blueprint.steps)
  requireNames(blueprint)
  const seen = new Set<string>()
  const candidates = blueprint.candidates.map((candidate): CompiledCandidate => {
    if (seen.has(candidate.name))
      throw invalid(`candidates.${candidate.name}`, 'is there twice', 'a name of its own for each candidate')
    seen.add(candidate.name)
    const definition = findDefinition(catalog, candidate.kind)
    if (definition === undefined) {
      throw invalid(
        `candidates.${candidate.name}.kind`,
        `"${candidate.kind}" is unknown: there is no model of that kind`,
        catalog.map(({ kind }) => kind).join(', '),
      )
    }
    return { candidate, definition, classifier: classifierOf(definition, candidate) }
  })
  return { blueprint, candidates }
}

function classifierOf(definition: ClassifierDefinition, { name, parameters }: Candidate): Classifier {
  try {
    return definition.create(parameters)
  } catch (error) {
    if (!(error instanceof ClaimsError)) throw error
    throw new ClaimsError(error.code, `candidates.${name}: ${error.message}`, {
      problems: error.problems.map((problem) => ({
        ...problem,
        field: `candidates.${name}.parameters.${problem.field}`,
      })),
      cause: error,
    })
  }
}

/** Names that steps give and read: an output is new, and what is read is there. */
function requireNames({ columns, label, steps }: Blueprint): void {
  const all = new Set([label.column, ...columns.map(({ name }) => name)])
  const readable = new Set(
    columns.filter(({ role }) => columnRoles[role].stepsMayRead).map(({ name }) => name),
  )
  const taken = new Set(all)
  const made = new Set<string>()
  for (const [i, step] of steps.entries()) {
    const read = columnsRead(step)
    for (const name of read) {
      if (readable.has(name) || made.has(name) || isAutomatic(name, [readable, made])) continue
      const problem = all.has(name) ? 'is a column that steps may not read' : 'is no column'
      throw new ClaimsError('unknown_column', `steps.${String(i)} (${step.kind}): "${name}" ${problem}`, {
        problems: [
          {
            field: `steps.${String(i)}`,
            problem: `"${name}" ${problem}`,
            allowed: [...readable, ...made].slice(0, 20).join(', '),
          },
        ],
      })
    }
    if (step.kind === 'drop') for (const name of read) taken.delete(name)
    const { output } = step.parameters
    if (typeof output !== 'string') continue
    // A step may put its result in the place of what it reads.
    if (taken.has(output) && !read.includes(output)) {
      throw invalid(
        `steps.${String(i)}.parameters.output`,
        `"${output}" is the name of ${all.has(output) ? 'a column' : 'what an earlier step makes'}`,
        'a new name',
      )
    }
    taken.add(output)
    made.add(output)
  }
}

function isAutomatic(name: string, known: readonly ReadonlySet<string>[]): boolean {
  return known.some((names) =>
    [...names].some((source) => name.startsWith(source) && automaticName.test(name.slice(source.length))),
  )
}

function invalid(field: string, problem: string, allowed: string): ClaimsError {
  return new ClaimsError('invalid_blueprint', `${field}: ${problem}`, {
    problems: [{ field, problem, allowed }],
  })
}
