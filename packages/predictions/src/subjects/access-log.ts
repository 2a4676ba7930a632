import { systemClock, type Clock } from '@claims/contracts'

/** What was done with personal data. */
export interface AccessFacts {
  readonly action: 'read_prediction' | 'replay_prediction' | 'export_subject' | 'erase_subject'
  readonly subject: string
  readonly predictions: readonly string[]
}

/** Who opens personal data, and why. */
export interface AccessReason {
  readonly actor: string
  /** Null where the caller gave none. */
  readonly reason: string | null
}

/** Where it is told. */
export interface AccessLog {
  /** Returns when it is stored; nothing is opened before. */
  note(facts: AccessFacts): Promise<void>
}

/**
 * An access log for one caller.
 *
 * @param append stores an entry, such as `noteInLedger` of `@claims/database` in the sequence `_system`
 * @param who opens, and why
 */
export function accessLog(
  append: (entry: object) => Promise<void>,
  { actor, reason, clock = systemClock }: AccessReason & { readonly clock?: Clock },
): AccessLog {
  return {
    note: ({ action, subject, predictions }) =>
      append({
        ...{ time: clock.now().toISOString(), actor, action, subject },
        // An entry is bounded; the records of a subject are found by their subject.
        ...(predictions.length === 1 ? { prediction: predictions[0] } : { predictions: predictions.length }),
        reason,
      }),
  }
}
