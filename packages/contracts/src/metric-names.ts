/** The metrics that every evaluation holds. */
export const metricNames = [
  'roc_auc',
  'average_precision',
  'log_loss',
  'brier',
  'expected_calibration_error',
  'ks',
  'gini',
  'accuracy',
  'balanced_accuracy',
  'precision',
  'recall',
  'specificity',
  'f1',
  'mcc',
  'kappa',
] as const
/** The metrics that candidates are compared by, fold by fold: those that need no threshold. */
export const foldMetricNames = ['roc_auc', 'average_precision', 'log_loss', 'brier'] as const
/** Name of a metric. */
export type MetricName = (typeof metricNames)[number]
