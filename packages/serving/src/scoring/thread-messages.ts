import type { ErrorCode, FieldProblem } from '@claims/contracts'
import type { BundleContent } from '@claims/registry'
import type { ReadBody } from '../body/read-body.ts'
import type { BodyRequest } from './score-body.ts'
import type { Tally } from './tally.ts'

/** How the thread loads models; its `workerData`. */
export interface ThreadSettings {
  readonly threads: number
  /** Kinds of model that bundles may be of; default: those of `@claims/models`. */
  readonly catalog?: CatalogModule | undefined
}

/** A module that makes the catalog of models within the thread, which takes no functions from outside. */
export interface CatalogModule {
  /** Address of the module; it exports `modelCatalog(settings)`, which returns a `ModelCatalog`. */
  readonly url: string
  /** What `modelCatalog` gets; it is copied into the thread. */
  readonly settings: unknown
}

/** A model that the thread shall hold. */
export interface ThreadModel {
  readonly key: string
  /** What was opened and checked; the thread opens nothing itself. */
  readonly bundle: BundleContent
  readonly name: string
  readonly version: string
}

/** What the thread is told. */
export type ThreadCommand =
  | { readonly type: 'load'; readonly model: ThreadModel }
  | { readonly type: 'unload'; readonly key: string }
  | {
      readonly type: 'score'
      readonly key: string
      readonly body: ReadBody
      readonly request: BodyRequest
    }

/** An error on its way between threads. */
export interface SentError {
  readonly code: ErrorCode
  readonly message: string
  readonly problems: readonly FieldProblem[]
}

/** What the thread answers, one per `load` and `score`, in order. */
export type ThreadReply =
  | { readonly type: 'loaded' }
  | { readonly type: 'scored'; readonly json: Uint8Array; readonly tally: Tally }
  | { readonly type: 'refused'; readonly error: SentError; readonly tally: Tally | null }
