import { z } from 'zod'
import { columnSchema } from './column.ts'
import { decisionsSchema } from './decisions.ts'
import { foldMetricNames } from './metric-names.ts'
import { recordByName } from './record-by-name.ts'

/** A step of the fitted pipeline: its kind and parameters, checked by the step's own schema. */
export const stepSpecificationSchema = z.strictObject({
  kind: z.string().min(1),
  parameters: z.record(z.string(), z.unknown()).default({}),
})
/** A step of the pipeline, as data. */
export type StepSpecification = z.infer<typeof stepSpecificationSchema>

/** A model that training considers. */
export const candidateSchema = z.strictObject({
  name: z.string().min(1),
  kind: z.string().min(1),
  parameters: z.record(z.string(), z.unknown()).default({}),
  search_space: z.record(z.string(), z.unknown()).default({}),
})
/** A model that training considers. */
export type Candidate = z.infer<typeof candidateSchema>

const operatorSchema = z.enum(['<', '<=', '>', '>=', '==', '!='])

/** A rule between columns of one row; a row where either side is missing is not judged. */
export const businessRuleSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('compare_columns'),
    name: z.string(),
    left: z.string(),
    operator: operatorSchema,
    right: z.string(),
    severity: z.enum(['error', 'warning']),
  }),
  z.strictObject({
    kind: z.literal('compare_value'),
    name: z.string(),
    left: z.string(),
    operator: operatorSchema,
    value: z.union([z.number(), z.string()]),
    severity: z.enum(['error', 'warning']),
  }),
  z.strictObject({
    kind: z.literal('within_years'),
    name: z.string(),
    column: z.string(),
    years: z.number().positive(),
    severity: z.enum(['error', 'warning']),
  }),
  z.strictObject({
    kind: z.literal('sum_equals'),
    name: z.string(),
    parts: z.array(z.string()).min(2),
    total: z.string(),
    tolerance: z.number().nonnegative(),
    severity: z.enum(['error', 'warning']),
  }),
])
/** A rule between columns of one row. */
export type BusinessRule = z.infer<typeof businessRuleSchema>

/** Which raw label values are the positive class. */
const positiveSchema = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.strictObject({ greater_than: z.number() }),
])

/** How the label becomes 0 or 1. */
const labelSchema = z.strictObject({
  column: z.string().min(1),
  positive: positiveSchema,
  /** Where given, any other value than positive and negative is an error; else every other value is negative. */
  negative: z
    .union([
      z.string(),
      z.number(),
      z.boolean(),
      z.array(z.union([z.string(), z.number(), z.boolean()])).min(1),
    ])
    .optional(),
  /** Values that say that the outcome is not known; such rows are left out and counted. */
  missing: z.array(z.string()).default([]),
  /** Days until an outcome can be trusted. */
  maturity_days: z.number().nonnegative().max(36_500).default(0),
})

/** How files of this use case are written, where it cannot be told from the file. */
export const readingSchema = z.strictObject({
  /** 1-based line of the header. */
  header_row: z.int().min(1).optional(),
  encoding: z.enum(['utf-8', 'windows-1252', 'iso-8859-1', 'utf-16le', 'utf-16be']).optional(),
  /** Decimal sign of columns whose own cells leave it open. */
  decimal: z.enum(['point', 'comma']).optional(),
  /** Order of day, month and year in columns whose own cells leave it open. */
  dates: z.enum(['dmy', 'mdy', 'ymd']).optional(),
})
/** How files of this use case are written. */
export type Reading = z.infer<typeof readingSchema>

/** How rows are split into training, folds and test. */
const splitSchema = z.strictObject({
  kind: z.enum(['stratified', 'grouped', 'time']),
  test_share: z.number().gt(0).lt(1).default(0.2),
  folds: z.int().min(2).max(50).default(5),
  /** Share of the latest rows in the out-of-time test that stands beside a split that is not by time. */
  out_of_time_share: z.number().gt(0).lt(1).default(0.2),
})

