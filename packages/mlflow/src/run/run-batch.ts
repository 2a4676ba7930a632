import type { RequestOf } from '../endpoints/bind.ts'
import type { runEndpoints } from '../endpoints/run-endpoints.ts'

type LogBatch = RequestOf<typeof runEndpoints.logBatch>
/** A point of a metric. */
export type Point = NonNullable<LogBatch['metrics']>[number]
/** A param or a tag. */
export interface Pair {
  readonly key: string
  readonly value: string
}
/** Points, params and tags, in any number. */
export interface RunBatch {
  readonly metrics?: readonly Point[]
  readonly params?: readonly Pair[]
  readonly tags?: readonly Pair[]
}
/** A data set that a run reads. */
export type Dataset = NonNullable<RequestOf<typeof runEndpoints.logInputs>['datasets']>[number]
