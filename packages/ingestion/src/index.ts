export { readData, type ReadDataOptions, type ReadResult } from './read-data.ts'
export { scanTable } from './scan-table.ts'
export type { DataSource, TablePart } from './source/data-source.ts'
export { dataSource, fileSource } from './source/file-source.ts'
export { recordsSource } from './source/records-source.ts'
export { typedFrame, type TypedFrame } from './typed-frame.ts'
export type { BindOptions } from './bind-columns.ts'
export type { DelimitedCells, FileReading, Lineage, RawTable, ValueCells } from './raw-table.ts'
export type { TextEncoding } from './text-decoding.ts'
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
export { probabilitySidecar, writeClaims, writeFrame } from './write-claims.ts'
export { outputError } from './output/output-error.ts'
export { openOutput, type OpenOutputOptions, type OutputFile } from './output/open-output.ts'
export { createOutputLedger, type OutputLedger } from './output/output-ledger.ts'
export { writeFileAtomic } from './output/write-file-atomic.ts'
export { outputPlace, type OutputKind, type OutputPlace } from './output/output-place.ts'
export { requireApart } from './output/require-apart.ts'
export {
  requireOutput,
  requireOutputFolder,
  requireWholeFolder,
  type OutputRules,
} from './output/require-output.ts'
export {
  inferBlueprint,
  type InferBlueprintOptions,
  type InferenceNote,
  type InferredBlueprint,
} from './infer-blueprint.ts'
export { defaultCandidates, defaultSteps } from './default-steps.ts'
export { labelClasses, labelKey, type LabelClass } from './label-classes.ts'
export { describeName, isNearName, type DescribedName } from './near-name.ts'
export { nearestName } from './nearest-name.ts'
export { entityText, parseBoolean } from './canonical-text.ts'
export { parseJsonExactly } from './parse-json.ts'
