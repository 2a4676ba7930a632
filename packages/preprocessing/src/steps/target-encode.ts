import { Frame, numberColumn, type CategoryColumn } from '@claims/frame'
import { z } from 'zod'
import { assignFolds } from '../assign-folds.ts'
import { columnSelectorSchema, selectColumnsOf } from '../column-selector.ts'
import { defineStep } from '../define-step.ts'
import { freeName } from '../free-name.ts'
import { codesIn, indexLevels } from '../levels.ts'
import { readCategory } from '../read-column.ts'
import type { Columns, StepDefinition } from '../step.ts'

const parameters = z.strictObject({
  columns: columnSelectorSchema.default('category'),
  smoothing: z.number().nonnegative().default(20),
  folds: z.int().min(2).max(50).default(5),
})

const rate = z.number().min(0).max(1)
const state = z.object({
  prior: rate,
  columns: z.array(
    z.object({
      column: z.string(),
      levels: z.array(z.string()),
      rates: z.array(rate),
      missing: rate.nullable(),
      /** Name of the output, where `<column>_target_rate` was taken. */
      output: z.string().optional(),
    }),
  ),
})

const usualOutput = (column: string): string => `${column}_target_rate`
const outputOf = (learnt: { readonly column: string; readonly output?: string | undefined }): string =>
  learnt.output ?? usualOutput(learnt.column)

/**
 * Replaces a category by the smoothed rate of the label among the rows of its level,
 * `(positives + prior * smoothing) / (rows + smoothing)`, in a column `<name>_target_rate`, or one with a
 * number behind where that name is taken (Micci-Barreca 2001, as an
 * m-estimate). Missing is a level of its own where it was seen at fit; unknown levels, and missing otherwise, get the
 * prior. The rows it is fitted on get the rate of the other folds, shrunk to the prior of all rows: a prior of each fold
 * would tell the fold's own labels.
 */
export const targetEncode: StepDefinition = defineStep({
  kind: 'target_encode',
  parameters,
  state,
  learn({ columns, smoothing }, input) {
    const { target } = input
    const table = new Map(input.frame.entries())
    const prior = meanOf(target)
    const taken = new Set(input.frame.names)
    return {
      prior,
      columns: selectColumnsOf(columns, input, ['category']).map((column) => {
        const category = readCategory(table, column)
        const { rows, positives } = tally(category, target)
        const smoothed = (slot: number): number =>
          (positives[slot]! + prior * smoothing) / (rows[slot]! + smoothing)
        const seen = category.levels
          .map((level, code) => ({ level, code }))
          .filter(({ code }) => rows[code + 1]! > 0)
          .sort((a, b) => (a.level < b.level ? -1 : 1))
        const output = freeName(usualOutput(column), taken)
        return {
          column,
          ...(output === usualOutput(column) ? {} : { output }),
          levels: seen.map(({ level }) => level),
          rates: seen.map(({ code }) => smoothed(code + 1)),
          missing: rows[0]! > 0 ? smoothed(0) : null,
        }
      }),
    }
  },
  behave({ prior, columns: learnt }) {
    const lookups = learnt.map(({ levels, rates, missing, ...named }) => ({
      column: named.column,
      output: outputOf(named),
      index: indexLevels(levels),
      // Slot of code c is c + 1: missing (-1) comes first, unknown (levels.length) last.
      rates: Float64Array.of(missing ?? prior, ...rates, prior),
      unknown: levels.length,
    }))
    return {
      outputs: lookups.map(({ column, output }) => [output, [column]] as const),
      drops: learnt.map(({ column }) => column),
      apply(columns, rows) {
        for (const { column, output, index, rates, unknown } of lookups) {
          const codes = codesIn(readCategory(columns, column), index, unknown)
          const values = new Float64Array(rows)
          for (let i = 0; i < rows; i++) values[i] = rates[codes[i]! + 1]!
          columns.delete(column)
          columns.set(output, numberColumn(values))
        }
      },
    }
  },
  outOfFold({ smoothing, folds: wanted }, { frame, target, context }, { prior, columns: learnt }) {
    const { fold, folds } = assignFolds(target, wanted, context)
    const columns: Columns = new Map(frame.entries())
    for (const each of learnt) {
      const { column } = each
      const category = readCategory(columns, column)
      const { codes } = category
      const slots = category.levels.length + 1
      const all = tally(category, target)
      const rows = new Float64Array(folds * slots)
      const positives = new Float64Array(folds * slots)
      for (let i = 0; i < codes.length; i++) {
        const at = fold[i]! * slots + codes[i]! + 1
        rows[at]!++
        positives[at]! += target[i]!
      }
      const values = new Float64Array(frame.rows)
      for (let i = 0; i < codes.length; i++) {
        const slot = codes[i]! + 1
        const at = fold[i]! * slots + slot
        const others = all.rows[slot]! - rows[at]!
        values[i] =
          others === 0
            ? prior
            : (all.positives[slot]! - positives[at]! + prior * smoothing) / (others + smoothing)
      }
      columns.delete(column)
      columns.set(outputOf(each), numberColumn(values))
    }
    return Frame.fromColumns(columns)
  },
})

/** Rows and positives per slot: missing at 0, code c at c + 1. */
function tally(
  { codes, levels }: CategoryColumn,
  target: Uint8Array,
): { readonly rows: Float64Array; readonly positives: Float64Array } {
  const rows = new Float64Array(levels.length + 1)
  const positives = new Float64Array(levels.length + 1)
  for (let i = 0; i < codes.length; i++) {
    const slot = codes[i]! + 1
    rows[slot]!++
    positives[slot]! += target[i]!
  }
  return { rows, positives }
}

function meanOf(target: Uint8Array): number {
  let sum = 0
  for (let i = 0; i < target.length; i++) sum += target[i]!
  return target.length === 0 ? 0 : sum / target.length
}
