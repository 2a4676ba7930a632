export { checkFile, type CheckResult } from './check-file.ts'
export { evaluateFile, type EvaluatedFile, type EvaluateFileOptions } from './evaluate-file.ts'
export { inferFromFile, type InferredBlueprint } from './infer-from-file.ts'
export { loadScorer, type LoadOptions } from './load-scorer.ts'
export type { BlueprintHints } from './read-training-data.ts'
export type { Novelty, NoveltyCheck } from './novelty.ts'
export type { ScoredBatch, ScoringSummary } from './scoring-summary.ts'
export { scoreFile, type ScoreFileOptions, type ScoreFileResult } from './score-file.ts'
export {
  createScorer,
  type ExplainingScorer,
  type ScoredRow,
  type ScoreOptions,
  type Scorer,
  type ScorerParts,
} from './scorer.ts'
export { stepDefinitions } from './step-definitions.ts'
export type { Clock } from './stage-clock.ts'
export { writeFileAtomic } from './write-file-atomic.ts'
export { trainTracked, type TrackedResult, type TrackingOptions } from './tracking/train-tracked.ts'
export { train, type TrainResult } from './train.ts'
export type { TrainOptions } from './train-options.ts'
