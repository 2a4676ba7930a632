import { ClaimsError, fieldProblems, readLeniently } from '@claims/contracts'
import { Frame } from '@claims/frame'
import type { z } from 'zod'
import type { Columns, FitContext, FittedStep, StepDefinition, StepState, Target } from './step.ts'

/** What a step is fitted on. */
export interface FitInput {
  readonly frame: Frame
  readonly target: Target
  readonly context: FitContext
}

/** What a state does to columns: the moving parts of a fitted step. */
export interface StepBehaviour {
  /** See `FittedStep.outputs`; as pairs, so that two of one name are seen and refused. */
  readonly outputs: ReadonlyMap<string, readonly string[]> | readonly (readonly [string, readonly string[]])[]
  /** See `FittedStep.drops`. */
  readonly drops?: readonly string[]
  /** See `FittedStep.apply`. */
  apply(columns: Columns, rows: number): void
}

/** A kind of step told by its three moments: learning a state, behaving by it, and (with the target) out of fold. */
export interface StepRecipe<TParameters, TState> {
  readonly kind: string
  readonly parameters: z.ZodType<TParameters>
  /** Plain JSON: no NaN, no infinity, no typed arrays. */
  readonly state: z.ZodType<TState>
  learn(parameters: TParameters, input: FitInput): TState
  /** Builds look-up tables once, so that `apply` on one row stays cheap. */
  behave(state: TState): StepBehaviour
  /** Present when the step looks at the target: the fitted rows transformed without their own labels. */
  outOfFold?(parameters: TParameters, input: FitInput, state: TState): Frame
}

/**
 * Makes a kind of step from its recipe. What is fitted is always built from the learnt state, so that a restored step
 * cannot differ from the one that was saved.
 *
 * @throws ClaimsError from the definition's methods: `invalid_blueprint` for parameters, `damaged_bundle` for a state,
 *   `duplicate_column` when an output already exists and is not one of its own sources, or two have one name, `infinite_value` when what is
 *   learnt does not fit the schema of the state (JSON has no number that is not finite)
 */
export function defineStep<TParameters, TState extends StepState>(
  recipe: StepRecipe<TParameters, TState>,
): StepDefinition {
  const { kind } = recipe
  const fitted = (state: TState): FittedStep => {
    const behaviour = recipe.behave(state)
    const { drops = [] } = behaviour
    const outputs = new Map(behaviour.outputs)
    const apply = (columns: Columns, rows: number): void => {
      behaviour.apply(columns, rows)
    }
    return {
      kind,
      outputs,
      drops,
      apply,
      transform(frame) {
        const columns: Columns = new Map(frame.entries())
        apply(columns, frame.rows)
        return Frame.fromColumns(columns)
      },
      toState: () => structuredClone(state),
    }
  }
  const learnt = (state: TState): TState => {
    const checked = recipe.state.safeParse(state)
    if (checked.success) return state
    throw new ClaimsError('infinite_value', `The step "${kind}" learns no finite number from these rows`, {
      problems: fieldProblems(checked.error),
    })
  }
  return Object.freeze({
    kind,
    usesTarget: recipe.outOfFold !== undefined,
    parameters: recipe.parameters,
    create(parameters) {
      const parsed = recipe.parameters.safeParse(parameters)
      if (!parsed.success) {
        const problems = fieldProblems(parsed.error)
        const first = problems[0]
        throw new ClaimsError(
          'invalid_blueprint',
          `The parameters of the step "${kind}" are not valid: ${first?.field ?? ''}: ${first?.problem ?? ''}`,
          { problems },
        )
      }
      return {
        kind,
        fitTransform(frame, target, context) {
          const input: FitInput = { frame, target, context }
          const state = learnt(recipe.learn(parsed.data, input))
          refuseRepeats(kind, recipe.behave(state).outputs)
          const step = fitted(state)
          refuseCollisions(step, frame)
          return {
            fitted: step,
            frame: recipe.outOfFold?.(parsed.data, input, state) ?? step.transform(frame),
          }
        },
      }
    },
    restore(state) {
      const parsed = readLeniently(recipe.state, state)
      if (!parsed.success) {
        throw new ClaimsError('damaged_bundle', `The state of the step "${kind}" is not valid`, {
          problems: fieldProblems(parsed.error),
        })
      }
      return fitted(parsed.data)
    },
  } satisfies StepDefinition)
}

function refuseRepeats(kind: string, outputs: StepBehaviour['outputs']): void {
  const seen = new Set<string>()
  for (const [output] of outputs) {
    if (seen.has(output)) throw taken(kind, output, 'twice')
    seen.add(output)
  }
}

function taken(kind: string, output: string, how: string): ClaimsError {
  return new ClaimsError('duplicate_column', `The step "${kind}" makes the column "${output}" ${how}`, {
    problems: [{ field: output, problem: `is made ${how}`, allowed: 'a new name' }],
  })
}

function refuseCollisions(step: FittedStep, frame: Frame): void {
  for (const [output, sources] of step.outputs) {
    if (!frame.has(output) || sources.includes(output)) continue
    throw new ClaimsError(
      'duplicate_column',
      `The step "${step.kind}" makes the column "${output}", which is there already`,
      { problems: [{ field: output, problem: 'exists already', allowed: 'a new name' }] },
    )
  }
}
