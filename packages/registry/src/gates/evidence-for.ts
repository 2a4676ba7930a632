import type { EvidenceMetric } from '../history/details/evidence-details.ts'
import type { Constraint } from '../history/details/policy-details.ts'
import { placeText, wantsHigh } from './constraint.ts'
import type { RecordedEvidence } from './gate-state.ts'

/** A measured metric, and where it is from. */
export interface FoundEvidence {
  readonly evidence: RecordedEvidence
  readonly metric: EvidenceMetric
  readonly rows: number
}

/** The evidence on a constraint. */
export interface EvidenceSearch {
  /** The measurement that is furthest from the limit; null where there is none. */
  readonly worst: FoundEvidence | null
  /** How many measurements there are. */
  readonly measurements: number
  /** Evidence that measured it and never counts. */
  readonly discounted: readonly RecordedEvidence[]
}

/**
 * Finds the evidence on a constraint. Every evaluation that measured it has to meet it, so the worst one counts: what is
 * added later can take a promotion away and never make one, or somebody would measure until it fits.
 *
 * @param constraint what is to be met
 * @param all evidence of the version
 */
export function evidenceFor(constraint: Constraint, all: readonly RecordedEvidence[]): EvidenceSearch {
  const found = all.flatMap((evidence) => {
    const set = evidence.sets.find(({ on }) => placeText(on) === placeText(constraint.on))
    const metric =
      set !== undefined && Object.hasOwn(set.metrics, constraint.metric)
        ? set.metrics[constraint.metric]
        : undefined
    return set === undefined || metric === undefined ? [] : [{ evidence, metric, rows: set.rows }]
  })
  const counted = found.filter(({ evidence }) => evidence.discounted === null)
  const sign = wantsHigh(constraint) ? 1 : -1
  const [worst = null] = counted.toSorted((a, b) => sign * (a.metric.value - b.metric.value))
  return {
    worst,
    measurements: counted.length,
    discounted: found.flatMap(({ evidence }) => (evidence.discounted === null ? [] : [evidence])),
  }
}
