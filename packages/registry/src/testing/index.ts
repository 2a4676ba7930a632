export {
  describeArtifactStore,
  describeDocumentStore,
  describeLedger,
  type ArtifactStoreFixture,
  type DocumentStoreFixture,
  type LedgerFixture,
} from '@claims/contracts/testing'
export { describeModelRegistry, type ModelRegistryUnsupported } from './describe-model-registry.ts'
export type { ModelRegistryFixture } from './model-registry-fixture.ts'
export { TestPerson, type TestApproval } from './second-person.ts'
