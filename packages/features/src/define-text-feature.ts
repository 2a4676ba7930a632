import { numberColumn } from '@claims/frame'
import { defineStep, readTexts, selectColumnsOf, type StepDefinition } from '@claims/preprocessing'
import type { z } from 'zod'

/** A kind that computes one number from one text and learns nothing. */
export interface TextFeatureRecipe<TParameters> {
  readonly kind: string
  readonly parameters: z.ZodType<TParameters>
  /** The number of a text. A missing text is read as the empty one: files write both as an empty cell. */
  measure(parameters: TParameters): (text: string) => number
}

/**
 * Makes a step of a text feature; its state is its parameters.
 *
 * @throws ClaimsError when fitted: `unknown_column`, `invalid_blueprint`
 */
export function defineTextFeature<TParameters extends { readonly column: string; readonly output: string }>(
  recipe: TextFeatureRecipe<TParameters>,
): StepDefinition {
  const { kind, parameters } = recipe
  return defineStep<TParameters, TParameters>({
    kind,
    parameters,
    state: parameters,
    learn(given, input) {
      selectColumnsOf([given.column], input, ['text', 'category'])
      return given
    },
    behave(given) {
      const measure = recipe.measure(given)
      const { column, output } = given
      return {
        outputs: new Map([[output, [column]]]),
        apply(columns, rows) {
          const textAt = readTexts(columns, column)
          const values = new Float64Array(rows)
          for (let i = 0; i < rows; i++) values[i] = measure(textAt(i) ?? '')
          columns.set(output, numberColumn(values))
        },
      }
    },
  })
}
