import { z } from 'zod'
import { bundleFormatVersionSchema } from './bundle-format.ts'
import { decisionsSchema } from './decisions.ts'
import { leakageFindingSchema } from './finding.ts'
import { metricNames, type MetricName } from './metric-names.ts'
import { thresholdSchema } from './policy.ts'

/** A metric with its interval. */
export const metricSchema = z.object({ value: z.number(), lower: z.number(), upper: z.number() })
/** A metric with its interval. */
export type Metric = z.infer<typeof metricSchema>

/**
 * The metrics of format 1, all of them, and no other: a metric that a newer product adds is passed over by an older
 * one, and one that is added here must be optional, because older files lack it.
 */
const metricsSchema = z.object(
  Object.fromEntries(metricNames.map((name) => [name, metricSchema])) as Record<
    MetricName,
    typeof metricSchema
  >,
)
const foldMetricSchema = metricSchema.extend({ folds: z.array(z.number()) }).optional()
const foldMetricsSchema = z.object(
  Object.fromEntries(metricNames.map((name) => [name, foldMetricSchema])) as Record<
    MetricName,
    typeof foldMetricSchema
  >,
)

/** Metrics of one set of labelled rows. */
export const testEvaluationSchema = z.object({
  rows: z.int(),
  positives: z.int(),
  metrics: metricsSchema,
  confusion: z.object({ tn: z.int(), fp: z.int(), fn: z.int(), tp: z.int() }),
  intervals: z.object({ method: z.string(), level: z.number() }),
  /** ISO date: rows from here on were held out; null where the set is not by time. */
  cutoff: z.string().nullable().optional(),
  note: z.string().optional(),
})
/** Metrics of one set of labelled rows. */
export type TestEvaluation = z.infer<typeof testEvaluationSchema>

/** Cost of a policy on a set of rows, in one currency. */
export const costEvaluationSchema = z.object({
  /** Null where the costs name none. */
  currency: z.string().nullable(),
  total: z.number(),
  per_claim: z.number(),
  /** Its parts: missed positives, reviews, and the extra cost of needless reviews. */
  false_negative_cost: z.number(),
  review_cost: z.number(),
  false_positive_cost: z.number(),
  manual_review_share: z.number(),
  automation_rate: z.number(),
  auto_approved_positives: z.int(),
  auto_approved_positive_share: z.number(),
  /** The cheaper of "review every claim" and "approve every claim". */
  baseline_total: z.number(),
  baseline: z.enum(['review_all', 'approve_all']),
  saved: z.number(),
  /** How sure this is; null in older files. */
  intervals: z
    .object({
      per_claim: z.object({ lower: z.number(), upper: z.number() }),
      saved: z.object({ lower: z.number(), upper: z.number() }),
      /** Share of resampled sets of claims in which the policy saves. */
      saving_share: z.number(),
      level: z.number(),
      method: z.string(),
    })
    .nullable()
    .default(null),
})
/** Cost of a policy on a set of rows. */
export type CostEvaluation = z.infer<typeof costEvaluationSchema>

/** Rows of a measured file that equal rows which the model was fitted on, in every feature. */
const knownRowsSchema = z.object({
  /** Rows of the file that were measured. */
  rows: z.int(),
  /** Of those, known ones; rounded where `exact` is false. */
  known: z.int(),
  share: z.number(),
  lower: z.number(),
  upper: z.number(),
  /** False where the bundle kept a sample of its training rows: then share and interval are estimates. */
  exact: z.boolean(),
  /** The training's own held-out rows, and those among them that equal a training row by chance. */
  chance: z.object({ rows: z.int(), known: z.int() }),
  /** More than chance explains: figures on these rows are no test. */
  beyond_chance: z.boolean(),
})
/** Rows of a measured file that the training knows. */
export type KnownRows = z.infer<typeof knownRowsSchema>

/** Rows whose outcome could not be known yet, and were left out. */
export const labelMaturitySchema = z.object({
  /** Day on which the labels were taken, UTC. */
  as_of: z.iso.date(),
  maturity_days: z.number(),
  /** Last day of which outcomes are trusted: rows of later days were left out. */
  cutoff: z.iso.date(),
  /** Labelled rows that broke no rule and were left out for it. */
  immature_rows: z.int(),
})
/** Rows whose outcome could not be known yet. */
export type LabelMaturity = z.infer<typeof labelMaturitySchema>

