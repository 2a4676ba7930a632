import { numberColumn } from '@claims/frame'
import {
  columnSelectorSchema,
  defineStep,
  freeName,
  readTimestamps,
  selectColumnsOf,
  type StepDefinition,
} from '@claims/preprocessing'
import { z } from 'zod'
import { civilDate, dayNumber, dayOfWeek, hourOf, isoWeek } from '../calendar.ts'

interface DatePart {
  /** From epoch milliseconds. */
  readonly read: (milliseconds: number) => number
  /** Values in one turn, and the first of them; absent where the part does not turn. */
  readonly cycle?: { readonly length: number; readonly first: number }
}

const month = (milliseconds: number): number => civilDate(dayNumber(milliseconds)).month

const dateParts = {
  year: { read: (t) => civilDate(dayNumber(t)).year },
  month: { read: month, cycle: { length: 12, first: 1 } },
  day: { read: (t) => civilDate(dayNumber(t)).day, cycle: { length: 31, first: 1 } },
  day_of_week: { read: (t) => dayOfWeek(dayNumber(t)), cycle: { length: 7, first: 0 } },
  is_weekend: { read: (t) => (dayOfWeek(dayNumber(t)) >= 5 ? 1 : 0) },
  hour: { read: hourOf, cycle: { length: 24, first: 0 } },
  week: { read: (t) => isoWeek(dayNumber(t)), cycle: { length: 53, first: 1 } },
  quarter: { read: (t) => Math.ceil(month(t) / 3), cycle: { length: 4, first: 1 } },
  season: { read: (t) => Math.floor((month(t) % 12) / 3) + 1, cycle: { length: 4, first: 1 } },
} as const satisfies Record<string, DatePart>

const partSchema = z.enum([
  'year',
  'month',
  'day',
  'day_of_week',
  'is_weekend',
  'hour',
  'week',
  'quarter',
  'season',
])

const parameters = z.strictObject({
  columns: columnSelectorSchema.default('timestamp'),
  parts: z.array(partSchema).min(1).default(['month', 'day_of_week', 'is_weekend']),
  cyclic: z.boolean().default(false),
  drop_source: z.boolean().default(true),
})

const state = z.object({
  columns: z.array(z.string()),
  parts: z.array(partSchema),
  cyclic: z.boolean(),
  drop_source: z.boolean(),
  /** Names of the outputs in order, where one of the usual ones was taken. */
  names: z.array(z.string()).optional(),
})

/**
 * Parts of a moment, UTC, as number columns `<name>_<part>`: day_of_week 0 Monday ... 6 Sunday, ISO week 1-53, season
 * 1 December-February ... 4 September-November, the rest as on the calendar. With `cyclic` the parts that turn become
 * `<name>_<part>_sin` and `<name>_<part>_cos`. Missing stays missing.
 */
export const datePartsStep: StepDefinition = defineStep({
  kind: 'date_parts',
  parameters,
  state,
  learn({ columns, ...rest }, input): z.infer<typeof state> {
    const learnt = { ...rest, columns: [...selectColumnsOf(columns, input, ['timestamp'])] }
    const taken = new Set(input.frame.names)
    const usual = usualOutputs(learnt).map(({ name }) => name)
    const names = usual.map((name) => freeName(name, taken))
    return names.every((name, i) => name === usual[i]) ? learnt : { ...learnt, names }
  },
  behave({ names: given, ...learnt }) {
    const { columns: names, drop_source } = learnt
    const outputs = usualOutputs(learnt).map((output, i) => ({ ...output, name: given?.[i] ?? output.name }))
    return {
      outputs: outputs.map(({ name, column }) => [name, [column]] as const),
      drops: drop_source ? names : [],
      apply(columns, rows) {
        for (const { name, column, read } of outputs) {
          const moments = readTimestamps(columns, column)
          const values = new Float64Array(rows)
          for (let i = 0; i < rows; i++) {
            const moment = moments[i]!
            values[i] = Number.isNaN(moment) ? NaN : read(moment)
          }
          columns.set(name, numberColumn(values))
        }
        if (drop_source) for (const name of names) columns.delete(name)
      },
    }
  },
})

interface PartsOfColumns {
  readonly columns: readonly string[]
  readonly parts: readonly (keyof typeof dateParts)[]
  readonly cyclic: boolean
}

function usualOutputs({ columns, parts, cyclic }: PartsOfColumns): PartOutput[] {
  return columns.flatMap((column) =>
    parts.flatMap((part) => outputsOf(`${column}_${part}`, { part: dateParts[part], cyclic, column })),
  )
}

interface PartOutput {
  readonly name: string
  readonly column: string
  readonly read: (milliseconds: number) => number
}

function outputsOf(
  name: string,
  { part, cyclic, column }: { part: DatePart; cyclic: boolean; column: string },
): PartOutput[] {
  const { read, cycle } = part
  if (!cyclic || cycle === undefined) return [{ name, column, read }]
  const angle = (t: number): number => (2 * Math.PI * (read(t) - cycle.first)) / cycle.length
  return [
    { name: `${name}_sin`, column, read: (t) => Math.sin(angle(t)) },
    { name: `${name}_cos`, column, read: (t) => Math.cos(angle(t)) },
  ]
}
