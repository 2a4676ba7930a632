import type { BodyLimits } from './body/read-body.ts'

/** What limits a request. */
export interface ApiLimits extends BodyLimits {
  /** Most claims in a batch. */
  readonly batchClaims: number
  /** Reasons per claim. */
  readonly reasons: number
  /** Bytes of a body from which on another thread parses and scores it, where there is one. */
  readonly threadBytes: number
}

/** What bounds a request where nothing else is said. */
export const defaultLimits: ApiLimits = Object.freeze({
  ...{ bodyBytes: 10_000_000, heldBytes: 100_000_000, threadBytes: 100_000 },
  ...{ depth: 20, fields: 500, values: 300_000 },
  ...{ batchClaims: 1000, reasons: 4 },
})
