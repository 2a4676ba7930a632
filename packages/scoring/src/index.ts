export { decide, type Decision } from './decide.ts'
export { buildPolicy, type BuildPolicyInput } from './build-policy.ts'
export { type AttributionInput } from './explanations/attribution.ts'
export { columnContributions } from './explanations/column-contributions.ts'
export {
  createReasoner,
  reasonsFor,
  type Reasoner,
  type ReasonerInput,
  type ReasonsForInput,
} from './explanations/reasons.ts'
export {
  fittedPipeline,
  type Explains,
  type FittedParts,
  type FittedPipeline,
  type PreparedRows,
} from './fitted-pipeline.ts'
export { transformFeatures, type FittedFeatures } from './fitted-features.ts'
export { infiniteRows, type FeatureOrigin } from './infinite-rows.ts'
export { loadPipeline, type LoadPipelineOptions } from './load-pipeline.ts'
export { loadScorer } from './load-scorer.ts'
export { compileNovelty, type Novelty, type NoveltyCheck } from './novelty/novelty.ts'
export { seenValues } from './novelty/seen-values.ts'
export { createScoringSummary, type ScoredBatch, type ScoringSummary } from './scoring-summary.ts'
export {
  createScorer,
  type RowEvidence,
  type ScoredRow,
  type ScoreEvidence,
  type ScoreOptions,
  type Scorer,
  type ScorerParts,
} from './scorer.ts'
export { stepDefinitions } from './step-definitions.ts'
