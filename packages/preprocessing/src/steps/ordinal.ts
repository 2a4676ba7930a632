import { recordByName } from '@claims/contracts'
import { numberColumn } from '@claims/frame'
import { z } from 'zod'
import { selectColumnsOf } from '../column-selector.ts'
import { defineStep } from '../define-step.ts'
import { codesIn, indexLevels } from '../levels.ts'
import { readCategory } from '../read-column.ts'
import type { StepDefinition } from '../step.ts'

const parameters = z
  .strictObject({
    columns: z.array(z.string().min(1)).min(1).optional(),
    levels: recordByName(z.array(z.string()).min(1)),
  })
  .superRefine(({ columns, levels }, context) => {
    for (const column of columns ?? []) {
      if (!Object.hasOwn(levels, column)) {
        context.addIssue({
          code: 'custom',
          path: ['levels', column],
          message: 'needs the order of its levels',
        })
      }
    }
    for (const [column, order] of Object.entries(levels)) {
      if (new Set(order).size < order.length) {
        context.addIssue({ code: 'custom', path: ['levels', column], message: 'names a level twice' })
      }
    }
  })

const state = z.object({ columns: z.array(z.object({ column: z.string(), levels: z.array(z.string()) })) })

/**
 * Replaces a category by the place (0, 1, ...) of its level in a declared order. Unknown and missing become NaN.
 * `columns` defaults to those that `levels` names.
 */
export const ordinal: StepDefinition = defineStep({
  kind: 'ordinal',
  parameters,
  state,
  learn({ columns, levels }, input) {
    return {
      columns: selectColumnsOf(columns ?? Object.keys(levels), input, ['category']).map((column) => ({
        column,
        levels: levels[column]!,
      })),
    }
  },
  behave({ columns: ordered }) {
    const lookups = ordered.map(({ column, levels }) => ({ column, index: indexLevels(levels) }))
    return {
      outputs: new Map(ordered.map(({ column }) => [column, [column]])),
      apply(columns, rows) {
        for (const { column, index } of lookups) {
          const codes = codesIn(readCategory(columns, column), index, -1)
          const values = new Float64Array(rows)
          for (let i = 0; i < rows; i++) values[i] = codes[i]! < 0 ? NaN : codes[i]!
          columns.set(column, numberColumn(values))
        }
      },
    }
  },
})
