import { numberColumn, type FrameColumn } from '@claims/frame'
import {
  defineStep,
  readNumbers,
  readTimestamps,
  selectColumnsOf,
  type StepDefinition,
} from '@claims/preprocessing'
import type { z } from 'zod'

/** A kind that computes one number column row by row and learns nothing. */
export interface NumberFeatureRecipe<TParameters> {
  readonly kind: string
  readonly parameters: z.ZodType<TParameters>
  /** Kind of the columns it reads; `number` takes boolean columns too, as 0 and 1. */
  readonly reads: 'number' | 'timestamp'
  /** Columns it reads, in order. */
  sources(parameters: TParameters): readonly string[]
  /** Fills `result` from the sources' values; NaN is missing on both sides. */
  compute(parameters: TParameters, values: readonly Float64Array[], result: Float64Array): void
}

/**
 * Makes a step of a number feature; its state is its parameters.
 *
 * @throws ClaimsError when fitted: `unknown_column`, `invalid_blueprint`
 */
export function defineNumberFeature<TParameters extends { readonly output: string }>(
  recipe: NumberFeatureRecipe<TParameters>,
): StepDefinition {
  const { kind, parameters, reads } = recipe
  const kinds: readonly FrameColumn['kind'][] = reads === 'number' ? ['number', 'boolean'] : ['timestamp']
  const read = reads === 'number' ? readNumbers : readTimestamps
  return defineStep<TParameters, TParameters>({
    kind,
    parameters,
    state: parameters,
    learn(given, input) {
      selectColumnsOf(recipe.sources(given), input, kinds)
      return given
    },
    behave(given) {
      const sources = recipe.sources(given)
      return {
        outputs: new Map([[given.output, [...new Set(sources)]]]),
        apply(columns, rows) {
          const result = new Float64Array(rows)
          recipe.compute(
            given,
            sources.map((name) => read(columns, name)),
            result,
          )
          columns.set(given.output, numberColumn(result))
        },
      }
    },
  })
}
