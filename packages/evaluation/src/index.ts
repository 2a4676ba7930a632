export { sortScores, requireBothClasses, type SortedScores } from './sorted-scores.ts'
export { rocAuc, rocAucOfSorted } from './metrics/roc-auc.ts'
export { averagePrecision, averagePrecisionOfSorted } from './metrics/average-precision.ts'
export { logLoss } from './metrics/log-loss.ts'
export { brier } from './metrics/brier.ts'
export { expectedCalibrationError } from './metrics/expected-calibration-error.ts'
export { ks } from './metrics/ks.ts'
export { gini } from './metrics/gini.ts'
export { confusion, type Confusion } from './metrics/confusion.ts'
export {
  accuracy,
  balancedAccuracy,
  f1,
  kappa,
  mcc,
  precision,
  recall,
  specificity,
} from './metrics/confusion-metrics.ts'
export { wilsonInterval, type Interval } from './intervals/wilson.ts'
export { delongInterval, delongVariance } from './intervals/delong.ts'
export { defaultResamples } from './intervals/bootstrap.ts'
export { meanInterval, type MeanIntervalOptions } from './intervals/mean-interval.ts'
export { evaluateProbabilities, type EvaluateProbabilitiesInput } from './evaluate-probabilities.ts'
export { summarizeFolds, type FoldSummary, type SummarizeFoldsOptions } from './selection/summarize-folds.ts'
export {
  stoppedCandidates,
  type RunningCandidate,
  type StoppedCandidate,
  type StoppingRule,
} from './selection/stopped-candidates.ts'
export { compareCandidates, type CandidateComparison } from './selection/compare-candidates.ts'
export { disagreement, type Disagreement } from './selection/disagreement.ts'
export {
  selectCandidate,
  type CandidateSelection,
  type SelectableCandidate,
  type SelectCandidateOptions,
} from './selection/select-candidate.ts'
export { compareModels, type MetricComparison, type ModelsComparison } from './comparison/compare-models.ts'
export type { ComparedModel, CompareModelsInput } from './comparison/compared-rows.ts'
export type { Difference } from './comparison/difference.ts'
export type { CostDifference } from './comparison/compare-costs.ts'
export type { DecidedDifferently } from './comparison/decided-differently.ts'
export { costIntervals, type CostIntervalOptions, type GroupedClaims } from './decisions/cost-intervals.ts'
export { savingText } from './decisions/saving-text.ts'
export { costOfConfusion, type CostParts } from './decisions/cost-of-confusion.ts'
export { evaluateCost, type EvaluateCostInput } from './decisions/evaluate-cost.ts'
export {
  chooseThreshold,
  type ChooseThresholdInput,
  type ChosenThreshold,
} from './decisions/choose-threshold.ts'
export { promotability, type Promotability, type PromotionFacts } from './decisions/promotability.ts'
export { reviewShare } from './decisions/review-share.ts'
export { checkConstraints, type ConstraintResult } from './decisions/check-constraints.ts'
export {
  globalImportance,
  type ColumnContributions,
  type GlobalImportance,
} from './explanations/global-importance.ts'
export {
  dependence,
  type Dependence,
  type DependenceGroup,
  type DependenceInput,
  type WordEffect,
} from './explanations/dependence.ts'
export { wordDependence, type WordDependenceInput } from './explanations/word-dependence.ts'
export { rocCurve, type RocCurve } from './curves/roc-curve.ts'
export { precisionRecallCurve, type PrecisionRecallCurve } from './curves/precision-recall-curve.ts'
export {
  calibrationCurve,
  type CalibrationBin,
  type CalibrationCurveOptions,
} from './curves/calibration-curve.ts'
export { cumulativeGain, type CumulativeGain } from './curves/cumulative-gain.ts'
export { costCurve, type CostCurve } from './curves/cost-curve.ts'
export { tradeOffCurve, type TradeOffCurve } from './curves/trade-off-curve.ts'
export { fairness, type FairnessInput, type FairnessRow } from './fairness.ts'
export { renderReport } from './report/render-report.ts'
export type { ReportDataset, ReportInput } from './report/report-input.ts'
export { renderModelCard, type ModelCardInput } from './model-card.ts'
export { cautionsOf, type Caution } from './report/cautions.ts'
export {
  metricTable,
  type JudgedRows,
  type MetricDeclaration,
  type MetricInterval,
  type ResampleSums,
} from './metrics/metric-table.ts'
