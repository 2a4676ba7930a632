import { z } from 'zod'

/** What a column is for; `columnRoles` says what follows from it. */
export const columnRoleSchema = z.enum([
  'id',
  'entity',
  'event_time',
  'numeric',
  'categorical',
  'date',
  'text',
  'document',
  'label',
  'sensitive',
  'post_outcome',
  'ignored',
])
/** What a column is for. */
export type ColumnRole = z.infer<typeof columnRoleSchema>

/** What follows from a column's role. */
export interface RoleFacts {
  /** Whether a step may read the column when it names it. */
  readonly stepsMayRead: boolean
  /** Whether steps that select columns by kind take it, and what is left of it at their end is a feature. */
  readonly isFeature: boolean
  /** Whether an empty cell is an answer, such as "no documents", and not a gap in the data. */
  readonly mayBeEmpty: boolean
  /** Whether it is known only after the outcome: judged in training, never asked for in scoring. */
  readonly afterOutcome: boolean
}

const closed: RoleFacts = { stepsMayRead: false, isFeature: false, mayBeEmpty: false, afterOutcome: false }
const feature: RoleFacts = { ...closed, stepsMayRead: true, isFeature: true }

/**
 * The one table of roles: who may read a column, and whether it becomes a feature. A document becomes one through the
 * steps that count and search in it; the event time becomes one only through a step that names it.
 *
 * @example
 * blueprint.columns.filter(({ role }) => columnRoles[role].isFeature)
 */
export const columnRoles: Readonly<Record<ColumnRole, RoleFacts>> = Object.freeze({
  id: closed,
  entity: closed,
  event_time: { ...closed, stepsMayRead: true },
  numeric: feature,
  categorical: feature,
  date: feature,
  text: feature,
  document: { ...feature, mayBeEmpty: true },
  label: { ...closed, afterOutcome: true },
  sensitive: closed,
  post_outcome: { ...closed, afterOutcome: true },
  ignored: closed,
})

/** How a column is stored. */
export const columnTypeSchema = z.enum(['number', 'category', 'text', 'timestamp', 'boolean'])
/** How a column is stored. */
export type ColumnType = z.infer<typeof columnTypeSchema>

/** How the numbers of a column are written as text. A number of JSON or Parquet is read as it is. */
export const numberFormatSchema = z.strictObject({
  decimal: z.enum(['point', 'comma']).default('point'),
  /** What stands between groups of three digits. */
  grouping: z.enum(['none', 'comma', 'point', 'space', 'apostrophe']).default('none'),
  /** The one currency sign or code that a cell may carry; it is taken off. */
  currency: z.string().min(1).optional(),
  /** Whether cells carry a percent sign; `12.3%` is 12.3. */
  percent: z.boolean().default(false),
})
/** How the numbers of a column are written as text. */
export type NumberFormat = z.infer<typeof numberFormatSchema>

/** One column of the raw data: its name, what it is for, how it is stored and what is allowed in it. */
export const columnSchema = z.strictObject({
  name: z.string().min(1),
  role: columnRoleSchema,
  type: columnTypeSchema,
  description: z.string().optional(),
  unit: z.string().optional(),
  /** Whether the column must be there and filled in every row. */
  required: z.boolean().default(false),
  /** Used where the value is absent, before any check; only for optional columns. */
  default: z.union([z.string(), z.number(), z.boolean()]).optional(),
  integer: z.boolean().default(false),
  minimum: z.number().optional(),
  exclusive_minimum: z.number().optional(),
  maximum: z.number().optional(),
  allowed: z.array(z.string()).optional(),
  pattern: z.string().optional(),
  /** How its numbers are written; plain decimal points where absent. */
  number_format: numberFormatSchema.optional(),
  /** How its dates are written: `dmy`, `mdy`, `ymd` or a pattern such as `DD.MM.YYYY`; ISO 8601 where absent. */
  date_format: z.string().min(1).optional(),
  /** Cells that mean "missing", compared after trimming; the empty cell always does. */
  missing_tokens: z.array(z.string()).default([]),
  /** Other names accepted at the edge; the value is multiplied by `multiply` where given. */
  aliases: z.array(z.strictObject({ name: z.string().min(1), multiply: z.number().optional() })).default([]),
  /** Why a suspected leak is nevertheless a feature. */
  accept_leak: z.string().min(1).optional(),
})
/** One column of the raw data. */
export type Column = z.infer<typeof columnSchema>

/**
 * The column that has a role which at most one column has: the id, the entity, the event time.
 *
 * @param columns of a blueprint
 * @param role such as `id`
 * @returns the column, or undefined where none has the role
 * @example
 * columnOfRole(blueprint.columns, 'event_time')?.name
 */
export function columnOfRole(columns: readonly Column[], role: ColumnRole): Column | undefined {
  return columns.find((column) => column.role === role)
}

/**
 * Columns that a claim to score may have: all but what is known only after the outcome.
 *
 * @param columns of a blueprint
 */
export function claimColumns(columns: readonly Column[]): Column[] {
  return columns.filter(({ role }) => !columnRoles[role].afterOutcome)
}
