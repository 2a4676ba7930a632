import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { claims } from '@claims/blueprints'
import type { Blueprint, Costs, MetricName } from '@claims/contracts'
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

/** What errors cost in the worlds. */
export const unitCosts: Costs = {
  currency: 'USD',
  false_negative: 10_000,
  false_positive: 500,
  manual_review: 150,
}

/** Figures that `evaluation.json` reports with an interval as a metric. */
const reported = [
  'roc_auc',
  'average_precision',
  'recall',
  'precision',
  'log_loss',
  'brier',
  'expected_calibration_error',
] as const satisfies readonly (FigureName & MetricName)[]

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
    const how = { threshold: scorer.policy.threshold.value, costs: unitCosts, seed }
    const fresh = laterClaims(options.fresh, evaluation.split.cutoff)
    const truth = trueFigures(scorer.pipeline.probabilities(fresh.frame), fresh.probability, how)
    const tested = world.frame.take(testRows)
    const found = {
      ...Object.fromEntries(reported.map((name) => [name, evaluation.test.metrics[name]])),
      ...ofRows(
        {
          target: Uint8Array.from(testRows, (row) => world.label[row]!),
          probability: scorer.pipeline.probabilities(tested),
          groups: kind === 'stratified' ? undefined : customersOf(tested),
        },
        how,
      ),
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

/** The costs per claim of the test rows have no interval of their own, nor has the mean of their probabilities. */
function ofRows(
  rows: {
    readonly target: Uint8Array
    readonly probability: Float64Array
    readonly groups: Int32Array | undefined
  },
  how: { readonly threshold: number; readonly costs: Costs; readonly seed: number },
): Record<'cost_per_claim' | 'calibration_in_the_large', Interval & { readonly value: number }> {
  const { target, probability, groups } = rows
  const { threshold, costs, seed } = how
  const cost = probability.map((p, row) =>
    p >= threshold
      ? costs.manual_review + (target[row] === 1 ? 0 : costs.false_positive)
      : target[row] === 1
        ? costs.false_negative
        : 0,
  )
  const gap = probability.map((p, row) => p - target[row]!)
  return {
    cost_per_claim: meanInterval(cost, { groups, seed }),
    calibration_in_the_large: meanInterval(gap, { groups, seed }),
  }
}
