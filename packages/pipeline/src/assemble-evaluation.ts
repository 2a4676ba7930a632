import type { CandidateEvaluation, Evaluation, LeakageFinding, TestEvaluation } from '@claims/contracts'
import type { CrossValidated } from './cross-validate-candidates.ts'
import { positiveText } from './encode-target.ts'
import type { EvaluatedModel } from './evaluate-model.ts'
import type { OutOfTime } from './out-of-time.ts'
import type { TrainingData } from './read-training-data.ts'
import type { ChosenModel } from './select-model.ts'
import type { DataSplit } from './split-data.ts'
import { uninformativeColumns } from './uninformative-columns.ts'

/** Share of the best possible AUC above 0.5 below which a drop out of time is worth a warning. */
const outOfTimeDrop = 0.05

/** What an evaluation is put together from. */
export interface EvaluationParts {
  readonly data: TrainingData
  readonly split: DataSplit
  readonly candidates: readonly CrossValidated[]
  readonly chosen: ChosenModel
  readonly evaluated: EvaluatedModel
  readonly outOfTime: OutOfTime
  readonly external: TestEvaluation | null
  /** AUC of the true probabilities on the test rows, or null where they are unknown. */
  readonly bestAuc: number | null
  readonly leakage: readonly LeakageFinding[]
  readonly seed: number
  readonly timings: Readonly<Record<string, number>>
}

/** Puts the parts of a training together into the content of `evaluation.json`. */
export function assembleEvaluation(parts: EvaluationParts): Evaluation {
  const { data, split, candidates, chosen, evaluated, outOfTime, bestAuc } = parts
  const auc = evaluated.test.metrics.roc_auc
  const promotable = evaluated.constraints.every(({ met }) => met)
  const learned = auc.lower > 0.5
  return {
    format_version: 1,
    label: data.blueprint.label.column,
    positive: positiveText(data.blueprint),
    rows: data.frame.rows,
    seed: parts.seed,
    split: {
      kind: data.blueprint.split.kind,
      train_rows: split.train.length,
      test_rows: split.test.length,
      cutoff: evaluated.test.cutoff ?? null,
    },
    candidates: candidates.map((each): CandidateEvaluation => ({
      ...each.evaluation,
      selected: each === chosen.selected,
    })),
    selection: {
      metric: data.blueprint.selection.metric,
      rule: chosen.rule,
      constraints: evaluated.constraints,
      promotable: promotable && learned,
    },
    learned,
    test: evaluated.test,
    out_of_time: outOfTime.evaluation,
    out_of_time_reason: outOfTime.reason,
    external_test: parts.external,
    best_possible:
      bestAuc === null ? null : { roc_auc: bestAuc, share_of_best: (auc.value - 0.5) / (bestAuc - 0.5) },
    threshold: chosen.policy.threshold,
    cost: evaluated.cost,
    leakage: { findings: [...parts.leakage] },
    fairness: evaluated.fairness,
    explanations: {
      scale: 'log-odds of the uncalibrated model, summed to raw columns',
      rows: evaluated.explained.contributions.rows,
      global: evaluated.global,
    },
    timings_seconds: { ...parts.timings },
    warnings: warningsOf(parts, { learned }),
  }
}

function warningsOf(
  { data, chosen, evaluated, outOfTime, leakage }: EvaluationParts,
  { learned }: { learned: boolean },
): string[] {
  const auc = evaluated.test.metrics.roc_auc
  const warnings: string[] = []
  if (!learned) {
    warnings.push(
      `There is nothing to learn here: the interval of the test AUC, ${auc.lower.toFixed(3)} to ${auc.upper.toFixed(3)}, contains 0.5, which is what guessing gets.`,
    )
  }
  for (const { name, limit, value, met } of evaluated.constraints) {
    if (!met)
      warnings.push(
        `The constraint ${name} ${String(limit)} is not met: ${value.toFixed(3)}. The model may not be promoted.`,
      )
  }
  if (!chosen.feasible)
    warnings.push('No threshold satisfies all constraints on the training rows; the cheapest one was taken.')
  if (outOfTime.evaluation !== null) {
    const later = outOfTime.evaluation.metrics.roc_auc
    if (auc.value - later.value > outOfTimeDrop) {
      warnings.push(
        `On the latest rows the AUC is ${later.value.toFixed(3)} (${later.lower.toFixed(3)} to ${later.upper.toFixed(3)}), against ${auc.value.toFixed(3)} on the test rows: expect the lower one in production.`,
      )
    }
  }
  for (const finding of leakage) warnings.push(finding.message)
  for (const { column, reason } of uninformativeColumns(data))
    warnings.push(`${column} is of no use as a feature: ${reason}.`)
  if (data.rejectedRows > 0)
    warnings.push(
      `${String(data.rejectedRows)} of ${String(data.lineage.rows)} rows were rejected by the checks and not used.`,
    )
  for (const failure of data.report.gate.failures) warnings.push(`Data quality: ${failure}`)
  return warnings
}
