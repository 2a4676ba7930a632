import type { LeakageFinding } from '@claims/contracts'
import { namesIdentifier } from './column-name-evidence.ts'
import { distinctValues } from './distinct-values.ts'
import { percent, type Feature } from './feature.ts'
import type { FeatureStrength } from './strength-findings.ts'

const fewestRows = 50
const identifierShare = 0.99
/** Equal pairs that chance would have given whole numbers that show none. */
const leastExpectedEqualPairs = 5

/**
 * Features that tell rows apart instead of describing them.
 *
 * @param features the features
 * @param sampled rows looked at first; only what is nearly unique there is counted in full
 * @param strengths single-feature AUC by column, for evidence
 */
export function identifierFindings(
  features: readonly Feature[],
  sampled: Uint32Array,
  strengths: ReadonlyMap<string, FeatureStrength>,
): LeakageFinding[] {
  const findings: LeakageFinding[] = []
  for (const { declared, values } of features) {
    if (values.kind === 'boolean' || values.kind === 'timestamp' || declared.role === 'document') continue
    if (distinctValues(values, sampled).share < identifierShare) continue
    const distinct = distinctValues(values)
    if (distinct.present < fewestRows || distinct.share < identifierShare) continue
    if (declared.role === 'text' && distinct.words > 1) continue
    const certain =
      values.kind !== 'number' ||
      namesIdentifier(declared.name) ||
      (distinct.share === 1 && distinct.expectedEqualPairs >= leastExpectedEqualPairs)
    const evidence = {
      distinct_share: distinct.share,
      roc_auc: strengths.get(declared.name)?.auc.rocAuc ?? 0.5,
    }
    findings.push({
      column: declared.name,
      kind: 'identifier',
      severity: certain ? 'block' : 'warning',
      action: 'reported',
      evidence,
      message: certain
        ? `${declared.name} tells rows apart: ${percent(distinct.share)} of its values occur once. A model can only memorise it.`
        : `${declared.name}: ${percent(distinct.share)} of its values occur once. Give it the role id if it is an identifier.`,
    })
  }
  return findings
}
