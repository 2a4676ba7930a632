import { numberColumn, quantiles } from '@claims/frame'
import { z } from 'zod'
import { columnSelectorSchema, selectColumnsOf } from '../column-selector.ts'
import { defineStep } from '../define-step.ts'
import { readNumbers } from '../read-column.ts'
import type { StepDefinition } from '../step.ts'

const parameters = z
  .strictObject({
    columns: columnSelectorSchema.default('number'),
    lower: z.number().min(0).max(1).default(0.01),
    upper: z.number().min(0).max(1).default(0.99),
  })
  .refine(({ lower, upper }) => lower < upper, { path: ['lower'], message: 'must be below upper' })

const state = z.object({
  columns: z.array(z.object({ column: z.string(), low: z.number(), high: z.number() })),
})

/**
 * Moves values outside the two quantiles at fit (interpolated linearly) to the nearer one. Missing stays missing; a
 * column without any value at fit stays as it is.
 */
export const clipQuantiles: StepDefinition = defineStep({
  kind: 'clip_quantiles',
  parameters,
  state,
  learn({ columns, lower, upper }, input) {
    const table = new Map(input.frame.entries())
    return {
      columns: selectColumnsOf(columns, input, ['number'])
        .map((column) => {
          const [low = NaN, high = NaN] = quantiles(readNumbers(table, column), [lower, upper])
          return { column, low, high }
        })
        .filter(({ low }) => !Number.isNaN(low)),
    }
  },
  behave({ columns: limits }) {
    return {
      outputs: new Map(limits.map(({ column }) => [column, [column]])),
      apply(columns, rows) {
        for (const { column, low, high } of limits) {
          const values = readNumbers(columns, column)
          const clipped = new Float64Array(rows)
          for (let i = 0; i < rows; i++) {
            const value = values[i]!
            clipped[i] = value < low ? low : value > high ? high : value
          }
          columns.set(column, numberColumn(clipped))
        }
      },
    }
  },
})
