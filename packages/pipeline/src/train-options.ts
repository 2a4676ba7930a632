import type { Blueprint, Manifest, ProgressListener } from '@claims/contracts'
import type { DataSource, OutputRules } from '@claims/ingestion'
import type { ModelCatalog } from '@claims/models'
import type { BlueprintHints } from './data/read-training-data.ts'
import type { Clock } from './stage-clock.ts'

/** How to train. */
export interface TrainOptions {
  /** Labelled rows: a source, or the path of a file. */
  readonly data: string | DataSource
  /** A blueprint, or what to infer one from. */
  readonly by: { readonly blueprint: Blueprint } | { readonly hints: BlueprintHints }
  /** Directory of the bundle to write. */
  readonly out: string
  /** Labelled rows that nothing is fitted on. */
  readonly test?: string | DataSource | undefined
  /** Names of the candidates to consider; all when absent. */
  readonly models?: readonly string[] | undefined
  readonly folds?: number | undefined
  /** Day on which the labels of the data were taken; today where absent. See `maturityOfRows`. */
  readonly asOf?: Date | undefined
  readonly seed: number
  readonly threads: number
  /** Kinds of model that the blueprint's candidates may be of; default: those of `@claims/models`. */
  readonly catalog?: ModelCatalog | undefined
  /** True probability by id, where the data was made: gives the best possible score. */
  readonly truth?: ReadonlyMap<string, number> | undefined
  /** What trains: its version, and its commit where it runs from its own repository. */
  readonly product?: NonNullable<Manifest['product']> | undefined
  /** Commit of the repository in which the data lies. */
  readonly dataCommit?: string | null | undefined
  /** Where rejected rows go; default: `<out>.rejected.jsonl`. */
  readonly quarantine?: string | undefined
  /** What may be replaced at `quarantine`, and further inputs. A folder that is no bundle is never replaced. */
  readonly output?: OutputRules | undefined
  readonly clock?: Clock | undefined
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ProgressListener | undefined
}
