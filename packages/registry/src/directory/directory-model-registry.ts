import type { Clock } from '@claims/contracts'
import { LedgerModelRegistry } from '../ledger-model-registry.ts'
import { DirectoryArtifactStore } from './directory-artifact-store.ts'
import { DirectoryDocumentStore } from './directory-document-store.ts'
import { DirectoryLedger } from './directory-ledger.ts'

/**
 * The model registry in a directory that several processes and containers may use:
 *
 *     NAME/history.jsonl      every change; versions and aliases are what it adds up to
 *     NAME/lock               excludes other writers
 *     _artifacts/SHA-256/     bundles by the hash of their manifest
 *     _documents/SHA-256      evaluations that were added later
 *     _approvers/history.jsonl  whose approvals count
 *
 * A version exists once its line is in the history; a bundle that no line names does no harm.
 *
 * @example
 * const registry = new DirectoryModelRegistry('.claims/registry')
 * const { version } = await registry.register('auto-fraud', 'auto-fraud-bundle')
 * await registry.promote('auto-fraud', version, { actor: 'ada', reason: 'first model' })
 */
export class DirectoryModelRegistry extends LedgerModelRegistry {
  constructor(root: string, options: { clock?: Clock | undefined } = {}) {
    super({
      ledger: new DirectoryLedger(root),
      documents: new DirectoryDocumentStore(root),
      artifacts: new DirectoryArtifactStore(root),
      clock: options.clock,
    })
  }
}
