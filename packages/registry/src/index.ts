export {
  requireReplaceable,
  writeBundle,
  type ManifestFacts,
  type ReplaceOptions,
} from './bundle/write-bundle.ts'
export { openBundle, type Bundle } from './bundle/open-bundle.ts'
export { stateDirectory, type System } from './state-directory.ts'
export { championAlias, parseModelReference, type ModelReference } from './model-names.ts'
export {
  historyEntrySchema,
  type AliasChange,
  type Change,
  type ExpectedChange,
  type HistoryEntry,
  type ModelRegistry,
  type ModelSummary,
  type ModelVersion,
  type Promotion,
  type Registration,
  type ResolvedModel,
} from './model-registry.ts'
export { DirectoryModelRegistry } from './directory/directory-model-registry.ts'
