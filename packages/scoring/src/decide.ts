import { ClaimsError, type Policy, type Prediction } from '@claims/contracts'

/** What a policy says about one probability. */
export type Decision = Pick<Prediction, 'risk_level' | 'risk_band' | 'decision'>

/**
 * Level, band and decision of a calibrated probability. The level is high at or above the threshold; a band and a
 * decision start at their lower edge.
 *
 * @param policy as made by `buildPolicy`, in which level and band agree for every probability
 * @param probability calibrated, 0 ... 1
 * @throws ClaimsError `invalid_parameter` for another number, NaN included: it has no level
 * @example
 * decide(policy, 0.72) // { risk_level: 'high', risk_band: 'HIGH', decision: 'manual_review' }
 */
export function decide(policy: Policy, probability: number): Decision {
  if (!(probability >= 0 && probability <= 1)) throw noProbability(probability)
  const { bands, threshold, decisions } = policy
  const high = probability >= threshold.value
  return {
    risk_level: high ? 'high' : 'low',
    risk_band:
      probability < bands.medium
        ? 'LOW'
        : probability < bands.high
          ? 'MEDIUM'
          : probability < bands.critical
            ? 'HIGH'
            : 'CRITICAL',
    decision: decisionAt(decisions, { threshold: threshold.value, probability }),
  }
}

function noProbability(received: number): ClaimsError {
  const problem = `is ${String(received)}`
  return new ClaimsError('invalid_parameter', `A probability ${problem}; allowed: 0 ... 1`, {
    problems: [{ field: 'probability', problem, allowed: '0 ... 1' }],
  })
}

/** The last decision whose edge the probability reaches. */
function decisionAt(
  decisions: Policy['decisions'],
  { threshold, probability }: { readonly threshold: number; readonly probability: number },
): string {
  let reached = decisions[0]?.decision ?? ''
  for (const { from, decision } of decisions)
    if (probability >= (from === 'threshold' ? threshold : from)) reached = decision
  return reached
}
