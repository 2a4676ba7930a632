import { echoValue, type LeakageFinding } from '@claims/contracts'
import { binColumn } from './column-bins.ts'
import { findConcentratedLevels, type ConcentratedLevels } from './concentrated-levels.ts'
import { percent, type Feature } from './feature.ts'
import type { LabelledSample } from './labelled-sample.ts'
import { singleFeatureAuc, type SingleFeatureAuc } from './single-feature-auc.ts'

const quantileBins = 50
const blockingAuc = 0.95
const veryStrongAuc = 0.85
const strongAuc = 0.75
const leastStandardErrors = 5

/** What each feature alone says about the label. */
export interface FeatureStrength {
  readonly auc: SingleFeatureAuc
  readonly levels: ConcentratedLevels | null
}

/** Measures each feature alone. @returns by column name */
export function measureFeatures(
  features: readonly Feature[],
  sample: LabelledSample,
): Map<string, FeatureStrength> {
  return new Map(
    features.map(({ declared, values }) => {
      const bins = binColumn(values, sample.rows, quantileBins)
      const hasLevels = values.kind === 'category' || values.kind === 'text'
      return [
        declared.name,
        {
          auc: singleFeatureAuc(bins, sample.target, sample.folds),
          levels: hasLevels ? findConcentratedLevels(bins, sample.target) : null,
        },
      ]
    }),
  )
}

/** Findings about features whose signal sits in a few levels. */
export function levelFindings(strengths: ReadonlyMap<string, FeatureStrength>): LeakageFinding[] {
  return [...strengths].flatMap(([column, { auc, levels }]) => {
    if (levels === null) return []
    const shown = levels.levels.map((level) => echoValue(level))
    const names = shown.join(' or ')
    return [
      {
        column,
        kind: 'suspicious_single_feature',
        severity: 'warning',
        action: 'reported',
        evidence: {
          roc_auc: auc.rocAuc,
          levels: shown.join(', '),
          rows: levels.rows,
          positive_rate: levels.rate,
          positive_rate_of_rest: levels.restRate,
          deviance_share: levels.devianceShare,
        },
        message: `${column}: ${percent(levels.rate)} of the rows with ${names} are positive, ${percent(levels.restRate)} of the rest, and hardly any other value matters. Check that it is known before the outcome and not made with it.`,
      },
    ]
  })
}

/** Findings about features that are too strong on their own, the strongest first. */
export function strengthFindings(strengths: ReadonlyMap<string, FeatureStrength>): LeakageFinding[] {
  const ranked = [...strengths].sort(([, a], [, b]) => b.auc.rocAuc - a.auc.rocAuc)
  return ranked.flatMap(([column, { auc }], rank) => {
    const { rocAuc, standardErrors } = auc
    if (standardErrors < leastStandardErrors || rocAuc < strongAuc) return []
    const next = ranked[rank + 1]?.[1].auc.rocAuc ?? 0.5
    const lonely = rank === 0 && rocAuc - 0.5 >= 2 * (next - 0.5)
    if (rocAuc < veryStrongAuc && !lonely) return []
    const severity = rocAuc >= blockingAuc ? 'block' : 'warning'
    const message =
      severity === 'block'
        ? `${column} alone ranks the rows with an AUC of ${rocAuc.toFixed(3)}, as only a copy of the outcome does.`
        : `${column} alone ranks the rows with an AUC of ${rocAuc.toFixed(3)}, the next feature ${next.toFixed(3)}. Check that it is known before the outcome.`
    return [
      {
        column,
        kind: 'suspicious_single_feature' as const,
        severity,
        action: 'reported' as const,
        evidence: { roc_auc: rocAuc, next_roc_auc: next },
        message,
      },
    ]
  })
}
