import type { LeakageFinding } from '@claims/contracts'
import type { NumberColumn, Random } from '@claims/frame'
import { distinctValues } from './distinct-values.ts'
import type { Feature } from './feature.ts'
import { evenness, orderAgreement, rowOrderEvidence, type RowOrderEvidence } from './row-order.ts'
import type { FeatureStrength } from './strength-findings.ts'

const leastRowOrderAuc = 0.55
const leastStandardErrors = 5
const monotone = 0.98
/** Share of random pairs of rows whose values differ: below the first a column hardly moves, from the second on it numbers rows. */
const leastDiffering = 0.3
const numberingShare = 0.99
const leastEvenness = 0.995

/** Whether the order of the rows tells the label, and the features that follow that order. */
export function rowOrderFindings(
  features: readonly Feature[],
  context: { target: Uint8Array; random: Random; strengths: ReadonlyMap<string, FeatureStrength> },
): LeakageFinding[] {
  const { target, strengths } = context
  const order = rowOrderEvidence(target)
  const orderTells =
    order !== null && order.rocAuc >= leastRowOrderAuc && order.standardErrors >= leastStandardErrors
  const findings: LeakageFinding[] = orderTells ? [orderFinding(order, target)] : []
  for (const { declared, values } of features) {
    if (values.kind !== 'number') continue
    const { tau, differing } = orderAgreement(values.values, context.random.split(declared.name))
    if (Math.abs(tau) < monotone || differing < leastDiffering) continue
    const moves = differing >= numberingShare
    if (!moves && !orderTells) continue
    const pace = !moves ? 'calendar' : numbersRows(values) ? 'number' : 'sorted'
    findings.push(countingFinding(declared.name, { tau, pace, order: orderTells ? order : null, strengths }))
  }
  return findings
}

function orderFinding(order: RowOrderEvidence, target: Uint8Array): LeakageFinding {
  return {
    column: null,
    kind: 'row_order',
    severity: 'warning',
    action: 'reported',
    evidence: {
      roc_auc: order.rocAuc,
      neighbours: order.neighbours,
      positive_rate_of_first_tenth: positiveRate(target, 0, target.length / 10),
      positive_rate_of_last_tenth: positiveRate(target, target.length * 0.9, target.length),
    },
    message: `The order of the rows tells the label: the rate among the ${order.neighbours} nearest rows has an AUC of ${order.rocAuc.toFixed(3)}. Nothing that follows the row order may become a feature.`,
  }
}

/** Whether values number rows, evenly or by whole numbers of which none repeats; a sorted amount does neither. */
function numbersRows(values: NumberColumn): boolean {
  return evenness(values.values) >= leastEvenness || distinctValues(values).share >= numberingShare
}

function countingFinding(
  column: string,
  found: {
    tau: number
    pace: 'number' | 'sorted' | 'calendar'
    order: RowOrderEvidence | null
    strengths: ReadonlyMap<string, FeatureStrength>
  },
): LeakageFinding {
  const { tau, pace, order } = found
  const follows = `${column} follows the order of the rows (tau ${tau.toFixed(3)})`
  const memorises = 'memorise where in the file the positives stand; new rows lie outside of what it teaches'
  const blocks = pace === 'number' && order !== null
  const message = blocks
    ? `${follows} and numbers them, and their order tells the label: it can only ${memorises}.`
    : order === null
      ? `${follows}. With other features it can ${memorises}.`
      : `${follows}, which tells the label. Check that the file is merely sorted by it, and that new rows will hold such values.`
  return {
    column,
    kind: 'row_order',
    severity: blocks ? 'block' : 'warning',
    action: 'reported',
    evidence: {
      tau,
      roc_auc: found.strengths.get(column)?.auc.rocAuc ?? 0.5,
      row_order_roc_auc: order?.rocAuc ?? 0.5,
    },
    message,
  }
}

function positiveRate(target: Uint8Array, from: number, to: number): number {
  const rows = target.subarray(Math.floor(from), Math.floor(to))
  let positives = 0
  for (const label of rows) positives += label
  return positives / Math.max(1, rows.length)
}
