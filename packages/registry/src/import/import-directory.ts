import {
  ClaimsError,
  isSystemLedger,
  systemClock,
  type ArtifactStore,
  type Clock,
  type Ledger,
} from '@claims/contracts'
import { DirectoryArtifactStore } from '../directory/directory-artifact-store.ts'
import { DirectoryLedger } from '../directory/directory-ledger.ts'
import type { DamagedModel } from '../model-registry.ts'
import { importModel, type ImportedModel, type Stores } from './import-model.ts'

/** What an import found and did. */
export interface DirectoryImport {
  /** Models whose history is on both sides now, by name. */
  readonly models: readonly ImportedModel[]
  /** Models that were left where they are: their history is damaged, or the database has another one. */
  readonly refused: readonly DamagedModel[]
  /** Sequences of the product's own in the directory, which are of that directory and are not brought. */
  readonly skipped: readonly string[]
}

/** From where to where, and who wants to know. */
export interface ImportOptions {
  /** Of the registry in a directory; it stays as it is. */
  readonly directory: string
  readonly to: { readonly ledger: Ledger; readonly artifacts: ArtifactStore }
  /** Who imports. */
  readonly actor: string
  readonly clock?: Clock | undefined
  /** Called after each model. */
  readonly onModel?: ((model: ImportedModel | DamagedModel) => void) | undefined
}

/**
 * Brings every model of a registry in a directory over: the lines of its history byte for byte, so that the chain stays,
 * and its bundles, each read whole and checked by hash. What is there already stays, so it may be run again, also after it
 * was killed: a model's bundles come first and its lines in one append after them. A model that the database knows is never
 * extended: the directory's lines are those of the database, or the first of them. `_system` records each model whose lines
 * come from the directory; its promotions are taken over as they stand. In the end both sides are read
 * again and compared.
 *
 * @param options the directory, the stores to bring it to, and who listens
 * @returns what was brought, what was there, and what could not be brought and why; one model hides no other
 * @throws ClaimsError `unreadable_storage` where the directory cannot be read; those of the stores that are brought to,
 *   where the same call may succeed later, such as `database_unavailable`
 *
 * @example
 * const { models, refused } = await importDirectory({ directory, to: { ledger, artifacts }, actor: 'ada' })
 */
export async function importDirectory(options: ImportOptions): Promise<DirectoryImport> {
  const { directory, to, actor, clock = systemClock, onModel } = options
  const from: Stores = {
    ledger: new DirectoryLedger(directory),
    artifacts: new DirectoryArtifactStore(directory),
  }
  const models: ImportedModel[] = []
  const refused: DamagedModel[] = []
  const skipped: string[] = []
  for (const name of await from.ledger.names()) {
    if (isSystemLedger(name)) {
      skipped.push(name)
      continue
    }
    try {
      const model = await importModel(name, { from, to, facts: { directory, actor, clock } })
      models.push(model)
      onModel?.(model)
    } catch (error) {
      if (!(error instanceof ClaimsError) || error.entry.retryable) throw error
      refused.push({ name, error })
      onModel?.({ name, error })
    }
  }
  return { models, refused, skipped }
}
