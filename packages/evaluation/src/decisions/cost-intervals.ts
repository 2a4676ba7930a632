import type { CostEvaluation, Costs } from '@claims/contracts'
import { createRandom, type Random, quantileOfSorted } from '@claims/frame'
import { defaultResamples } from '../intervals/bootstrap.ts'
import { unitDrawer } from '../intervals/draw-units.ts'
import { groupedShareInterval } from '../intervals/grouped-share.ts'
import { samplingUnits, sumByUnit, type SamplingUnits } from '../intervals/sampling-units.ts'
import { wilsonInterval } from '../intervals/wilson.ts'
import type { Confusion } from '../metrics/confusion.ts'
import { costOfConfusion } from './cost-of-confusion.ts'

/** How costs are resampled. */
export interface CostIntervalOptions {
  readonly baseline: CostEvaluation['baseline']
  readonly seed: number
  /** Claims that hang together in groups; each claim alone where absent. */
  readonly grouped?: GroupedClaims | undefined
  /** Confidence; 0.95 where absent. */
  readonly level?: number | undefined
  /** See `defaultResamples`. */
  readonly resamples?: number | undefined
}

/** Decided claims with the group of each. */
export interface GroupedClaims {
  /** 0 or 1, length n. */
  readonly target: Uint8Array
  /** 1 where the claim is reviewed, length n. */
  readonly flagged: Uint8Array
  /** Group of each claim, negative for one that stands alone. */
  readonly groups: Int32Array
}

/**
 * Intervals of the cost of a claim and of the saving by a paired bootstrap over claims: each resample draws as many
 * claims as there are with replacement, and each claim brings its own cost and what the same baseline would have cost
 * for it. A resample cannot miss more kinds of claims than the set did, so the interval reaches at least as far as
 * Wilson's interval of the share of missed positives does: none missed of 40 is no proof that none will be. Claims of one group are drawn together, and Wilson counts the
 * trials that the groups are worth.
 *
 * @param counts of the measured claims, at least one
 * @param costs per event
 * @param options the baseline that the saving is against, seed
 * @returns bounds of `per_claim` and `saved` of as many claims, and the share of resamples in which the policy saves
 * @example
 * costIntervals({ tn: 90, fp: 5, fn: 1, tp: 4 }, costs, { baseline: 'review_all', seed: 42 }).saved // { lower: ..., upper: ... }
 */
export function costIntervals(
  counts: Confusion,
  costs: Costs,
  { baseline, seed, grouped, level = 0.95, resamples }: CostIntervalOptions,
): NonNullable<CostEvaluation['intervals']> {
  const { tn, fp, fn, tp } = counts
  const rows = tn + fp + fn + tp
  const draws = resamples ?? defaultResamples(rows)
  const random = createRandom(seed).split('cost')
  const units = grouped === undefined ? undefined : samplingUnits(rows, grouped.groups)
  const drawGroups =
    grouped === undefined || units === undefined ? undefined : groupDrawer(grouped, units, random)
  const totals = new Float64Array(draws)
  const savings = new Float64Array(draws)
  let saving = 0
  for (let r = 0; r < draws; r++) {
    const drawn = drawGroups === undefined ? draw(random, counts, rows) : drawGroups()
    totals[r] = costOfConfusion(drawn, costs).total
    savings[r] = baselineCost(drawn, costs, baseline) - totals[r]!
    if (savings[r]! > 0) saving++
  }
  const low = (1 - level) / 2
  const totalsSorted = totals.sort()
  const savingsSorted = savings.sort()
  const missed = missedInterval({ fn, tp }, { grouped, units, level })
  const atMissed = (share: number): Confusion => ({
    tn,
    fp,
    fn: share * (fn + tp),
    tp: (1 - share) * (fn + tp),
  })
  const worst = costOfConfusion(atMissed(missed.upper), costs).total
  const best = costOfConfusion(atMissed(missed.lower), costs).total
  const instead = baselineCost(counts, costs, baseline)
  const least = Math.min(worst, best)
  const most = Math.max(worst, best)
  return {
    per_claim: {
      lower: Math.min(least, quantileOfSorted(totalsSorted, low)) / rows,
      upper: Math.max(most, quantileOfSorted(totalsSorted, 1 - low)) / rows,
    },
    saved: {
      lower: Math.min(instead - most, quantileOfSorted(savingsSorted, low)),
      upper: Math.max(instead - least, quantileOfSorted(savingsSorted, 1 - low)),
    },
    saving_share: saving / draws,
    level,
    method: `paired bootstrap over ${units === undefined ? 'claims' : `${String(units.count)} groups of claims`}, percentile, ${String(draws)} resamples, seed ${String(seed)}, at least as wide as Wilson's interval of the share of missed positives`,
  }
}

