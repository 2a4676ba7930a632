import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { claims } from '@claims/blueprints'
import { metricNames, type Blueprint, type Evaluation } from '@claims/contracts'
import { meanInterval, type Interval } from '@claims/evaluation'
import { generateClaims, writeClaims } from '@claims/ingestion'
import { train } from '@claims/pipeline'
import { openBundle } from '@claims/registry'
import { loadScorer } from '@claims/scoring'
import { customersOf, laterClaims, type KnownClaims } from './fresh-claims.ts'
import { trueFigures, type Figures } from './figures.ts'

/** Ways of splitting. */
export const splitKinds = ['stratified', 'grouped', 'time'] as const
/** A way of splitting. */
export type SplitKind = Blueprint['split']['kind']
/** Name of a figure. */
export type FigureName = keyof Figures

/** A reported figure beside the truth. */
export interface Measured {
  readonly value: number
  readonly lower: number
  readonly upper: number
  /** The same figure of the same model on fresh rows. */
  readonly truth: number
}

/** What a world came to. */
export interface WorldResult {
  readonly kind: SplitKind
  readonly seed: number
  readonly rows: number
  /** Kind of the selected model. */
  readonly model: string
  readonly figures: Readonly<Record<FigureName, Measured>>
}

/** Figures that `evaluation.json` reports with an interval as a metric. */
const metrics = metricNames.filter((name) => name !== 'gini')

/**
 * Makes a world, trains the `claims` blueprint on it, and compares what the training reports of its test rows with the
 * truth of the same model on fresh claims of the same world. Where the split is by time the fresh claims are those of
 * the test rows' days.
 *
 * @param options kind of split, seed of the world, rows to train on, fresh claims, and a folder that may be written to
 */
export async function simulateWorld(options: {
  readonly kind: SplitKind
  readonly seed: number
  readonly rows: number
  /** Claims of another seed, of which the truth is known. */
  readonly fresh: KnownClaims
  readonly folder: string
  /** Candidates of the blueprint; all where absent. */
  readonly models?: readonly string[] | undefined
}): Promise<WorldResult> {
  const { kind, seed, rows, folder, models } = options
  const data = join(folder, `${kind}-${String(seed)}.csv`)
  const out = join(folder, `${kind}-${String(seed)}-bundle`)
  const world = generateClaims({ rows, seed })
  const sidecar = await writeClaims(data, world)
  const blueprint = { ...claims, split: { ...claims.split, kind } }
  const trained = await train({
    data,
    by: { blueprint },
    out,
    seed,
    threads: 1,
    ...(models === undefined ? {} : { models }),
  })
  const { evaluation, manifest, testRows } = trained
  const scorer = await loadScorer(await openBundle(out), { threads: 1 })
  try {
    const { costs } = scorer.policy
    const { cost } = evaluation
    if (costs === null || cost === null) throw new TypeError('The blueprint of the worlds has no costs')
    const fresh = laterClaims(options.fresh, evaluation.split.cutoff)
    const truth = trueFigures(scorer.pipeline.probabilities(fresh.frame), fresh.probability, {
      threshold: scorer.policy.threshold.value,
      costs,
      baseline: cost.baseline,
    })
    const tested = world.frame.take(testRows)
    const gap = scorer.pipeline.probabilities(tested).map((p, row) => p - world.label[testRows[row]!]!)
    const found = {
      ...Object.fromEntries(metrics.map((name) => [name, evaluation.test.metrics[name]])),
      ...reportedCosts(cost, evaluation.test.rows),
      calibration_in_the_large: meanInterval(gap, {
        groups: kind === 'stratified' ? undefined : customersOf(tested),
        seed,
      }),
    } as Record<FigureName, Interval & { readonly value: number }>
    const figures = Object.fromEntries(
      Object.entries(found).map(([name, { value, lower, upper }]) => [
        name,
        { value, lower, upper, truth: truth[name as FigureName] },
      ]),
    ) as WorldResult['figures']
    return { kind, seed, rows, model: manifest.model.kind, figures }
  } finally {
    scorer.dispose()
    for (const path of [data, sidecar, out]) await rm(path, { recursive: true, force: true })
  }
}

/** What the evaluation reports of costs, by claim. */
function reportedCosts(
  { per_claim: perClaim, saved, intervals }: NonNullable<Evaluation['cost']>,
  rows: number,
): Record<'cost_per_claim' | 'saved_per_claim', Interval & { readonly value: number }> {
  if (intervals === null) throw new TypeError('The cost has no interval')
  return {
    cost_per_claim: { value: perClaim, ...intervals.per_claim },
    saved_per_claim: {
      value: saved / rows,
      lower: intervals.saved.lower / rows,
      upper: intervals.saved.upper / rows,
    },
  }
}
