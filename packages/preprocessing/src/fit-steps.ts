import { ClaimsError, type ColumnRole, type StepSpecification } from '@claims/contracts'
import { Frame, type Random } from '@claims/frame'
import type { Columns, FittedStep, Step, StepDefinition, StepState, Target } from './step.ts'

/** A fitted step as plain JSON. */
export interface SavedStep {
  readonly kind: string
  readonly state: StepState
}

/** Steps that have learnt, in order. Immutable. */
export interface FittedSteps {
  readonly steps: readonly FittedStep[]
  /** The frame after all steps; every row is treated alone. @throws ClaimsError `missing_column`, `invalid_value` */
  transform(frame: Frame): Frame
  /** Each column that the steps made or replaced and that is left at their end, with the raw columns it comes from. */
  readonly sources: ReadonlyMap<string, readonly string[]>
  /** The raw columns that a column of the result comes from; one that no step touched comes from itself. */
  sourcesOf(name: string): readonly string[]
  /** Plain JSON, enough for `restoreSteps`. */
  toState(): SavedStep[]
}

/** The rows that steps are fitted on. */
export interface FitStepsInput {
  readonly frame: Frame
  /** 0 or 1, length frame.rows. */
  readonly target: Target
  readonly context: {
    readonly roles: ReadonlyMap<string, ColumnRole>
    /** Split once for each step. */
    readonly random: Random
    /** Length frame.rows. */
    readonly groups?: Int32Array | undefined
  }
  /** Steps that the frame has been through already: the result begins with them, and the places of further ones count on. */
  readonly after?: FittedSteps | undefined
}

/**
 * Makes steps from their specifications, before any data is seen.
 *
 * @throws ClaimsError `invalid_blueprint` naming the step and the known kinds, or the parameter
 */
export function createSteps(
  definitions: readonly StepDefinition[],
  specifications: readonly StepSpecification[],
): Step[] {
  const byKind = indexDefinitions(definitions)
  return specifications.map(({ kind, parameters }, i) => {
    const definition = byKind.get(kind)
    if (definition === undefined) {
      throw new ClaimsError('invalid_blueprint', `steps.${String(i)}.kind: there is no step "${kind}"`, {
        problems: [
          {
            field: `steps.${String(i)}.kind`,
            problem: `"${kind}" is no kind of step`,
            allowed: [...byKind.keys()].join(', '),
          },
        ],
      })
    }
    return placed({ i, path: 'parameters.' }, () => definition.create(parameters))
  })
}

/**
 * Fits steps one after the other, each on the result of those before it.
 *
 * @param definitions the kinds to choose from
 * @param specifications the steps in order
 * @param input rows, label and context; each step draws from its own split of `random`
 * @returns the fitted steps, and the fitted rows transformed (out of fold where a step looks at the label)
 * @throws ClaimsError `invalid_blueprint`, `unknown_column`, `duplicate_column`, `length_mismatch`; each names the step
 * @example
 * const { fitted, frame } = fitSteps(preprocessingSteps, [{ kind: 'impute', parameters: {} }], input)
 */
export function fitSteps(
  definitions: readonly StepDefinition[],
  specifications: readonly StepSpecification[],
  input: FitStepsInput,
): { readonly fitted: FittedSteps; readonly frame: Frame } {
  const { target, context, after } = input
  const before = after?.steps ?? []
  for (const [field, length] of [
    ['target', target.length],
    ['groups', context.groups?.length ?? input.frame.rows],
  ] as const) {
    if (length !== input.frame.rows) {
      const problem = `has ${String(length)} rows, the frame has ${String(input.frame.rows)}`
      throw new ClaimsError('length_mismatch', `${field} ${problem}`, { problems: [{ field, problem }] })
    }
  }
  let frame = input.frame
  const steps = createSteps(definitions, specifications).map((step, i) =>
    placed({ i: before.length + i, path: '' }, () => {
      const result = step.fitTransform(frame, target, {
        ...context,
        random: context.random.split(`step-${String(before.length + i)}-${step.kind}`),
      })
      frame = result.frame
      return result.fitted
    }),
  )
  return { fitted: composeSteps([...before, ...steps]), frame }
}

/**
 * Steps from what `FittedSteps.toState` gave.
 *
 * @throws ClaimsError `damaged_bundle` for an unknown kind or a state that does not fit
 */
export function restoreSteps(
  definitions: readonly StepDefinition[],
  states: readonly SavedStep[],
): FittedSteps {
  const byKind = indexDefinitions(definitions)
  return composeSteps(
    states.map(({ kind, state }, i) => {
      const definition = byKind.get(kind)
      if (definition === undefined) {
        throw new ClaimsError('damaged_bundle', `steps.${String(i)}.kind: there is no step "${kind}"`, {
          problems: [
            {
              field: `steps.${String(i)}.kind`,
              problem: `"${kind}" is no kind of step`,
              allowed: [...byKind.keys()].join(', '),
            },
          ],
        })
      }
      return placed({ i, path: 'state.' }, () => definition.restore(state))
    }),
  )
}

function composeSteps(steps: readonly FittedStep[]): FittedSteps {
  const sources = lineage(steps)
  return {
    steps,
    sources,
    sourcesOf: (name) => sources.get(name) ?? [name],
    transform(frame) {
      const columns: Columns = new Map(frame.entries())
      for (const step of steps) step.apply(columns, frame.rows)
      return Frame.fromColumns(columns)
    },
    toState: () => steps.map((step) => ({ kind: step.kind, state: step.toState() })),
  }
}

function lineage(steps: readonly FittedStep[]): ReadonlyMap<string, readonly string[]> {
  const known = new Map<string, readonly string[]>()
  for (const { outputs, drops } of steps) {
    const made = [...outputs].map(
      ([output, parents]) =>
        [output, [...new Set(parents.flatMap((parent) => known.get(parent) ?? [parent]))]] as const,
    )
    for (const name of drops) known.delete(name)
    for (const [output, raw] of made) known.set(output, raw)
  }
  return known
}

function indexDefinitions(definitions: readonly StepDefinition[]): ReadonlyMap<string, StepDefinition> {
  const byKind = new Map<string, StepDefinition>()
  for (const definition of definitions) {
    if (byKind.has(definition.kind)) throw new TypeError(`The step "${definition.kind}" is defined twice`)
    byKind.set(definition.kind, definition)
  }
  return byKind
}

/** Runs a step's own code and puts the step's place before what goes wrong in it. */
function placed<T>({ i, path }: { i: number; path: string }, run: () => T): T {
  try {
    return run()
  } catch (error) {
    if (!(error instanceof ClaimsError)) throw error
    throw new ClaimsError(error.code, `steps.${String(i)}: ${error.message}`, {
      problems: error.problems.map((problem) =>
        path === '' ? problem : { ...problem, field: `steps.${String(i)}.${path}${problem.field}` },
      ),
      cause: error,
    })
  }
}
