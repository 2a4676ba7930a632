import type { ModelSource, RegisteredSource } from '../run/model-options.ts'
import type { Dataset, RunBatch } from '../run/run-batch.ts'
import type { EndStatus } from '../run/run-sink.ts'
import type { NewRun } from '../run/run-start.ts'
import type { Pair } from '../run/run-batch.ts'

/** Something that a run logs, as the spool keeps it. `run` is the spool's own name of the run. */
export type Operation =
  | {
      readonly kind: 'create'
      readonly run: string
      readonly start: NewRun & { readonly startTime: number }
      readonly tags: readonly Pair[]
      /** The spool's name of the run that it is part of. */
      readonly parent?: string
    }
  | { readonly kind: 'resume'; readonly run: string; readonly runId: string }
  | ({ readonly kind: 'batch'; readonly run: string } & RunBatch)
  | { readonly kind: 'inputs'; readonly run: string; readonly datasets: readonly Dataset[] }
  | {
      readonly kind: 'files'
      readonly run: string
      /** The copy, below the spool's folder. */
      readonly copy: string
      readonly path: string
    }
  | { readonly kind: 'model'; readonly run: string; readonly copy: string; readonly model: ModelSource }
  | { readonly kind: 'register'; readonly run: string; readonly model: RegisteredSource }
  | { readonly kind: 'end'; readonly run: string; readonly status: EndStatus; readonly endTime: number }
