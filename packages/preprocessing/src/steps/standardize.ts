import { numberColumn } from '@claims/frame'
import { z } from 'zod'
import { columnSelectorSchema, selectColumnsOf } from '../column-selector.ts'
import { defineStep } from '../define-step.ts'
import { readNumbers } from '../read-column.ts'
import type { StepDefinition } from '../step.ts'

const parameters = z.strictObject({ columns: columnSelectorSchema.default('number') })

const state = z.object({
  columns: z.array(z.object({ column: z.string(), mean: z.number(), deviation: z.number().nonnegative() })),
})

/**
 * `(x - mean) / standard deviation`, both of the values present at fit, the deviation with divisor n. A column that was
 * constant at fit becomes 0. Missing stays missing. Scaling comes last, after imputing and encoding.
 */
export const standardize: StepDefinition = defineStep({
  kind: 'standardize',
  parameters,
  state,
  learn({ columns }, input) {
    const table = new Map(input.frame.entries())
    return {
      columns: selectColumnsOf(columns, input, ['number', 'boolean']).map((column) => ({
        column,
        ...moments(readNumbers(table, column)),
      })),
    }
  },
  behave({ columns: scales }) {
    return {
      outputs: new Map(scales.map(({ column }) => [column, [column]])),
      apply(columns, rows) {
        for (const { column, mean, deviation } of scales) {
          const values = readNumbers(columns, column)
          const scaled = new Float64Array(rows)
          for (let i = 0; i < rows; i++) {
            const value = values[i]!
            scaled[i] = deviation > 0 ? (value - mean) / deviation : Number.isNaN(value) ? NaN : 0
          }
          columns.set(column, numberColumn(scaled))
        }
      },
    }
  },
})

/** Two passes, the second correcting the rounding of the first's mean. */
function moments(values: Float64Array): { mean: number; deviation: number } {
  let sum = 0
  let n = 0
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i]!)) continue
    sum += values[i]!
    n++
  }
  if (n === 0) return { mean: 0, deviation: 0 }
  const rough = sum / n
  let rest = 0
  let squares = 0
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i]!)) continue
    const distance = values[i]! - rough
    rest += distance
    squares += distance * distance
  }
  const mean = rough + rest / n
  const variance = Math.max(0, (squares - (rest * rest) / n) / n)
  // Below this bound the variance is rounding error (the bound of scikit-learn's StandardScaler).
  const noise = n * Number.EPSILON * variance + (n * mean * Number.EPSILON) ** 2
  return { mean, deviation: variance <= noise ? 0 : Math.sqrt(variance) }
}
