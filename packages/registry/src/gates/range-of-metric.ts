/** What values a metric can have, its ends included. */
export interface MetricRange {
  readonly least: number
  /** Infinity where there is no greatest. */
  readonly most: number
}

const share: MetricRange = { least: 0, most: 1 }
const correlation: MetricRange = { least: -1, most: 1 }

const ranges: ReadonlyMap<string, MetricRange> = new Map([
  ['log_loss', { least: 0, most: Infinity }],
  ...['gini', 'mcc', 'kappa'].map((name) => [name, correlation] as const),
  ...[
    ...['roc_auc', 'average_precision', 'brier', 'expected_calibration_error', 'ks', 'accuracy'],
    ...['balanced_accuracy', 'precision', 'recall', 'specificity', 'f1'],
    ...['false_positive_rate', 'selection_rate', 'positive_rate'],
  ].map((name) => [name, share] as const),
])

/** What values a metric can have; null where that is not known, as of those that no evaluation of this product holds. */
export function rangeOfMetric(metric: string): MetricRange | null {
  return ranges.get(metric) ?? null
}
