import { bundleFormatVersion, ClaimsError, type Blueprint, type Policy } from '@claims/contracts'
import { edgesInForce } from './decision-edges.ts'

/** A chosen threshold and the use case that it serves. */
export interface BuildPolicyInput {
  /** `value` strictly between 0 and 1; `chosen_on` names the rows, `rule` says how. */
  readonly threshold: Policy['threshold']
  readonly blueprint: Pick<Blueprint, 'policy' | 'costs'>
}

/**
 * The decision policy: the threshold, and band edges that cannot contradict it. An edge moves to the threshold where
 * it would: `medium` down, so that nothing in LOW is high-risk; `high` up, so that nothing in HIGH or CRITICAL is
 * low-risk; `critical` up to halfway between `high` and 1 where `high` has passed it. MEDIUM may hold both levels.
 * Decisions: see `edgesInForce`.
 *
 * @returns the content of `policy.json`
 * @throws ClaimsError `invalid_parameter` when the threshold is not within 1e-9 ... 1 - 1e-9
 * @example
 * buildPolicy({ threshold: { value: 0.12, chosen_on: 'validation', rule: 'minimum expected cost' }, blueprint }).bands
 * // { medium: 0.12, high: 0.6, critical: 0.8 }
 */
export function buildPolicy({ threshold, blueprint }: BuildPolicyInput): Policy {
  const { value } = threshold
  if (!(value >= 1e-9 && value <= 1 - 1e-9)) {
    throw new ClaimsError(
      'invalid_parameter',
      `A threshold of ${String(value)} leaves no room for the bands`,
      {
        problems: [
          { field: 'threshold.value', problem: `is ${String(value)}`, allowed: '1e-9 ... 1 - 1e-9' },
        ],
      },
    )
  }
  const declared = blueprint.policy.bands
  const medium = Math.min(declared.medium, value)
  const high = Math.max(declared.high, value)
  const critical = declared.critical > high ? declared.critical : high + (1 - high) / 2
  const bands = { medium, high, critical }
  return {
    format_version: bundleFormatVersion,
    threshold: {
      value,
      chosen_on: threshold.chosen_on,
      rule: threshold.rule,
      ...(threshold.bound_by === undefined ? {} : { bound_by: [...threshold.bound_by] }),
    },
    bands,
    declared_bands: { ...declared },
    decisions: edgesInForce(blueprint.policy.decisions, { threshold: value, declared, bands }),
    costs: blueprint.costs === null ? null : { ...blueprint.costs },
  }
}
