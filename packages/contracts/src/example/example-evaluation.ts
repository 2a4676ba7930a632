import { bundleFormatVersion } from '../bundle-format.ts'
import type { Evaluation, Metric, TestEvaluation } from '../evaluation.ts'
import type { LeakageFinding } from '../finding.ts'
import { metricNames, type MetricName } from '../metric-names.ts'

/** What a test may want to set about an example evaluation. */
export interface ExampleEvaluationOptions {
  /** By name; 0.8 where absent, with an interval of ±0.05. */
  readonly metrics?: Readonly<Partial<Record<MetricName, number>>>
  /** The same for the latest rows; none were measured where absent. */
  readonly outOfTime?: Readonly<Partial<Record<MetricName, number>>>
  readonly measuredOn?: Evaluation['measured_on']
  readonly findings?: readonly LeakageFinding[]
  readonly fairness?: Evaluation['fairness']
  readonly reasons?: readonly string[]
  readonly reasonKinds?: readonly string[]
}

/** A small, valid evaluation, for tests of what keeps and compares evaluations. */
export function exampleEvaluation(options: ExampleEvaluationOptions = {}): Evaluation {
  const { metrics = {}, outOfTime, reasons = [], reasonKinds } = options
  return {
    ...{
      format_version: bundleFormatVersion,
      label: 'fraud',
      positive: 'Y',
      rows: 500,
      label_maturity: null,
    },
    ...{ seed: 42, split: { kind: 'stratified', train_rows: 400, test_rows: 100, cutoff: null } },
    candidates: [],
    selection: {
      ...{ metric: 'roc_auc', rule: 'the only one', constraints: [], certainty: '' },
      ...{ promotable: reasons.length === 0, reasons: [...reasons] },
      ...(reasonKinds === undefined ? {} : { reason_kinds: [...reasonKinds] }),
    },
    ...{ learned: true, measured_on: options.measuredOn ?? { kind: 'held_out' }, test: testOf(metrics) },
    out_of_time: outOfTime === undefined ? null : testOf(outOfTime),
    ...{ out_of_time_reason: null, external_test: null, best_possible: null },
    threshold: { value: 0.5, chosen_on: 'out-of-fold rows', rule: 'the best F1' },
    ...{ decisions: null, cost: null, leakage: { findings: [...(options.findings ?? [])] } },
    fairness: [...(options.fairness ?? [])],
    explanations: { scale: 'log_odds', rows: 0, global: [] },
    ...{ timings_seconds: {}, warnings: [] },
  }
}

function testOf(values: Readonly<Partial<Record<MetricName, number>>>): TestEvaluation {
  const metricOf = (name: MetricName): [MetricName, Metric] => {
    const value = values[name] ?? 0.8
    return [name, { value, lower: value - 0.05, upper: value + 0.05 }]
  }
  return {
    ...{ rows: 100, positives: 20, confusion: { tn: 70, fp: 10, fn: 4, tp: 16 } },
    metrics: Object.fromEntries(metricNames.map(metricOf)) as TestEvaluation['metrics'],
    intervals: { method: 'example', level: 0.95 },
  }
}
