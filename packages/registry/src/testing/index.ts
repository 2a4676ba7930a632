export {
  describeArtifactStore,
  describeDocumentStore,
  describeLedger,
  type ArtifactStoreFixture,
  type DocumentStoreFixture,
  type LedgerFixture,
} from '@claims/contracts/testing'
export {
  describeModelRegistry,
  type ModelRegistryFixture,
  type ModelRegistryUnsupported,
} from './describe-model-registry.ts'
export { TestPerson, type TestApproval } from './second-person.ts'
