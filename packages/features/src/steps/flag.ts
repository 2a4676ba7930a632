import { ClaimsError } from '@claims/contracts'
import { numberColumn, quantile } from '@claims/frame'
import { defineStep, readNumbers, selectColumnsOf, type StepDefinition } from '@claims/preprocessing'
import { z } from 'zod'
import { columnName } from '../column-name.ts'

const operator = z.enum(['<', '<=', '>', '>='])

const parameters = z
  .strictObject({
    column: columnName,
    operator,
    value: z.number().optional(),
    quantile: z.number().min(0).max(1).optional(),
    output: columnName,
  })
  .refine((p) => (p.value === undefined) !== (p.quantile === undefined), {
    path: ['value'],
    message: 'exactly one of value and quantile is needed',
  })

const state = z.object({ column: z.string(), operator, threshold: z.number(), output: z.string() })

/**
 * 1 where the column compares true to `value`, or to the `quantile` of the fitted rows (interpolated linearly), else 0.
 * Missing stays missing.
 */
export const flag: StepDefinition = defineStep({
  kind: 'flag',
  parameters,
  state,
  learn({ column, operator, value, quantile: q, output }, input) {
    selectColumnsOf([column], input, ['number', 'boolean'])
    const threshold = value ?? quantile(readNumbers(new Map(input.frame.entries()), column), q!)
    if (Number.isNaN(threshold)) {
      throw new ClaimsError('invalid_value', `Column "${column}" has no value to learn a quantile from`, {
        problems: [{ field: column, problem: 'is missing in every row', allowed: 'at least one number' }],
      })
    }
    return { column, operator, threshold, output }
  },
  behave({ column, operator, threshold, output }) {
    const orEqual = operator === '<=' || operator === '>='
    const below = operator === '<' || operator === '<='
    return {
      outputs: new Map([[output, [column]]]),
      apply(columns, rows) {
        const values = readNumbers(columns, column)
        const flags = new Float64Array(rows)
        for (let i = 0; i < rows; i++) {
          const value = values[i]!
          const holds = value === threshold ? orEqual : value < threshold === below
          flags[i] = Number.isNaN(value) ? NaN : holds ? 1 : 0
        }
        columns.set(output, numberColumn(flags))
      },
    }
  },
})
