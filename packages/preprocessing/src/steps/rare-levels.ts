import { codedColumn } from '@claims/frame'
import { z } from 'zod'
import { columnSelectorSchema, selectColumnsOf } from '../column-selector.ts'
import { defineStep } from '../define-step.ts'
import { codesIn, countLevels, indexLevels } from '../levels.ts'
import { readCategory } from '../read-column.ts'
import type { StepDefinition } from '../step.ts'

const parameters = z.strictObject({
  columns: columnSelectorSchema.default('category'),
  minimum_share: z.number().min(0).max(1).default(0.01),
  minimum_count: z.int().min(1).optional(),
  other: z.string().min(1).default('(other)'),
})

const state = z.object({
  other: z.string(),
  columns: z.array(z.object({ column: z.string(), levels: z.array(z.string()) })),
})

/**
 * Joins levels that fewer than `minimum_share` of the fitted rows (or fewer than `minimum_count` rows) have into the
 * level `other`. A level unseen at fit goes to `other` as well, also when no level was rare. Missing stays missing.
 */
export const rareLevels: StepDefinition = defineStep({
  kind: 'rare_levels',
  parameters,
  state,
  learn({ columns, minimum_share, minimum_count = 1, other }, input) {
    const table = new Map(input.frame.entries())
    const needed = Math.max(minimum_share * input.frame.rows, minimum_count)
    return {
      other,
      columns: selectColumnsOf(columns, input, ['category']).map((column) => {
        const category = readCategory(table, column)
        const { counts } = countLevels(category)
        const kept = category.levels.filter((level, code) => counts[code]! >= needed && level !== other)
        return { column, levels: kept.sort() }
      }),
    }
  },
  behave({ other, columns: kept }) {
    const lookups = kept.map(({ column, levels }) => ({
      column,
      levels: [...levels, other],
      index: indexLevels(levels),
    }))
    return {
      outputs: new Map(kept.map(({ column }) => [column, [column]])),
      apply(columns) {
        for (const { column, levels, index } of lookups) {
          const codes = codesIn(readCategory(columns, column), index, levels.length - 1)
          columns.set(column, codedColumn(codes, levels))
        }
      },
    }
  },
})
