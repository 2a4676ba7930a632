/** Something that a long piece of work tells while it runs. */
export type ProgressEvent =
  | { readonly kind: 'stage_started'; readonly stage: string; readonly detail?: string }
  | {
      readonly kind: 'stage_finished'
      readonly stage: string
      readonly seconds: number
      readonly detail?: string
    }
  | {
      readonly kind: 'progress'
      readonly stage: string
      readonly done: number
      readonly total: number | null
      readonly unit: string
    }
  | {
      readonly kind: 'metric'
      /** Where and what, such as `xgboost.fold_0.logloss`. */
      readonly name: string
      readonly value: number
      /** Round or fold, 0-based. */
      readonly step: number
    }
  | { readonly kind: 'warning'; readonly message: string }

/** Receives progress events; must not throw. */
export type ProgressListener = (event: ProgressEvent) => void
