import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exampleBundle } from '@claims/contracts/example'
import { MlflowClient, type MlflowClientOptions } from '@claims/mlflow'
import {
  DirectoryArtifactStore,
  DirectoryLedger,
  LedgerModelRegistry,
  MlflowModels,
  type MirrorParts,
} from '../src/index.ts'

/** A registry with a mirror, in a directory of its own. */
export interface Installation extends AsyncDisposable {
  readonly directory: string
  readonly ledger: DirectoryLedger
  readonly artifacts: DirectoryArtifactStore
  readonly registry: LedgerModelRegistry
  readonly models: MlflowModels
  readonly cache: DirectoryArtifactStore
  readonly mlflow: MlflowClient
  readonly parts: MirrorParts
  /** Registers example bundles by their seeds. */
  register(name: string, ...seeds: readonly number[]): Promise<void>
}

/** Who acts in tests. */
export const ada = { actor: 'ada', reason: 'better on the test set' }

/** Makes an empty registry, and a client of a server. */
export async function installation(
  trackingUri: string,
  options: Partial<MlflowClientOptions> = {},
): Promise<Installation> {
  const directory = await mkdtemp(join(tmpdir(), 'claims-mirror-'))
  const ledger = new DirectoryLedger(join(directory, 'registry'))
  const artifacts = new DirectoryArtifactStore(join(directory, 'registry'))
  const registry = new LedgerModelRegistry({ ledger, artifacts })
  const mlflow = new MlflowClient({ trackingUri, retries: 0, ...options })
  const cache = new DirectoryArtifactStore(join(directory, 'cache'))
  return {
    ...{ directory, ledger, artifacts, registry, mlflow, cache },
    models: new MlflowModels({ mlflow, cache }),
    parts: { ledger, artifacts, mlflow, experimentName: 'claims mirror' },
    async register(name, ...seeds) {
      for (const seed of seeds)
        await registry.register(name, exampleBundle({ seed }), {
          actor: 'ada',
          notes: `seed ${String(seed)}`,
        })
    },
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  }
}

let count = 0
/** A name of the registry that nobody else has on a shared server. */
export function freshName(): string {
  count += 1
  return `m${String(Date.now())}-${String(process.pid)}-${String(count)}`
}

/** Tags by key. */
export function tagsOf(of: {
  readonly tags: readonly { readonly key: string; readonly value: string }[]
}): Record<string, string> {
  return Object.fromEntries(of.tags.map(({ key, value }) => [key, value]))
}
