import { documents, phrases } from './claim-vocabulary.ts'

/** What the label of a synthetic claim depends on. Missing age, location and description have no effect. */
export interface ClaimFacts {
  /** Position in the lines of insurance: 0 auto, 1 home, 2 health, 3 life. */
  readonly line: number
  /** USD. */
  readonly amount: number
  /** USD. */
  readonly coverage: number
  /** 0 for January. */
  readonly month: number
  /** Years; NaN when missing. */
  readonly age: number
  /** Whole days from the policy's start to the claim. */
  readonly days: number
  /** Whole months of the same. */
  readonly months: number
  readonly previousClaims: number
  readonly lapsedPolicies: number
  /** Bit i is set when the claim has document i. */
  readonly documentBits: number
  /** Bit i is set when the description holds phrase i; 0 when there is none. */
  readonly phraseBits: number
  /** Log odds of the place; 0 when missing. */
  readonly placeEffect: number
  /** Whether the claim is one of the drift `fraud_ring`. */
  readonly ring: boolean
}

/** Sets the positive rate. */
const intercept = -8.4
/** Sets how well the facts tell the classes apart: the AUC of the true probability is about 0.96. */
const scale = 1.7

/**
 * The true probability that a synthetic claim is high-risk:
 * `1 / (1 + exp(-(intercept + scale * sum of effects)))`.
 *
 * Effects with thresholds: amount above 45 % of the cover (a steep curve), a claim within 30 days of the start, more
 * than two claims a year, amounts just below 10,000. Interactions: an early claim for much of the cover; no police
 * report and no witnesses; auto claims in winter and home claims outside the storm season. Age is not linear. Gender
 * has no effect.
 */
export function claimProbability(facts: ClaimFacts): number {
  const ratio = facts.amount / facts.coverage
  const early = facts.days < 30
  const perYear = (facts.previousClaims * 12) / Math.max(facts.months, 1)
  let sum = 3.2 / (1 + Math.exp(-12 * (ratio - 0.45)))
  if (early) sum += 1.6
  if (early && ratio > 0.35) sum += 1.4
  if (perYear > 2) sum += 1.5
  sum += 0.35 * Math.min(facts.previousClaims, 6)
  sum += 0.8 * Math.min(facts.lapsedPolicies, 3)
  if (facts.amount >= 9000 && facts.amount < 10_000) sum += 1.3
  sum += lineEffect(facts.line, facts.month)
  sum += ageEffect(facts.age)
  sum += facts.placeEffect
  for (let i = 0; i < documents.length; i++)
    if ((facts.documentBits & (1 << i)) === 0) sum += documents[i]!.missingEffect
  for (let i = 0; i < phrases.length; i++) if ((facts.phraseBits & (1 << i)) !== 0) sum += phrases[i]!.effect
  const noPoliceReport = (facts.documentBits & 4) === 0
  const noWitnesses = (facts.phraseBits & 2) !== 0
  if (noPoliceReport && noWitnesses) sum += 1.2
  if (facts.ring) sum += 6
  return 1 / (1 + Math.exp(-(intercept + scale * sum)))
}

function lineEffect(line: number, month: number): number {
  const winter = month === 11 || month <= 1
  if (line === 0) return winter ? -0.3 : 0.4
  if (line === 1) return month >= 5 && month <= 7 ? -0.4 : 0.5
  return line === 2 ? -0.3 : 0
}

function ageEffect(age: number): number {
  if (Number.isNaN(age)) return 0
  const young = age < 25 ? 0.9 : 0
  return young + Math.min(((age - 48) / 28) ** 2, 1.5) * 0.7
}
