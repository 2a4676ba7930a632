import { setImmediate } from 'node:timers/promises'
import type { Clock } from '@claims/contracts'
import type { ReadBody } from '../body/read-body.ts'
import type { ApiMetrics } from '../metrics.ts'
import type { ModelHolder } from '../model-holder.ts'
import type { BodyFormatName } from './body-formats.ts'
import { scoreBody } from './score-body.ts'
import { scoreClaims, type ScoredClaim, type ScoringRules } from './score-claims.ts'
import type { ScoringModel } from './scoring-model.ts'
import { emptyTally, type Tally } from './tally.ts'

/** What is known of a call that claims came with. */
export interface ScoringContext {
  /** Told which model scores, before it does. */
  readonly onModel?: ((model: ScoringModel) => void) | undefined
}

/** What is known of a request whose body is scored. */
interface BodyContext extends ScoringContext {
  readonly format: BodyFormatName
  readonly requestId: string
  /** When it arrived, in milliseconds since the epoch with fractions. */
  readonly startedAt: number
}

/** Scored claims, and the model that scored them. */
export interface ScoredClaims {
  readonly model: { readonly name: string; readonly version: string }
  /** One result per claim, in order. */
  readonly results: readonly ScoredClaim[]
}

/** The answer to a body. */
interface ScoredBody {
  readonly json: string | Uint8Array
  /** Refused claims by code. */
  readonly rejected: Readonly<Record<string, number>>
}

/** The one way from claims to scores: it chooses the model, keeps it while it scores, holds the limits and counts. */
export interface ScoringService {
  /**
   * Whether there is a model to score with.
   *
   * @throws ClaimsError `model_unavailable`
   */
  requireModel(): void
  /**
   * Scores claims that were parsed, on this thread, in slices between which others go on.
   *
   * @param records parsed JSON values
   * @throws ClaimsError `model_unavailable`, `batch_too_large`
   */
  scoreClaims(records: readonly unknown[], context?: ScoringContext): Promise<ScoredClaims>
  /**
   * Parses and scores a body and writes its answer, on the thread for large bodies where it is one and there is one.
   * The bytes may be handed over: they are not to be read afterwards.
   *
   * @throws ClaimsError `model_unavailable`; whatever refuses the whole request
   */
  scoreBody(body: ReadBody, context: BodyContext): Promise<ScoredBody>
}

/** What the service is made of. */
export interface ScoringServiceOptions {
  readonly holder: ModelHolder
  readonly metrics: ApiMetrics
  readonly clock: Clock
  readonly rules: ScoringRules
  /** Bytes of a body from which on another thread parses and scores it, where there is one. */
  readonly threadBytes: number
}

/**
 * Makes the service that every route and every protocol scores through.
 *
 * @param options the model's holder, what counts, and the rules
 * @example
 * const { model, results } = await scoring.scoreClaims([{ claim_amount: 1200 }])
 */
export function createScoringService(options: ScoringServiceOptions): ScoringService {
  const { holder, metrics, clock, rules, threadBytes } = options
  const leased = async <T>(
    { onModel }: ScoringContext,
    score: (model: ScoringModel & { readonly key: string }) => Promise<{ tally: Tally; answer: T }>,
  ): Promise<T> => {
    const lease = holder.lease()
    try {
      const { model } = lease
      onModel?.(model)
      const { tally, answer } = await score(model)
      metrics.scored(tally, model)
      return answer
    } finally {
      lease.release()
    }
  }
  return {
    requireModel: () => {
      holder.require()
    },
    scoreClaims: (records, context = {}) =>
      leased(context, async (model) => {
        const tally = emptyTally()
        const work = { model, pause: setImmediate }
        const results = await scoreClaims(records, {
          ...{ rules, now: clock.now(), work, tally },
          translate: (claim) => claim,
        })
        return { tally, answer: { model: { name: model.name, version: model.version }, results } }
      }),
    scoreBody: async (body, context) => {
      const { format, requestId, startedAt } = context
      const request = { ...{ format, requestId, startedAt, rules }, timestamp: clock.now().toISOString() }
      const scored = await leased(context, async (model) => {
        const thread = body.bytes.length >= threadBytes ? holder.thread : undefined
        const answer =
          thread === undefined
            ? await scoreBody(body, request, { model, pause: setImmediate })
            : await thread.score(model.key, { body, request })
        return { tally: answer.tally, answer }
      })
      if (!scored.ok) throw scored.error
      return { json: scored.json, rejected: scored.tally.rejected }
    },
  }
}
