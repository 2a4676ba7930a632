import { ClaimsError, type Column, type LeakageFinding } from '@claims/contracts'
import { createRandom, type Frame, type FrameColumn, type Random } from '@claims/frame'
import { binColumn } from './column-bins.ts'
import { judgeColumnName, namesIdentifier } from './column-name-evidence.ts'
import { findConcentratedLevels } from './concentrated-levels.ts'
import { distinctValues } from './distinct-values.ts'
import { orderAgreement, rowOrderEvidence, type RowOrderEvidence } from './row-order.ts'
import { singleFeatureAuc, type SingleFeatureAuc } from './single-feature-auc.ts'

/** What the scan looks at. */
export interface LeakageScanInput {
  /** All labelled rows, in the order of the file: n rows. */
  readonly frame: Frame
  /** Length n, 0 or 1. */
  readonly target: Uint8Array
  /** As declared; only numeric, categorical, date and text columns that the frame holds are judged. */
  readonly columns: readonly Column[]
  readonly labelColumn: string
  readonly seed: number
}

const mostSampledRows = 50_000
const foldCount = 5
const quantileBins = 50
const fewestRows = 50
const fewestOfClass = 10
const identifierShare = 0.99
const blockingAuc = 0.95
const strongAuc = 0.75
const veryStrongAuc = 0.85
const leastStandardErrors = 5
const leastRowOrderAuc = 0.55
const monotone = 0.98
const countingShare = 0.5

const featureRoles: ReadonlySet<string> = new Set(['numeric', 'categorical', 'date', 'text'])

interface Feature {
  readonly declared: Column
  readonly values: FrameColumn
}

/**
 * Looks for features that tell the label in a way they could not when a claim comes in. Runs before training, on
 * training and test rows alike: what it finds decides which columns stay out, never what a model learns from them.
 *
 * - `identifier` (block): 99 % or more of the values occur once, and they are whole numbers that number things, or a
 *   category. Whole numbers without sign of being an identifier, such as amounts, only warn. Free text of several
 *   words, dates and fractions are no identifiers.
 * - `post_outcome_name` (block, or warning for weak words): see `judgeColumnName`.
 * - `suspicious_single_feature`: the feature alone has an out-of-fold AUC of 0.95 or more (block); 0.85 or more, or
 *   0.75 or more and twice as far from 0.5 as the next feature (warning); or a few levels of a category carry all its
 *   signal (warning, see `findConcentratedLevels`).
 * - `row_order`: neighbouring rows tell the label, AUC 0.55 or more (warning, column null). A number that counts up or
 *   down with such rows numbers them (block), or, when fewer than half of its values differ, is a calendar (warning).
 *
 * Everything but names must be five standard errors from chance. AUC and levels come from at most 50,000 random rows.
 *
 * @returns findings with action `reported`; `applyLeakagePolicy` decides what follows
 * @throws ClaimsError `length_mismatch` when target and frame differ in length
 * @example
 * const findings = scanLeakage({ frame, target, columns: blueprint.columns, labelColumn: 'fraud', seed: 42 })
 */
export function scanLeakage(input: LeakageScanInput): LeakageFinding[] {
  const { frame, target, columns, labelColumn } = input
  if (target.length !== frame.rows) {
    throw new ClaimsError(
      'length_mismatch',
      `The target has ${target.length} rows, the frame has ${frame.rows}`,
    )
  }
  const features = columns
    .filter(
      (column) => featureRoles.has(column.role) && column.name !== labelColumn && frame.has(column.name),
    )
    .map((declared) => ({ declared, values: frame.column(declared.name) }))
  const findings = features.flatMap(({ declared }) => nameFindings(declared.name, labelColumn))
  if (frame.rows < fewestRows) return findings

  const random = createRandom(input.seed).split('leakage')
  const sample = drawSample(target, random)
  const strengths = new Map<string, SingleFeatureAuc>()
  if (sample.positives >= fewestOfClass && sample.rows.length - sample.positives >= fewestOfClass) {
    for (const { declared, values } of features) {
      const bins = binColumn(values, sample.rows, quantileBins)
      strengths.set(declared.name, singleFeatureAuc(bins, sample.target, sample.folds))
      if (values.kind === 'category' || values.kind === 'text') {
        const levels = findConcentratedLevels(bins, sample.target)
        if (levels !== null) {
          findings.push({
            column: declared.name,
            kind: 'suspicious_single_feature',
            severity: 'warning',
            action: 'reported',
            evidence: {
              roc_auc: strengths.get(declared.name)?.rocAuc ?? 0.5,
              levels: levels.levels.join(', '),
              rows: levels.rows,
              positive_rate: levels.rate,
              positive_rate_of_rest: levels.restRate,
              deviance_share: levels.devianceShare,
            },
            message:
              `${declared.name}: ${percent(levels.rate)} of the rows with ${levels.levels.join(' or ')} are positive, ` +
              `${percent(levels.restRate)} of the rest, and hardly any other value matters. Check that the value is known before the outcome and not made with it.`,
          })
        }
      }
    }
  }
  findings.push(...identifierFindings(features, sample.rows, strengths))
  findings.push(...strengthFindings(strengths))
  findings.push(...rowOrderFindings(features, { target, random, strengths }))
  return findings
}

