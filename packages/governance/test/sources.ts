import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DirectoryArtifactStore, DirectoryLedger, LedgerModelRegistry } from '@claims/registry'
import type { FactSources } from '@claims/governance'

/** Bundles that earlier products and this one wrote. */
export const frozenBundles = ['0.1', '2-boosting', '2-logistic', '3-decisions'] as const

/** Directory of a frozen bundle. */
export function frozenBundle(name: (typeof frozenBundles)[number]): string {
  return join(import.meta.dirname, '../../pipeline/test/bundles', name, 'bundle')
}

/** A registry of its own. */
export interface TestSources extends FactSources {
  readonly root: string
  remove(): Promise<void>
}

/** An empty registry in a directory. */
export async function temporarySources(): Promise<TestSources> {
  const root = await mkdtemp(join(tmpdir(), 'claims-governance-'))
  const ledger = new DirectoryLedger(root)
  const artifacts = new DirectoryArtifactStore(root)
  let moment = Date.parse('2026-01-05T08:00:00Z')
  const clock = { now: () => new Date((moment += 86_400_000)) }
  return {
    ...{ root, ledger, artifacts, registry: new LedgerModelRegistry({ ledger, artifacts, clock }) },
    remove: () => rm(root, { recursive: true, force: true }),
  }
}
