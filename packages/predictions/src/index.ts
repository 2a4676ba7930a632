export { makeMasterKey, masterKey, readMasterKey, type MasterKey } from './sealing/master-key.ts'
export { SubjectVault, type Identity, type OpenSubject, type VaultParts } from './subjects/subject-vault.ts'
export type { RecordedModel, RecordFacts } from './build-record.ts'
export { frameInputs, type ReadInput, type RecordedCell, type RecordedInput } from './recorded-input.ts'
export {
  createPredictionRecorder,
  type PredictionRecorder,
  type RecorderParts,
  type ScoredInputs,
} from './prediction-recorder.ts'
export type { RecordedError, SealedContent } from './sealed-content.ts'
export { requireErasure } from './subjects/require-erasure.ts'
export { requireIndex, unindexedText } from './unindexed.ts'
export { verifyPlace, type PlaceCheck } from './verify-place.ts'
export {
  findPrediction,
  replayPrediction,
  type Replay,
  type ReplayParts,
} from './replay/replay-prediction.ts'
export type { ReplayDifference } from './replay/compare-rows.ts'
export { accessLog, type AccessFacts, type AccessLog, type AccessReason } from './subjects/access-log.ts'
export { eraseSubjects, findSubject, type Erasure } from './subjects/erase-subjects.ts'
export {
  erasureFile,
  erasureLine,
  readErasureFile,
  readErasures,
  type ErasureList,
} from './subjects/erasure-list.ts'
export {
  exportSubject,
  openPrediction,
  type OpenedPrediction,
  type ReadParts,
} from './subjects/read-predictions.ts'
export { rotateMasterKey } from './subjects/rotate-master-key.ts'
