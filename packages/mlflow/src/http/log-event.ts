/** What a client tells of its calls. It never holds header values, bodies or the query of an address. */
export type LogEvent =
  | {
      readonly kind: 'request'
      readonly endpoint: string
      readonly method: string
      readonly attempt: number
      readonly requestId: string
    }
  | {
      readonly kind: 'response'
      readonly endpoint: string
      readonly status: number
      readonly milliseconds: number
      readonly requestId: string
    }
  | {
      readonly kind: 'retry'
      readonly endpoint: string
      readonly attempt: number
      readonly reason: string
      readonly delayMilliseconds: number
      readonly requestId: string
    }
  /** Operations of a run wait in the spool. */
  | { readonly kind: 'spooled'; readonly run: string; readonly reason: string }
  /** The server will never take an operation of a run that was kept in the spool. */
  | {
      readonly kind: 'rejected'
      readonly run: string
      readonly operation: string
      readonly reason: string
    }

/** Receives log events; must not throw. */
export type LogListener = (event: LogEvent) => void