/** What errors and reviews cost, in one currency. */
export const costsSchema = z.strictObject({
  /** Null where nobody named one: amounts are then shown bare. */
  currency: z.string().min(1).nullable().default(null),
  false_negative: z.number().nonnegative(),
  /** Extra cost of a needless review, on top of the review itself. */
  false_positive: z.number().nonnegative(),
  manual_review: z.number().nonnegative(),
})
/** What errors and reviews cost. */
export type Costs = z.infer<typeof costsSchema>

/** Lower edges of the risk bands on the calibrated probability. */
export const bandsSchema = z
  .strictObject({ medium: z.number(), high: z.number(), critical: z.number() })
  .refine((b) => 0 < b.medium && b.medium < b.high && b.high < b.critical && b.critical < 1, {
    message: 'must satisfy 0 < medium < high < critical < 1',
  })

/** What a model must reach before it may be promoted. */
const selectionConstraintsSchema = z.strictObject({
  min_recall: z.number().min(0).max(1).optional(),
  min_accuracy: z.number().min(0).max(1).optional(),
  max_false_positive_rate: z.number().min(0).max(1).optional(),
  min_roc_auc: z.number().min(0).max(1).optional(),
})
/** What a model must reach before it may be promoted. */
export type SelectionConstraints = z.infer<typeof selectionConstraintsSchema>

/** One use case as data: columns, label, split, checks, steps, candidates, costs and policies. */
export const blueprintSchema = z.strictObject({
  format_version: z.literal(1),
  name: z.string().regex(/^[a-z][a-z0-9-]*$/),
  version: z.int().min(1).default(1),
  description: z.string().default(''),
  /** Inferred blueprints exclude a suspected leak; explicit ones stop at it. */
  origin: z.enum(['explicit', 'inferred']).default('explicit'),
  columns: z.array(columnSchema).min(1),
  label: labelSchema,
  reading: readingSchema.prefault({}),
  /** Columns whose values together occur once. */
  unique_keys: z.array(z.array(z.string()).min(1)).default([]),
  split: splitSchema,
  quality: z
    .strictObject({
      minimum_score: z.number().min(0).max(1).default(0.85),
      maximum_null_share: z.number().min(0).max(1).default(0.15),
      maximum_duplicate_share: z.number().min(0).max(1).default(0.01),
    })
    .prefault({}),
  business_rules: z.array(businessRuleSchema).default([]),
  /** Steps in order: cleaning, features, encoding. Scaling is added last by the models that need it. */
  steps: z.array(stepSpecificationSchema).default([]),
  candidates: z.array(candidateSchema).min(1),
  calibration: z.enum(['auto', 'sigmoid', 'isotonic', 'none']).default('auto'),
  /** Null where nobody gave them: then nothing is said in money. */
  costs: costsSchema.nullable().default(null),
  policy: z
    .strictObject({
      bands: bandsSchema.default({ medium: 0.3, high: 0.6, critical: 0.8 }),
      decisions: decisionsSchema.default([
        { from: 0, decision: 'auto_approve' },
        { from: 'threshold', decision: 'manual_review' },
      ]),
    })
    .prefault({}),
  selection: z
    .strictObject({
      metric: z.enum(foldMetricNames).default('roc_auc'),
      constraints: selectionConstraintsSchema.default({}),
    })
    .prefault({}),
  /** Reason code and sentence by raw column; a feature inherits those of the column it comes from. */
  reasons: recordByName(z.strictObject({ code: z.string(), reason: z.string() })).default({}),
  fairness: z
    .strictObject({ columns: z.array(z.string()).default([]), minimum_group_rows: z.int().default(50) })
    .prefault({}),
})
/** One use case as data. */
export type Blueprint = z.infer<typeof blueprintSchema>
/** A blueprint as written by hand, defaults left out. */
export type BlueprintInput = z.input<typeof blueprintSchema>
