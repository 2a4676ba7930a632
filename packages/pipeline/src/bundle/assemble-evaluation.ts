import {
  bundleFormatVersion,
  type CandidateEvaluation,
  type Evaluation,
  type LeakageFinding,
  type TestEvaluation,
} from '@claims/contracts'
import { cautionsOf, promotability } from '@claims/evaluation'
import type { CrossValidated } from '../folds/cross-validate-candidates.ts'
import { positiveText } from '../data/encode-target.ts'
import type { EvaluatedRows } from '../evaluation/evaluate-rows.ts'
import type { OutOfTime } from '../evaluation/out-of-time.ts'
import type { TrainingData } from '../data/read-training-data.ts'
import type { ChosenModel } from '../selection/select-model.ts'
import type { DataSplit } from '../folds/split-data.ts'
import { immatureTexts } from '../data/label-maturity.ts'
import { rejectionTexts } from '../data/rejection-texts.ts'
import { uninformativeColumns } from '../data/uninformative-columns.ts'

/** A test on another file, and what is to be said of it. */
export interface ExternalTest {
  readonly test: TestEvaluation
  readonly cautions: readonly string[]
}

/** What an evaluation is put together from. */
export interface EvaluationParts {
  readonly data: TrainingData
  readonly split: DataSplit
  readonly candidates: readonly CrossValidated[]
  readonly chosen: ChosenModel
  readonly evaluated: EvaluatedRows
  readonly outOfTime: OutOfTime
  readonly external: ExternalTest | null
  /** AUC of the true probabilities on the test rows, or null where they are unknown. */
  readonly bestAuc: number | null
  readonly leakage: readonly LeakageFinding[]
  readonly seed: number
  readonly timings: Readonly<Record<string, number>>
}

/** Puts the parts of a training together into the content of `evaluation.json`. */
export function assembleEvaluation(parts: EvaluationParts): Evaluation {
  const { data, split, candidates, chosen, evaluated, outOfTime, bestAuc } = parts
  const cutoff = split.cutoff === null ? null : new Date(split.cutoff).toISOString().slice(0, 10)
  const test = { ...evaluated.test, cutoff }
  const auc = test.metrics.roc_auc
  const findings = [...parts.leakage]
  const measured = { kind: 'held_out' } as const
  const { ok, reasons, kinds, certainty } = promotability({
    test,
    constraints: evaluated.constraints,
    cost: evaluated.cost,
    out_of_time: outOfTime.evaluation,
    findings,
    measured_on: measured,
    gate: data.report.gate,
  })
  const evaluation: Evaluation = {
    format_version: bundleFormatVersion,
    label: data.blueprint.label.column,
    positive: positiveText(data.blueprint),
    rows: data.frame.rows,
    label_maturity: data.maturity,
    seed: parts.seed,
    split: {
      kind: data.blueprint.split.kind,
      train_rows: split.train.length,
      test_rows: split.test.length,
      cutoff,
    },
    candidates: candidates.map((each): CandidateEvaluation => ({
      ...each.evaluation,
      selected: each === chosen.selected,
    })),
    selection: {
      metric: data.blueprint.selection.metric,
      rule: chosen.rule,
      constraints: evaluated.constraints,
      promotable: ok,
      reasons: [...reasons],
      reason_kinds: [...kinds],
      certainty,
    },
    learned: auc.lower > 0.5,
    measured_on: measured,
    test,
    out_of_time: outOfTime.evaluation,
    out_of_time_reason: outOfTime.reason,
    external_test: parts.external?.test ?? null,
    best_possible:
      bestAuc === null
        ? null
        : {
            roc_auc: bestAuc,
            share_of_best: bestAuc > 0.5 ? (auc.value - 0.5) / (bestAuc - 0.5) : null,
          },
    threshold: chosen.policy.threshold,
    decisions: chosen.policy.decisions,
    cost: evaluated.cost,
    leakage: { findings },
    fairness: evaluated.fairness,
    explanations: evaluated.explanations,
    timings_seconds: { ...parts.timings },
    warnings: furtherWarnings(parts),
  }
  return { ...evaluation, warnings: cautionsOf(evaluation, data.report).map(({ text }) => text) }
}

/** What only the training knows; the rest of the warnings is read off the evaluation. */
function furtherWarnings({ data, split, chosen, external }: EvaluationParts): string[] {
  return [
    ...(external?.cautions ?? []),
    ...(split.untestable === 0
      ? []
      : [
          `${String(split.untestable)} of the entities have more rows than a test part can hold; they are learnt from, and the test says nothing of them.`,
        ]),
    ...(chosen.feasible
      ? []
      : [
          `No threshold satisfies all constraints on the training rows; the ${data.blueprint.costs === null ? 'one that flags as large a share as there are positives' : 'cheapest one'} was taken.`,
        ]),
    ...data.notes
      .filter(({ column }) => column.startsWith('quality.'))
      .map(({ column, guess, reason }) => `${column} is ${guess}: ${reason}.`),
    ...immatureTexts(data.warnings),
    ...rejectionTexts(data.warnings),
    ...uninformativeColumns(data).map(
      ({ column, reason }) => `${column} is of no use as a feature: ${reason}.`,
    ),
  ]
}