/** Which rows `test` is about. */
const measuredOnSchema = z.discriminatedUnion('kind', [
  /** Rows of the training's file that nothing was fitted on. */
  z.object({ kind: z.literal('held_out') }),
  /** A file that was measured later. */
  z.object({
    kind: z.literal('file'),
    source: z.string(),
    /** SHA-256 of the file; absent in older files. */
    sha256: z.string().optional(),
    /** SHA-256 of the manifest of the bundle that was measured; absent in older files. */
    manifest_sha256: z.string().optional(),
    /** Whether it is the training's file, byte by byte. */
    training_file: z.boolean(),
    /** Null where the bundle does not say which rows it was fitted on. */
    known_rows: knownRowsSchema.nullable(),
  }),
])
/** Which rows a test is about. */
export type MeasuredOn = z.infer<typeof measuredOnSchema>

/** A candidate and how it did in cross-validation. */
const candidateEvaluationSchema = z.object({
  name: z.string(),
  kind: z.string(),
  parameters: z.record(z.string(), z.unknown()),
  cross_validation: z.object({
    folds: z.int(),
    intervals: z.object({ method: z.string(), level: z.number() }),
    metrics: foldMetricsSchema,
  }),
  fit_seconds: z.number(),
  selected: z.boolean(),
  /** Where it was measured no further because it could not win: `cross_validation` has the folds until then. */
  stopped: z
    .object({
      /** Folds that it was measured on. */
      after_folds: z.int(),
      reason: z.string(),
    })
    .optional(),
  /** Where candidates were compared on a sample of the training rows: the rows of it that this one was measured on. */
  sample_rows: z.int().optional(),
})
/** A candidate and how it did in cross-validation. */
export type CandidateEvaluation = z.infer<typeof candidateEvaluationSchema>

/** The content of `evaluation.json`. */
export const evaluationSchema = z.object({
  format_version: bundleFormatVersionSchema,
  label: z.string(),
  positive: z.string(),
  rows: z.int(),
  /** Null where every labelled row counts, and in older files. */
  label_maturity: labelMaturitySchema.nullable().default(null),
  seed: z.int(),
  split: z.object({
    kind: z.enum(['stratified', 'grouped', 'time']),
    train_rows: z.int(),
    test_rows: z.int(),
    cutoff: z.string().nullable(),
  }),
  candidates: z.array(candidateEvaluationSchema),
  selection: z.object({
    metric: z.string(),
    rule: z.string(),
    constraints: z.array(
      z.object({ name: z.string(), limit: z.number(), value: z.number(), met: z.boolean() }),
    ),
    /** See `promotability` of `@claims/evaluation`. */
    promotable: z.boolean(),
    /** Why it is not; empty where it is, and in files of format 1. */
    reasons: z.array(z.string()).default([]),
    /** What each reason is about, in the same order (`constraint`, `leak`, ...); absent in older files. */
    reason_kinds: z.array(z.string()).optional(),
    /** How sure the figures are that speak for it, as a sentence; empty in older files. */
    certainty: z.string().default(''),
  }),
  /** False when the interval of the test AUC contains 0.5. */
  learned: z.boolean(),
  measured_on: measuredOnSchema.default({ kind: 'held_out' }),
  test: testEvaluationSchema,
  out_of_time: testEvaluationSchema.nullable(),
  out_of_time_reason: z.string().nullable(),
  external_test: testEvaluationSchema.nullable(),
  /** Where the data was made and its true probabilities are known: what the best possible scores get. */
  best_possible: z.object({ roc_auc: z.number(), share_of_best: z.number().nullable() }).nullable(),
  threshold: thresholdSchema,
  /** Decisions in force; null in older files. */
  decisions: decisionsSchema.nullable().default(null),
  /** Null where nobody gave costs. */
  cost: costEvaluationSchema.nullable(),
  leakage: z.object({ findings: z.array(leakageFindingSchema) }),
  fairness: z.array(
    z.object({
      column: z.string(),
      group: z.string(),
      rows: z.int(),
      positive_rate: z.number(),
      selection_rate: z.number(),
      recall: z.number().nullable(),
      false_positive_rate: z.number().nullable(),
    }),
  ),
  explanations: z.object({
    scale: z.string(),
    rows: z.int(),
    global: z.array(
      z.object({ feature: z.string(), mean_absolute_contribution: z.number(), share: z.number() }),
    ),
  }),
  timings_seconds: z.record(z.string(), z.number()),
  warnings: z.array(z.string()),
})
/** The content of `evaluation.json`. */
export type Evaluation = z.infer<typeof evaluationSchema>
