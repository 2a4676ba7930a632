import type { Constraint } from '../history/details/policy-details.ts'
import type { GateRow } from '../history/details/promotion-details.ts'
import { constraintText, isUnmeasured, isWithin, placeText } from './constraint.ts'
import { evidenceFor, type EvidenceSearch, type FoundEvidence } from './evidence-for.ts'
import { gateRow } from './gate-row.ts'
import type { RecordedEvidence } from './gate-state.ts'

/**
 * The gates of constraints, each once.
 *
 * @param constraints of the blueprint and of the policy
 * @param evidence of the version
 */
export function constraintGates(
  constraints: readonly Constraint[],
  evidence: readonly RecordedEvidence[],
): readonly GateRow[] {
  const once = new Map(constraints.map((constraint) => [constraintText(constraint), constraint]))
  return [...once.values()].map((constraint) => gateOf(constraint, evidence))
}

function gateOf(constraint: Constraint, all: readonly RecordedEvidence[]): GateRow {
  const search = evidenceFor(constraint, all)
  const { worst } = search
  const value = worst?.metric.value ?? null
  return gateRow({
    ...{ gate: 'constraint', ...constraint, value },
    passed: value !== null && isWithin(value, constraint),
    why: `${worst === null ? absenceText(constraint, all) : measurementText(worst, search)}${discountText(search)}`,
    evidence: worst?.evidence.evaluation_sha256 ?? null,
  })
}

function measurementText(
  { metric: { value, lower, upper }, rows, evidence }: FoundEvidence,
  { measurements }: EvidenceSearch,
): string {
  const interval = lower === null || upper === null ? '' : ` (${short(lower)} to ${short(upper)})`
  const of = evidence.measured_on === 'held_out' ? 'that the training held out' : `of ${evidence.source}`
  const worst = measurements === 1 ? '' : `, the worst of ${String(measurements)} evaluations`
  return `${short(value)}${interval} on ${rows.toLocaleString('en')} rows ${of}${worst}`
}

function absenceText({ metric, on }: Constraint, all: readonly RecordedEvidence[]): string {
  if (isUnmeasured(metric)) return `there is no evidence: no evaluation measures ${metric}`
  const leftOut = all.reduce((sum, { left_out: n }) => sum + n, 0)
  const more = leftOut === 0 ? '' : `, and ${String(leftOut)} groups were left out of the history`
  const where =
    all.length === 0 ? 'the version has no evaluation' : 'no evaluation of the version measured it'
  return `there is no evidence on ${placeText(on)}: ${where}${more}`
}

function discountText({ discounted }: EvidenceSearch): string {
  return discounted
    .map(({ source, discounted: why }) => `; the evaluation on ${source} does not count: ${String(why)}`)
    .join('')
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)))
}