function nameFindings(column: string, labelColumn: string): LeakageFinding[] {
  const evidence = judgeColumnName(column, labelColumn)
  if (evidence === null) return []
  const { severity, words } = evidence
  const message =
    severity === 'block'
      ? `${column}: the name ("${words}") says that it is made with or after the outcome.`
      : `${column}: the name ("${words}") may mean that it is made with or after the outcome. Check when it is filled in.`
  return [{ column, kind: 'post_outcome_name', severity, action: 'reported', evidence: { words }, message }]
}

function identifierFindings(
  features: readonly Feature[],
  sampled: Uint32Array,
  strengths: ReadonlyMap<string, SingleFeatureAuc>,
): LeakageFinding[] {
  const findings: LeakageFinding[] = []
  for (const { declared, values } of features) {
    if (values.kind === 'boolean' || values.kind === 'timestamp') continue
    if (distinctValues(values, sampled).share < identifierShare) continue
    const distinct = distinctValues(values)
    if (distinct.present < fewestRows || distinct.share < identifierShare) continue
    if (declared.role === 'text' && distinct.words > 1) continue
    const certain =
      values.kind !== 'number' ||
      namesIdentifier(declared.name) ||
      (distinct.share === 1 && distinct.expectedEqualPairs >= 5)
    const evidence = {
      distinct_share: distinct.share,
      roc_auc: strengths.get(declared.name)?.rocAuc ?? 0.5,
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

function strengthFindings(strengths: ReadonlyMap<string, SingleFeatureAuc>): LeakageFinding[] {
  const ranked = [...strengths].sort(([, a], [, b]) => b.rocAuc - a.rocAuc)
  return ranked.flatMap(([column, { rocAuc, standardErrors }], rank) => {
    if (standardErrors < leastStandardErrors || rocAuc < strongAuc) return []
    const next = ranked[rank + 1]?.[1].rocAuc ?? 0.5
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

function rowOrderFindings(
  features: readonly Feature[],
  context: { target: Uint8Array; random: Random; strengths: ReadonlyMap<string, SingleFeatureAuc> },
): LeakageFinding[] {
  const order = rowOrderEvidence(context.target)
  if (order === null || order.rocAuc < leastRowOrderAuc || order.standardErrors < leastStandardErrors)
    return []
  const { target, strengths } = context
  const first = positiveRate(target, 0, target.length / 10)
  const last = positiveRate(target, target.length * 0.9, target.length)
  const evidence = {
    roc_auc: order.rocAuc,
    neighbours: order.neighbours,
    positive_rate_of_first_tenth: first,
    positive_rate_of_last_tenth: last,
  }
  const findings: LeakageFinding[] = [
    {
      column: null,
      kind: 'row_order',
      severity: 'warning',
      action: 'reported',
      evidence,
      message: `The order of the rows tells the label: the rate among the ${order.neighbours} nearest rows has an AUC of ${order.rocAuc.toFixed(3)}. Nothing that follows the row order may become a feature.`,
    },
  ]
  for (const { declared, values } of features) {
    if (values.kind !== 'number') continue
    const { tau, differing } = orderAgreement(values.values, context.random.split(declared.name))
    if (Math.abs(tau) < monotone || differing < countingShare) continue
    findings.push(
      countingFinding(declared.name, { tau, values, order, strength: strengths.get(declared.name) }),
    )
  }
  return findings
}

function countingFinding(
  column: string,
  found: {
    tau: number
    values: FrameColumn
    order: RowOrderEvidence
    strength: SingleFeatureAuc | undefined
  },
): LeakageFinding {
  const { tau, values, order, strength } = found
  const distinctShare = distinctValues(values).share
  const numbersRows = values.kind === 'number' && (distinctShare === 0 || distinctShare >= countingShare)
  return {
    column,
    kind: 'row_order',
    severity: numbersRows ? 'block' : 'warning',
    action: 'reported',
    evidence: { tau, roc_auc: strength?.rocAuc ?? 0.5, row_order_roc_auc: order.rocAuc },
    message: numbersRows
      ? `${column} counts with the rows (tau ${tau.toFixed(3)}), and the order of the rows tells the label: it memorises where in the file the positives stand.`
      : `${column} changes only with the order of the rows, which tells the label. New rows lie outside of what it teaches.`,
  }
}

function positiveRate(target: Uint8Array, from: number, to: number): number {
  const rows = target.subarray(Math.floor(from), Math.floor(to))
  let positives = 0
  for (const label of rows) positives += label
  return positives / Math.max(1, rows.length)
}

function drawSample(
  target: Uint8Array,
  random: Random,
): { rows: Uint32Array; target: Uint8Array; positives: number; folds: { of: Uint8Array; count: number } } {
  const rows = random.split('rows').permutation(target.length).subarray(0, mostSampledRows).slice()
  const labels = new Uint8Array(rows.length)
  const folds = new Uint8Array(rows.length)
  const dealt = [0, 0]
  let positives = 0
  for (let i = 0; i < rows.length; i++) {
    const label = target[rows[i]!] === 1 ? 1 : 0
    labels[i] = label
    positives += label
    folds[i] = dealt[label]!++ % foldCount
  }
  return { rows, target: labels, positives, folds: { of: folds, count: foldCount } }
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}
