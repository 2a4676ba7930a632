export { checkFile, type CheckResult } from './check-file.ts'
export { evaluateFile, type EvaluatedFile, type EvaluateFileOptions } from './evaluate-file.ts'
export { inferFromFile, type InferredBlueprint } from './infer-from-file.ts'
export type { BlueprintHints } from './data/read-training-data.ts'
export {
  scoreFile,
  type RecordRows,
  type ScoredFileRows,
  type ScoreFileOptions,
  type ScoreFileResult,
} from './score-file.ts'
export type { Clock } from './stage-clock.ts'
export { writeFileAtomic } from '@claims/ingestion'
export { mirroredContent } from './tracking/mirrored-content.ts'
export { trainTracked, type TrackedResult, type TrackingOptions } from './tracking/train-tracked.ts'
export { train, type TrainResult } from './train.ts'
export type { TrainOptions } from './train-options.ts'
export { readTestPredictions } from './bundle/test-predictions-file.ts'
export type { TestPredictions } from './bundle/test-predictions.ts'
export {
  compareBundles,
  type BundleComparison,
  type CompareBundlesOptions,
  type ComparedSide,
} from './compare-bundles.ts'
export type { ComparedBundle } from './comparison/compared-bundle.ts'
export type { ComparedFile, ComparedOn } from './comparison/rows-to-compare.ts'