function baselineCost(
  { tn, fp, fn, tp }: Confusion,
  costs: Costs,
  baseline: CostEvaluation['baseline'],
): number {
  const counts =
    baseline === 'review_all'
      ? { tn: 0, fp: tn + fp, fn: 0, tp: tp + fn }
      : { tn: tn + fp, fp: 0, fn: tp + fn, tp: 0 }
  return costOfConfusion(counts, costs).total
}

/** Wilson's interval of the share of missed positives. */
function missedInterval(
  { fn, tp }: Pick<Confusion, 'fn' | 'tp'>,
  {
    grouped,
    units,
    level,
  }: Pick<CostIntervalOptions, 'grouped'> & {
    readonly units: SamplingUnits | undefined
    readonly level: number
  },
): { readonly lower: number; readonly upper: number } {
  if (grouped === undefined || units === undefined) return wilsonInterval(fn, fn + tp, level)
  return groupedShareInterval({ success: missedOf(grouped), trial: grouped.target }, { units, level })
}

function missedOf({ target, flagged }: GroupedClaims): Uint8Array {
  return target.map((label, row) => (label === 1 && flagged[row] !== 1 ? 1 : 0))
}

/** As many groups as there are, each with all its claims, scaled to as many claims as there are. */
function groupDrawer(claims: GroupedClaims, units: SamplingUnits, random: Random): () => Confusion {
  const countOf = (actual: number, reviewed: number): Float64Array =>
    sumByUnit(
      units,
      claims.target.map((label, row) => (label === actual && claims.flagged[row] === reviewed ? 1 : 0)),
    )
  const [tn, fp, fn, tp] = [countOf(0, 0), countOf(0, 1), countOf(1, 0), countOf(1, 1)]
  const drawUnits = unitDrawer(random, units.count)
  return () => {
    const drawn = { tn: 0, fp: 0, fn: 0, tp: 0 }
    const drawnUnits = drawUnits()
    for (let i = 0; i < drawnUnits.length; i++) {
      const unit = drawnUnits[i]!
      drawn.tn += tn[unit]!
      drawn.fp += fp[unit]!
      drawn.fn += fn[unit]!
      drawn.tp += tp[unit]!
    }
    // Groups differ in size, and costs are told of as many claims as were measured.
    const size = claims.target.length / (drawn.tn + drawn.fp + drawn.fn + drawn.tp)
    return { tn: drawn.tn * size, fp: drawn.fp * size, fn: drawn.fn * size, tp: drawn.tp * size }
  }
}

/** As many claims as there are, each of one of the four kinds. */
function draw(random: Random, { tn, fp, fn }: Confusion, rows: number): Confusion {
  const scale = rows / 4294967296
  const drawn = { tn: 0, fp: 0, fn: 0, tp: 0 }
  for (let i = 0; i < rows; i++) {
    const at = random.uint32() * scale
    if (at < tn) drawn.tn++
    else if (at < tn + fp) drawn.fp++
    else if (at < tn + fp + fn) drawn.fn++
    else drawn.tp++
  }
  return drawn
}
