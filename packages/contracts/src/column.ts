import { z } from 'zod'

/** What a column is for. Only `numeric`, `categorical`, `date` and `text` columns become features. */
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
