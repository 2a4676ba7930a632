import { z } from 'zod'
import { blueprintSchema } from './blueprint.ts'
import { bundleFormatVersionSchema } from './bundle-format.ts'
import { columnTypeSchema } from './column.ts'
import { labelMaturitySchema } from './evaluation.ts'
import { recordByName } from './record-by-name.ts'

/** The content of `manifest.json`: what a bundle is, where it comes from, and the hash of its every file. */
export const manifestSchema = z.object({
  format_version: bundleFormatVersionSchema,
  name: z.string(),
  blueprint: blueprintSchema,
  /** Raw columns that scoring reads. */
  input_schema: z.array(z.object({ name: z.string(), type: columnTypeSchema, required: z.boolean() })),
  /** Features of the model in the model's order, each with the raw columns it comes from. */
  features: z.array(z.object({ name: z.string(), sources: z.array(z.string()) })),
  model: z.object({ kind: z.string(), candidate: z.string() }),
  library_versions: z.record(z.string(), z.string()),
  data: z.object({
    source: z.string(),
    sha256: z.string(),
    rows: z.int(),
    rejected_rows: z.int(),
    positives: z.int(),
  }),
  /** Null where every labelled row counts, and in older files. */
  label_maturity: labelMaturitySchema.nullable().default(null),
  seed: z.int(),
  /** What trained; null where the caller did not say, and in older files. */
  product: z
    .object({
      version: z.string(),
      /** Of the product's own repository; null where it is installed. */
      commit: z.string().nullable(),
    })
    .nullable()
    .default(null),
  /** Commit of the repository in which the data lay; null where it lay in none, and in older files. */
  data_commit: z.string().nullable().default(null),
  /** Of files of formats 1 and 2: the commit of the folder in which training was started, whatever lay there. */
  git_commit: z.string().nullable().optional(),
  created_at: z.iso.datetime(),
  files: recordByName(z.object({ sha256: z.string(), bytes: z.int() })),
  headline: z.object({
    roc_auc: z.number(),
    roc_auc_lower: z.number(),
    roc_auc_upper: z.number(),
    promotable: z.boolean(),
    /** Why it may not be promoted; empty where it may, absent in files of format 1. */
    reasons: z.array(z.string()).optional(),
    /** What each reason is about, in the same order (`constraint`, `leak`, ...); absent in older files. */
    reason_kinds: z.array(z.string()).optional(),
  }),
})
/** The content of `manifest.json`. */
export type Manifest = z.infer<typeof manifestSchema>
