export { describeArtifactStore, type ArtifactStoreFixture } from './describe-artifact-store.ts'
export { describeLedger, type LedgerFixture } from './describe-ledger.ts'
export {
  describeModelRegistry,
  type ModelRegistryFixture,
  type ModelRegistryUnsupported,
} from './describe-model-registry.ts'
