import { z } from 'zod'

const counts = z.array(z.int().nonnegative())

/** What was counted beside the rows of each cell; null in files of format 1. */
const jointSchema = z
  .strictObject({
    /** Rows of the positive class. */
    positives: counts,
    /** Rows with a score. */
    scored: counts,
    /** Sum of their scores in millionths, each rounded, so that sums do not depend on the order. */
    score_millionths: counts,
  })
  .nullable()

/**
 * How many rows hold which numbers. A cell holds every number that is the same once the `shift` lowest bits of its
 * order-preserving 64-bit form are cut off; `shift` is the smallest that leaves at most 128 cells. So few distinct
 * numbers are counted exactly, many to within a share of their size, and sketches of two parts merge to the sketch of
 * the whole.
 */
export const numberSketchSchema = z
  .strictObject({
    kind: z.literal('number'),
    /** Null in files of format 1: a cell then reaches to the next edge. */
    shift: z.int().min(0).max(63).nullable(),
    /** Smallest number that each cell can hold, rising. */
    edges: z.array(z.number()),
    /** Rows of each cell, and last those without a value. */
    rows: counts,
    joint: jointSchema,
    minimum: z.number().nullable(),
    maximum: z.number().nullable(),
    /** Sum of the numbers, in the order of the rows. */
    sum: z.number(),
  })
  .refine(({ edges, rows }) => rows.length === edges.length + 1, {
    message: 'rows must have one entry more than edges',
  })
  .refine(({ edges }) => edges.every((edge, i) => i === 0 || edge > (edges[i - 1] ?? NaN)), {
    message: 'edges must rise',
  })
/** How many rows hold which numbers. */
export type NumberSketch = z.infer<typeof numberSketchSchema>

/** How many rows hold which levels of a category or truth value, the most frequent first. */
const levelSketchSchema = z
  .strictObject({
    kind: z.literal('category'),
    levels: z.array(z.string()),
    /** Rows of each level, then those of all other levels, and last those without a value. */
    rows: counts,
    joint: jointSchema,
    /** A level that is not listed has at most so many rows; 0 where every level is listed. */
    unlisted_at_most: z.int().nonnegative(),
  })
  .refine(({ levels, rows }) => rows.length === levels.length + 2, {
    message: 'rows must have two entries more than levels',
  })
/** How many rows hold which levels. */
export type LevelSketch = z.infer<typeof levelSketchSchema>

/** How long texts are, and in how many of them words stand. */
const textSketchSchema = z.strictObject({
  kind: z.literal('text'),
  /** Words of a text. */
  words: numberSketchSchema,
  /** Rows whose words were counted: every k-th. */
  sampled_rows: z.int().nonnegative(),
  /** Words that stand in so many of these rows or more are listed, so that no rare name is. */
  least_rows: z.int().nonnegative(),
  tokens: z.array(z.string()),
  rows: counts,
  positives: counts,
})
/** How long texts are, and in how many of them words stand. */
export type TextSketch = z.infer<typeof textSketchSchema>

/** What a column, a feature or a score looked like. */
export const sketchSchema = z.discriminatedUnion('kind', [
  numberSketchSchema,
  levelSketchSchema,
  textSketchSchema,
])
/** What a column, a feature or a score looked like. */
export type Sketch = z.infer<typeof sketchSchema>
