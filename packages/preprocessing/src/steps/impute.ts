import { numberColumn, quantile } from '@claims/frame'
import { z } from 'zod'
import { columnSelectorSchema, selectColumnsOf } from '../column-selector.ts'
import { defineStep } from '../define-step.ts'
import { freeName } from '../free-name.ts'
import { readColumn, readNumbers } from '../read-column.ts'
import type { StepDefinition } from '../step.ts'

const parameters = z
  .strictObject({
    columns: columnSelectorSchema.default('number'),
    strategy: z.enum(['median', 'mean', 'constant']).default('median'),
    value: z.number().optional(),
    missing_flags: z.boolean().default(true),
  })
  .refine((p) => (p.strategy === 'constant') === (p.value !== undefined), {
    path: ['value'],
    message: 'is needed with strategy "constant" and goes with no other',
  })

const state = z.object({
  columns: z.array(z.object({ column: z.string(), fill: z.number(), flag: z.string().nullable() })),
})

/**
 * Fills missing numbers with the median, mean or a constant; booleans become 0 and 1 on the way. A column without any
 * value at fit is filled with 0. Columns that had missing values at fit get a 0/1 column `<name>_missing`, or
 * `<name>_missing_2` and so on where a column of that name is there already.
 */
export const impute: StepDefinition = defineStep({
  kind: 'impute',
  parameters,
  state,
  learn({ columns, strategy, value, missing_flags }, input) {
    const table = new Map(input.frame.entries())
    const taken = new Set(input.frame.names)
    return {
      columns: selectColumnsOf(columns, input, ['number', 'boolean']).map((column) => {
        const values = readNumbers(table, column)
        const fill =
          strategy === 'constant' ? value! : strategy === 'mean' ? meanOf(values) : quantile(values, 0.5)
        const flagged = missing_flags && hasMissing(values)
        const flag = flagged ? freeName(`${column}_missing`, taken) : null
        return { column, fill: Number.isNaN(fill) ? 0 : fill, flag }
      }),
    }
  },
  behave({ columns: fills }) {
    const outputs = fills.flatMap(({ column, flag }) =>
      (flag === null ? [column] : [column, flag]).map((name) => [name, [column]] as const),
    )
    return {
      outputs,
      apply(columns, rows) {
        for (const { column, fill, flag } of fills) {
          const values = readNumbers(columns, column)
          let filled = values
          const flags = flag === null ? null : new Float64Array(rows)
          for (let i = 0; i < rows; i++) {
            if (!Number.isNaN(values[i]!)) continue
            if (filled === values) filled = values.slice()
            filled[i] = fill
            if (flags !== null) flags[i] = 1
          }
          const source = readColumn(columns, column)
          if (source.kind !== 'number' || filled !== values) columns.set(column, numberColumn(filled))
          if (flag !== null && flags !== null) columns.set(flag, numberColumn(flags))
        }
      },
    }
  },
})

function meanOf(values: Float64Array): number {
  let sum = 0
  let n = 0
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i]!)) continue
    sum += values[i]!
    n++
  }
  return sum / n
}

function hasMissing(values: Float64Array): boolean {
  for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i]!)) return true
  return false
}
