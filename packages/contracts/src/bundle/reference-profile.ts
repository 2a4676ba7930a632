import { z } from 'zod'
import { recordByName } from '../record-by-name.ts'
import { numberSketchSchema, sketchSchema, type Sketch } from './sketch.ts'

const firstColumnSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('number'),
    rows: z.int(),
    missing: z.int(),
    /** 101 quantiles at 0 %, 1 %, ... 100 % of the values present; empty where there is none. */
    quantiles: z.array(z.number()),
    mean: z.number().nullable(),
    sampled_rows: z.int(),
  }),
  z.strictObject({
    kind: z.literal('category'),
    rows: z.int(),
    missing: z.int(),
    levels: recordByName(z.int()),
    /** Rows whose level is not among the listed ones. */
    other: z.int(),
  }),
])

const secondSchema = z.strictObject({
  format_version: z.literal(2),
  rows: z.int().nonnegative(),
  positives: z.int().nonnegative().nullable(),
  /**
   * `out_of_fold`: where a step looks at the label, a feature was made without the row's own label, as the model saw it;
   * `in_sample`, in files of format 1: with it.
   */
  features_are: z.enum(['out_of_fold', 'in_sample']),
  /** Raw columns that scoring reads. */
  columns: recordByName(sketchSchema),
  /** The model's features. */
  features: recordByName(numberSketchSchema),
  /** Calibrated out-of-fold probabilities. */
  score: numberSketchSchema,
})
/** What the training rows looked like, each part with its labels and scores; monitoring compares later data with it. */
export type ReferenceProfile = z.infer<typeof secondSchema>

/** The content of `reference-profile.json`, of every format that was written. */
export const referenceProfileSchema = z.discriminatedUnion('format_version', [
  z.strictObject({
    format_version: z.literal(1),
    columns: recordByName(firstColumnSchema),
    features: recordByName(firstColumnSchema),
    score: firstColumnSchema,
  }),
  secondSchema,
])
/** The content of `reference-profile.json`. */
export type ReferenceProfileFile = z.infer<typeof referenceProfileSchema>

type FirstColumn = z.infer<typeof firstColumnSchema>

/**
 * A profile in today's form. One of format 1 has quantiles of a sample, no labels and no scores: its cells reach from
 * one quantile to the next, and `joint` is null.
 *
 * @param file the content of `reference-profile.json`
 * @example
 * const profile = upgradeReferenceProfile(parseBundleFile(referenceProfileSchema, json, 'reference-profile.json'))
 */
export function upgradeReferenceProfile(file: ReferenceProfileFile): ReferenceProfile {
  if (file.format_version === 2) return file
  const numbersOf = (profiles: Readonly<Record<string, FirstColumn>>): ReferenceProfile['features'] =>
    Object.fromEntries(
      Object.entries(profiles).flatMap(([name, profile]) =>
        profile.kind === 'number' ? [[name, numberSketch(profile)]] : [],
      ),
    )
  const { score } = file
  return {
    format_version: 2,
    rows: score.rows,
    positives: null,
    features_are: 'in_sample',
    columns: Object.fromEntries(
      Object.entries(file.columns).map(([name, profile]) => [
        name,
        profile.kind === 'number' ? numberSketch(profile) : levelSketch(profile),
      ]),
    ),
    features: numbersOf(file.features),
    score: numbersOf({ score })['score'] ?? emptyNumberSketch(score.rows),
  }
}

function numberSketch(
  profile: Extract<FirstColumn, { kind: 'number' }>,
): Extract<Sketch, { kind: 'number' }> {
  const { quantiles, missing, mean } = profile
  const present = profile.rows - missing
  const steps = quantiles.length - 1
  const edges: number[] = []
  const rows: number[] = []
  for (let k = 0; k < steps; k++) {
    const from = quantiles[k] ?? NaN
    const to = quantiles[k + 1] ?? NaN
    const share = Math.round(((k + 1) * present) / steps) - Math.round((k * present) / steps)
    // Equal quantiles are one number that many rows have: its cell ends right above it.
    const edge = to > from && edges.at(-1) === from ? from + (to - from) * 1e-9 : from
    if (edge === edges.at(-1)) rows[rows.length - 1] = (rows.at(-1) ?? 0) + share
    else {
      edges.push(edge)
      rows.push(share)
    }
  }
  return {
    ...{ kind: 'number', shift: null, edges, rows: [...rows, missing], joint: null },
    ...{ minimum: quantiles[0] ?? null, maximum: quantiles.at(-1) ?? null, sum: (mean ?? 0) * present },
  }
}

function levelSketch(
  profile: Extract<FirstColumn, { kind: 'category' }>,
): Extract<Sketch, { kind: 'category' }> {
  const listed = Object.entries(profile.levels).sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
  const rows = listed.map(([, count]) => count)
  return {
    ...{ kind: 'category', levels: listed.map(([level]) => level), joint: null },
    rows: [...rows, profile.other, profile.missing],
    unlisted_at_most: profile.other === 0 ? 0 : Math.min(rows.at(-1) ?? profile.other, profile.other),
  }
}

function emptyNumberSketch(rows: number): Extract<Sketch, { kind: 'number' }> {
  const empty = { shift: null, edges: [], minimum: null, maximum: null, sum: 0 }
  return { kind: 'number', ...empty, rows: [rows], joint: null }
}
