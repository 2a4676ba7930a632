export {
  describeArtifactStore,
  describeLedger,
  type ArtifactStoreFixture,
  type LedgerFixture,
} from '@claims/contracts/testing'
export {
  describeModelRegistry,
  type ModelRegistryFixture,
  type ModelRegistryUnsupported,
} from './describe-model-registry.ts'
