import type { Evaluation, MeasuredOn, TestEvaluation } from '@claims/contracts'
import type {
  EvidenceDetails,
  EvidenceLeak,
  EvidenceMetric,
  EvidenceSet,
} from '../history/details/evidence-details.ts'

/** Groups, reasons and leaks that are kept at most: an entry of a ledger holds 1 MB. */
const [mostGroups, mostReasons, longestText, longestGroup] = [500, 50, 1_000, 200]

/** Reasons that are said by gates of their own. */
const saidByGates: readonly string[] = ['constraint', 'leak', 'known_rows']

/** What an evaluation does not say itself. */
export interface EvaluationFacts {
  /** SHA-256 of its canonical JSON. */
  readonly evaluationSha256: string
  /** SHA-256 of the file of a training. */
  readonly dataSha256: string | null
}

/**
 * What an evaluation says that gates may need.
 *
 * @param evaluation of a training, or of a file that was measured later
 * @param facts which evaluation and which file it is
 * @returns one set of metrics for the test, one for the latest rows beside it, one a group; and what discounts it
 * @example
 * evidenceOf(evaluation, facts).sets[0]?.metrics['recall'] // { value: 0.9, lower: 0.87, upper: 0.93 }
 */
export function evidenceOf(
  evaluation: Evaluation,
  { evaluationSha256, dataSha256 }: EvaluationFacts,
): EvidenceDetails {
  const { measured_on: measured, test, out_of_time: later, fairness } = evaluation
  const held = measured.kind === 'held_out'
  const groups = fairness
    .filter(({ column, group }) => column.length + group.length <= longestGroup)
    .slice(0, mostGroups)
  return {
    evaluation_sha256: evaluationSha256,
    data_sha256: held ? dataSha256 : (measured.sha256 ?? null),
    measured_on: measured.kind,
    source: held ? 'held-out rows' : measured.source.slice(0, longestText),
    discounted: discountOf(measured),
    sets: [
      setOf('test', test),
      ...(later === null ? [] : [setOf('out_of_time', later)]),
      ...groups.map(groupOf),
    ],
    reasons: held ? [] : reasonsOf(evaluation),
    leaks: held ? leaksOf(evaluation) : [],
    left_out: fairness.length - groups.length,
  }
}

function discountOf(measured: MeasuredOn): string | null {
  if (measured.kind === 'held_out') return null
  if (measured.training_file) return 'it was measured on the file of the training'
  const known = measured.known_rows
  if (known === null) return 'the bundle does not say which rows it was trained on, so it may know these'
  if (!known.beyond_chance) return null
  return `${known.exact ? '' : 'about '}${String(known.known)} of its ${String(known.rows)} rows were trained on`
}

function setOf(on: 'test' | 'out_of_time', { rows, positives, metrics }: TestEvaluation): EvidenceSet {
  const { specificity } = metrics
  const falsePositives = {
    value: 1 - specificity.value,
    ...{ lower: 1 - specificity.upper, upper: 1 - specificity.lower },
  }
  return { on, rows, positives, metrics: { ...metrics, false_positive_rate: falsePositives } }
}

function groupOf(group: Evaluation['fairness'][number]): EvidenceSet {
  const { column, group: level, rows, positive_rate, selection_rate, recall, false_positive_rate } = group
  const measured = Object.entries({ positive_rate, selection_rate, recall, false_positive_rate })
  const metrics: Record<string, EvidenceMetric> = {}
  for (const [name, value] of measured)
    if (value !== null) metrics[name] = { value, lower: null, upper: null }
  return { on: { column, level }, rows, positives: null, metrics }
}

function reasonsOf({ selection: { reasons, reason_kinds: kinds } }: Evaluation): readonly string[] {
  return reasons
    .filter((_, i) => !saidByGates.includes(kinds?.[i] ?? ''))
    .slice(0, mostReasons)
    .map((reason) => reason.slice(0, longestText))
}

function leaksOf({ leakage }: Evaluation): readonly EvidenceLeak[] {
  return leakage.findings
    .filter(({ severity, action }) => severity === 'block' && action === 'kept')
    .slice(0, mostReasons)
    .map(({ column, kind, message }) => ({ column, kind, message: message.slice(0, longestText) }))
}
