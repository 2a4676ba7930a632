export {
  requireReplaceable,
  writeBundle,
  type ManifestFacts,
  type ReplaceOptions,
} from './bundle/write-bundle.ts'
export { openBundle } from './bundle/open-bundle.ts'
export { directoryFiles, type DirectoryFiles } from './bundle/directory-files.ts'
export { bundleOf, sealBundle, type Bundle, type BundleContent } from './bundle/bundle.ts'
export { stateDirectory, type System } from './state-directory.ts'
export { championAlias, parseModelReference, type ModelReference } from './model-names.ts'
export { stageOf, type ModelStage } from './model-stage.ts'
export { detailsOf } from './history/details/details-of.ts'
export type { DetailsByAction, HistoryDetails } from './history/details/details-by-action.ts'
export { registrationDetails, type RegistrationDetails } from './history/details/registration-details.ts'
export type { HistoryAction } from './history/history-actions.ts'
export { predictionsNaming } from './history/predictions-naming.ts'
export { replayHistory, type ModelState, type VersionNotes } from './rules/replay-history.ts'
export type { KeptVersion, RetentionPlan } from './rules/plan-retention.ts'
export type {
  Change,
  ExpectedChange,
  RegistryCommand,
  RestoringChange,
  Retention,
} from './rules/registry-command.ts'
export {
  historyEntrySchema,
  type ActorSource,
  type HistoryEntry,
  type HistoryFacts,
} from './history/history-entry.ts'
export { decide, type Decision, type DecisionFacts } from './rules/decide.ts'
export { RecordedRefusal } from './rules/recorded-refusal.ts'
export type { ApprovalDetails, ApprovalKind, ApprovalStatement } from './history/details/approval-details.ts'
export type {
  EvidenceDetails,
  EvidenceGroup,
  EvidenceLeak,
  EvidenceMetric,
  EvidencePlace,
  EvidenceSet,
} from './history/details/evidence-details.ts'
export {
  promotionPolicySchema,
  type Constraint,
  type ConstraintOperator,
  type PolicyDetails,
  type PromotionPolicy,
} from './history/details/policy-details.ts'
export type { GateRow, PromotionDetails } from './history/details/promotion-details.ts'
export type { CountedApproval } from './history/details/counted-approval.ts'
export type { ApprovalDraft, GateCheck, ModelGates } from './gates/model-gates.ts'
export type { GateFacts } from './gates/gate-facts.ts'
export { noPolicy } from './gates/gate-state.ts'
export { judgeGates, type GateReport, type PromotionAttempt } from './gates/judge-gates.ts'
export { constraintMetrics, constraintText, placeText } from './gates/constraint.ts'
export { parseConstraint } from './gates/parse-constraint.ts'
export { gateText } from './gates/gate-row.ts'
export type { Approver, Approvers, Enrollment, Revocation } from './approvals/approvers.ts'
export {
  newKeyPair,
  parsePublicKey,
  parseSigningKey,
  type KeyPairText,
  type PublicKey,
  type SigningKey,
} from './approvals/key-pair.ts'
export { signApproval } from './approvals/sign-approval.ts'
export type { ApprovalVerdict } from './approvals/verify-approvals.ts'
export type {
  AliasChange,
  DamagedModel,
  DescriptionChange,
  Ending,
  ModelList,
  ModelRegistry,
  ModelSummary,
  ModelVersion,
  PageOptions,
  Promotion,
  Registration,
  ResolvedModel,
  RetentionOptions,
  TagChange,
  VersionsPage,
  VersionsPageOptions,
} from './model-registry.ts'
export { LedgerModelRegistry, type ModelRegistryParts } from './ledger-model-registry.ts'
export {
  collectGarbage,
  defaultMinimumAge,
  leastMinimumAge,
  type GarbageCollection,
  type GarbageOptions,
} from './garbage/collect-garbage.ts'
export { DirectoryArtifactStore } from './directory/directory-artifact-store.ts'
export { DirectoryDocumentStore } from './directory/directory-document-store.ts'
export { DirectoryLedger } from './directory/directory-ledger.ts'
export { watchDirectory } from './directory/watch-directory.ts'
export { DirectoryModelRegistry } from './directory/directory-model-registry.ts'
export { importDirectory, type DirectoryImport, type ImportOptions } from './import/import-directory.ts'
export type { DamagedVersion, ImportedModel } from './import/import-model.ts'
export { openRegistry, type OpenRegistry, type RegistryPlace } from './open-registry.ts'
export { MlflowModels, type MlflowModel, type MlflowModelsParts } from './mlflow/mlflow-models.ts'
export { isMlflowReference, parseMlflowReference } from './mlflow/parse-mlflow-reference.ts'
export { mirrorModel } from './mlflow/mirror/mirror-model.ts'
export type { MirrorParts, MirrorResult, MirrorRow } from './mlflow/mirror/mirror-parts.ts'
export { mirrorStatus, type MirrorStatus } from './mlflow/mirror/mirror-status.ts'
export { MirrorMemory, type RememberedPlace } from './mlflow/mirror/mirror-memory.ts'
export type { VersionContent } from './mlflow/mirror/mirror-version.ts'
export { reconcileModel, type ReconcileOptions } from './mlflow/mirror/reconcile-model.ts'
export {
  verifyLedger,
  type LedgerReport,
  type VerifiedSequence,
  type VerifyLedgerOptions,
} from './ledger/verify-ledger.ts'
export {
  ledgerProblems,
  type LedgerFinding,
  type LedgerNote,
  type LedgerProblem,
} from './ledger/ledger-finding.ts'
export { findingText } from './ledger/damaged-ledger.ts'
export { appendToEnd, type EndAppend } from './ledger/append-to-end.ts'
export { systemLedger } from './ledger/system-entries.ts'
export {
  checkpointSha256,
  checkpointText,
  openCheckpoint,
  publicKeyText,
  signCheckpoint,
  type CheckpointFacts,
  type SignedCheckpoint,
} from './ledger/checkpoint.ts'
export { readCheckpointKey, readCheckpointPublicKey, writeNewCheckpointKey } from './ledger/checkpoint-key.ts'
export {
  writeCheckpoint,
  type WriteCheckpointOptions,
  type WrittenCheckpoint,
} from './ledger/write-checkpoint.ts'
export {
  dropPartitions,
  type DropPartitionsOptions,
  type PartitionVerdict,
} from './ledger/drop-partitions.ts'
export {
  lineage,
  type Lineage,
  type LineageEdge,
  type LineageKind,
  type LineageNode,
  type LineageRecord,
} from './lineage/lineage.ts'
export { lineageMermaid } from './lineage/lineage-mermaid.ts'
