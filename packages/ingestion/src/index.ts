export { readData, type ReadDataOptions, type ReadResult } from './read-data.ts'
export { scanTable } from './scan-table.ts'
export { typedFrame, type TypedFrame } from './typed-frame.ts'
export type { BindOptions } from './bind-columns.ts'
export type { DelimitedCells, Lineage, RawTable, ValueCells } from './raw-table.ts'
export type { ReadingOptions } from './load-file.ts'
export { createRecordReader, frameFromRecords, type ReadRecords, type RecordReader } from './record-reader.ts'
export {
  claimDrifts,
  generateClaims,
  type ClaimDrift,
  type GenerateClaimsOptions,
  type GeneratedClaims,
} from './generate-claims.ts'
export { readBatches, type DataBatch, type ReadBatchesOptions } from './read-batches.ts'
export { createCsvWriter, writeCsv, type CsvWriter } from './csv-writer.ts'
export { writeClaims, writeFrame } from './write-claims.ts'
export {
  inferBlueprint,
  type InferBlueprintOptions,
  type InferenceNote,
  type InferredBlueprint,
} from './infer-blueprint.ts'
export { defaultCandidates, defaultSteps } from './default-steps.ts'
export { parseJsonExactly } from './parse-json.ts'
export { nearestName } from './nearest-name.ts'
