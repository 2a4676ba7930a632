export type {
  Classifier,
  ClassifierCapabilities,
  ClassifierDefinition,
  Contributions,
  ContributionScale,
  FitOptions,
  FittedClassifier,
  LabelledMatrix,
  ModelCatalog,
  ModelFiles,
  SavedModel,
  PortableModel,
} from './classifier.ts'
export {
  classifierDefinitions,
  findDefinition,
  type ClassifierDefinitionsOptions,
} from './classifier-definitions.ts'
export { logisticRegression } from './logistic/logistic-regression.ts'
export type { FittedLogisticRegression } from './logistic/fitted-logistic-regression.ts'
export type { LogisticParameters } from './logistic/logistic-parameters.ts'
export { gradientBoosting, type GradientBoostingOptions } from './boosting/gradient-boosting.ts'
export type { FittedGradientBoosting } from './boosting/fitted-gradient-boosting.ts'
export type { BoostingParameters } from './boosting/boosting-parameters.ts'
export type { Split } from './splits/split.ts'
export { stratifiedFolds } from './splits/stratified-folds.ts'
export { groupedFolds } from './splits/grouped-folds.ts'
export { timeFolds } from './splits/time-folds.ts'
export { foldSplits, type SplitSource } from './splits/fold-splits.ts'
export { holdOut, type HoldOut } from './splits/hold-out.ts'
export { testShareOf } from './splits/test-share.ts'
export {
  crossValidate,
  type CrossValidatedFold,
  type CrossValidateOptions,
  type CrossValidation,
  type FoldModel,
} from './cross-validate.ts'
export type { Calibrator, CalibratorState } from './calibration/calibrator.ts'
export { fitSigmoid } from './calibration/sigmoid.ts'
export { fitIsotonic } from './calibration/isotonic.ts'
export { fitCalibrator, identityCalibrator, restoreCalibrator } from './calibration/fit-calibrator.ts'
