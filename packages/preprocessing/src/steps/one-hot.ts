import { numberColumn } from '@claims/frame'
import { z } from 'zod'
import { columnSelectorSchema, selectColumnsOf } from '../column-selector.ts'
import { defineStep } from '../define-step.ts'
import { freeName } from '../free-name.ts'
import { codesIn, countLevels, indexLevels } from '../levels.ts'
import { readCategory } from '../read-column.ts'
import type { StepDefinition } from '../step.ts'

const missingLevel = '(missing)'

const parameters = z.strictObject({
  columns: columnSelectorSchema.default('category'),
  maximum_levels: z.int().min(1).default(50),
  drop_source: z.boolean().default(true),
})

const state = z.object({
  drop_source: z.boolean(),
  columns: z.array(
    z.object({
      column: z.string(),
      levels: z.array(z.string()),
      /** Names of the outputs, where one of `<column>=<level>` was taken. */
      names: z.array(z.string()).optional(),
    }),
  ),
})

/**
 * One 0/1 column `<name>=<level>` per level seen at fit (`<name>=<level>_2` where that name is taken), levels in
 * alphabetical order. Missing is a level,
 * `(missing)`, where it was seen at fit. Unknown levels, missing that was not seen, and levels beyond the
 * `maximum_levels` most frequent give zeros in all columns.
 */
export const oneHot: StepDefinition = defineStep({
  kind: 'one_hot',
  parameters,
  state,
  learn({ columns, maximum_levels, drop_source }, input) {
    const table = new Map(input.frame.entries())
    const taken = new Set(input.frame.names)
    return {
      drop_source,
      columns: selectColumnsOf(columns, input, ['category']).map((column) => {
        const category = readCategory(table, column)
        const { counts, missing } = countLevels(category)
        const seen = category.levels
          .map((level, code) => ({ level, count: counts[code]! }))
          .filter(({ count }) => count > 0)
          .sort((a, b) => b.count - a.count || (a.level < b.level ? -1 : 1))
          .slice(0, maximum_levels)
          .map(({ level }) => level)
        if (missing > 0 && !seen.includes(missingLevel)) seen.push(missingLevel)
        const levels = seen.sort()
        const names = levels.map((level) => freeName(`${column}=${level}`, taken))
        const usual = names.every((name, i) => name === `${column}=${levels[i]!}`)
        return usual ? { column, levels } : { column, levels, names }
      }),
    }
  },
  behave({ drop_source, columns: learnt }) {
    const lookups = learnt.map(({ column, levels, names }) => ({
      column,
      names: names ?? levels.map((level) => `${column}=${level}`),
      index: indexLevels(levels),
      missing: levels.indexOf(missingLevel),
    }))
    return {
      outputs: lookups.flatMap(({ column, names }) => names.map((name) => [name, [column]] as const)),
      drops: drop_source ? lookups.map(({ column }) => column) : [],
      apply(columns, rows) {
        for (const { column, names, index, missing } of lookups) {
          const codes = codesIn(readCategory(columns, column), index, names.length)
          const indicators = names.map(() => new Float64Array(rows))
          for (let i = 0; i < rows; i++) {
            const code = codes[i]!
            const indicator = indicators[code < 0 ? missing : code]
            if (indicator !== undefined) indicator[i] = 1
          }
          if (drop_source) columns.delete(column)
          for (let j = 0; j < names.length; j++) columns.set(names[j]!, numberColumn(indicators[j]!))
        }
      },
    }
  },
})
