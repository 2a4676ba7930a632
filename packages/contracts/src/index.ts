export { errorCodes, type ErrorCode, type ErrorCodeEntry } from './error-codes.ts'
export { ClaimsError, toClaimsError, type ClaimsErrorOptions, type FieldProblem } from './claims-error.ts'
export { problemSchema, toProblem, type Problem } from './problem.ts'
export { fieldProblems } from './field-problems.ts'
export { dataWarningSchema, rowWarningSchema, type DataWarning, type RowWarning } from './data-warning.ts'
export { readLeniently, type LenientRead } from './read-leniently.ts'
export { recordByName } from './record-by-name.ts'
export { requireKnownFormat } from './require-known-format.ts'
export {
  claimColumns,
  columnOfRole,
  columnRoles,
  columnRoleSchema,
  columnSchema,
  columnTypeSchema,
  numberFormatSchema,
  type Column,
  type ColumnRole,
  type ColumnType,
  type NumberFormat,
  type RoleFacts,
} from './column.ts'
export { echoValue, longestEcho } from './echo-value.ts'
export { seenValuesSchema, type SeenValues } from './seen-values.ts'
export {
  blueprintSchema,
  businessRuleSchema,
  candidateSchema,
  costsSchema,
  readingSchema,
  stepSpecificationSchema,
  type Blueprint,
  type BlueprintInput,
  type BusinessRule,
  type Candidate,
  type Costs,
  type Reading,
  type SelectionConstraints,
  type StepSpecification,
} from './blueprint.ts'
export {
  dateFormatNames,
  dateFormatProblem,
  datePatternTokens,
  type DateFormatName,
  type DatePatternToken,
} from './date-format.ts'
export { parseBlueprint } from './parse-blueprint.ts'
export {
  findingSchema,
  leakageFindingSchema,
  validationReportSchema,
  type Finding,
  type LeakageFinding,
  type ValidationReport,
} from './finding.ts'
export { decisionsSchema, type DecisionEdge } from './decisions.ts'
export { bundleFormatVersion } from './bundle-format.ts'
export { policySchema, type Policy } from './policy.ts'
export {
  batchPredictionSchema,
  predictionSchema,
  riskBandSchema,
  riskFactorSchema,
  type BatchPrediction,
  type Prediction,
  type RiskBand,
  type RiskFactor,
} from './prediction.ts'
export { claimSchema, type Claim } from './claim.ts'
export {
  costEvaluationSchema,
  evaluationSchema,
  metricSchema,
  testEvaluationSchema,
  type CandidateEvaluation,
  type CostEvaluation,
  labelMaturitySchema,
  type Evaluation,
  type KnownRows,
  type LabelMaturity,
  type MeasuredOn,
  type Metric,
  type TestEvaluation,
} from './evaluation.ts'
export { manifestSchema, type Manifest } from './manifest.ts'
export type { ProgressEvent, ProgressListener } from './progress.ts'
export { pipelineFileSchema, type PipelineFile } from './bundle/pipeline-file.ts'
export { calibratorFileSchema, type CalibratorFile } from './bundle/calibrator-file.ts'
export {
  boostingFileSchema,
  logisticRegressionFileSchema,
  type BoostingFile,
  type LogisticRegressionFile,
} from './bundle/model-files.ts'
export {
  trainingRowsHeaderSchema,
  trainingRowsLayout,
  type TrainingRowsHeader,
} from './bundle/training-rows-header.ts'
export {
  testPredictionsHeaderSchema,
  testPredictionsLayout,
  type TestPredictionsHeader,
} from './bundle/test-predictions-header.ts'
export { type LevelSketch, type NumberSketch, type Sketch, type TextSketch } from './bundle/sketch.ts'
export {
  referenceProfileSchema,
  upgradeReferenceProfile,
  type ReferenceProfile,
  type ReferenceProfileFile,
} from './bundle/reference-profile.ts'
export { bundleFileSchemas, requireBundleFile } from './bundle/bundle-file-schemas.ts'
export { canonicalJson } from './canonical-json.ts'
export { systemClock, type Clock } from './clock.ts'
export type { BundleFiles } from './bundle-files.ts'
export type { ArtifactStore } from './artifact-store.ts'
export type { KeptBundle, LeftPlace, Removal, RemoveOptions } from './artifact-removal.ts'
export { emptyLedger, type DropRecord, type Ledger, type LedgerPage } from './ledger.ts'
export type { LedgerHead, LedgerInspection, LedgerRow } from './ledger-inspection.ts'
export { ledgerDropped } from './ledger-dropped.ts'
export { isLedgerName, isSystemLedger, requireLedgerInput, type LedgerInput } from './require-ledger-input.ts'
export {
  predictionFormatVersion,
  predictionIdSchema,
  predictionRecordSchema,
  type PredictionRecord,
} from './predictions/prediction-record.ts'
export type {
  LoggedPrediction,
  PredictionLog,
  PredictionPage,
  PredictionQuery,
  PredictionReceipt,
  ReindexSummary,
  UnindexedSequence,
} from './predictions/prediction-log.ts'
export type {
  DestroyOptions,
  KeyDestruction,
  SubjectKey,
  SubjectKeyStore,
} from './predictions/subject-key-store.ts'
export type { LedgerWatch, LedgerWatchState, WatchMethod } from './ledger-watch.ts'
export {
  PositionsWatch,
  type LedgerPositions,
  type PositionsReader,
  type PositionsWatchParts,
} from './positions-watch.ts'
export { Bell } from './bell.ts'
export type { DocumentStore } from './document-store.ts'
export { foundDocument, mostDocumentBytes, requireDocument } from './require-document.ts'
export { describeAllowed, describeDigits } from './describe-allowed.ts'
export { readableName } from './readable-name.ts'
export { parseBundleFile } from './parse-bundle-file.ts'
export { readBundleFile } from './read-bundle-file.ts'
export { parseManifest } from './parse-manifest.ts'
export { damagedFile } from './damaged-file.ts'
export { noSuchFile } from './no-such-file.ts'
export { stopwatch } from './stopwatch.ts'
export { statedBytes } from './stated-bytes.ts'
export { streamFile } from './stream-file.ts'
export { foldMetricNames, metricNames, type MetricName } from './metric-names.ts'
