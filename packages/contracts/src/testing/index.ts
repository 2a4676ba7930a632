export { describeArtifactStore, type ArtifactStoreFixture } from './describe-artifact-store.ts'
export { describeLedger, type LedgerFixture } from './describe-ledger.ts'
export { describeLedgerWatch, type LedgerWatchFixture } from './describe-ledger-watch.ts'
