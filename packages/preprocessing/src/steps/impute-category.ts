import { codedColumn } from '@claims/frame'
import { z } from 'zod'
import { columnSelectorSchema, selectColumnsOf } from '../column-selector.ts'
import { defineStep } from '../define-step.ts'
import { countLevels } from '../levels.ts'
import { readCategory } from '../read-column.ts'
import type { StepDefinition } from '../step.ts'

const parameters = z.strictObject({
  columns: columnSelectorSchema.default('category'),
  strategy: z.enum(['level', 'mode']).default('level'),
  level: z.string().min(1).default('(missing)'),
})

const state = z.object({ columns: z.array(z.object({ column: z.string(), level: z.string() })) })

/**
 * Gives missing categories a level: `level` itself, or with `mode` the most frequent level at fit (the first in
 * alphabetical order of equals; `level` where none was seen). Other levels, unknown ones included, stay.
 */
export const imputeCategory: StepDefinition = defineStep({
  kind: 'impute_category',
  parameters,
  state,
  learn({ columns, strategy, level }, input) {
    const table = new Map(input.frame.entries())
    return {
      columns: selectColumnsOf(columns, input, ['category']).map((column) => {
        if (strategy === 'level') return { column, level }
        const category = readCategory(table, column)
        const { counts } = countLevels(category)
        let best = -1
        for (let code = 0; code < counts.length; code++) {
          if (counts[code] === 0) continue
          const more = best < 0 || counts[code]! > counts[best]!
          const earlier =
            best >= 0 && counts[code] === counts[best] && category.levels[code]! < category.levels[best]!
          if (more || earlier) best = code
        }
        return { column, level: category.levels[best] ?? level }
      }),
    }
  },
  behave({ columns: fills }) {
    return {
      outputs: new Map(fills.map(({ column }) => [column, [column]])),
      apply(columns, rows) {
        for (const { column, level } of fills) {
          const { codes, levels } = readCategory(columns, column)
          let filled = codes
          let allLevels = levels
          let code = -1
          for (let i = 0; i < rows; i++) {
            if (codes[i]! >= 0) continue
            if (filled === codes) {
              filled = codes.slice()
              code = levels.indexOf(level)
              if (code < 0) {
                code = levels.length
                allLevels = [...levels, level]
              }
            }
            filled[i] = code
          }
          if (filled !== codes) columns.set(column, codedColumn(filled, allLevels))
        }
      },
    }
  },
})
