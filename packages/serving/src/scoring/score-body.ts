import { ClaimsError } from '@claims/contracts'
import { parseBody } from '../body/parse-body.ts'
import type { ReadBody } from '../body/read-body.ts'
import { bodyFormats, type AnswerFacts, type BodyFormatName } from './body-formats.ts'
import { boundedError } from './bounded-error.ts'
import { unexpectedFields } from './check-fields.ts'
import type { BodyClaims } from './claims-of.ts'
import { scoreClaims, type ScoringRules, type ScoringWork } from './score-claims.ts'
import { countFields, countRejected, countWarnings, emptyTally, type Tally } from './tally.ts'

/** What a request asks for beside its body. Everything in it can be sent to another thread. */
export interface BodyRequest extends Omit<AnswerFacts, 'model'> {
  readonly format: BodyFormatName
  readonly rules: ScoringRules
}

/** The answer to a request, and what to count of it. */
export type BodyAnswer =
  | { readonly ok: true; readonly json: string; readonly tally: Tally }
  | { readonly ok: false; readonly error: ClaimsError; readonly tally: Tally }

/**
 * Parses a body, scores its claims and writes the answer. The same on every thread.
 *
 * @param body the bytes that came
 * @param request what is asked for
 * @param work the model, and how to pause
 * @returns the answer as JSON, or the error of the whole request
 */
export async function scoreBody(
  body: ReadBody,
  request: BodyRequest,
  work: ScoringWork,
): Promise<BodyAnswer> {
  const format = bodyFormats[request.format]
  const { name, version, sensitiveColumns } = work.model
  const facts: AnswerFacts = { ...request, model: { name, version } }
  const tally = emptyTally()
  let content: BodyClaims | undefined
  try {
    content = format.claimsOf(parseBody(body))
    const { claims, unknown } = content
    const written = await scoreClaims(claims, {
      ...{ rules: request.rules, now: new Date(request.timestamp), work, tally },
      translate: (claim) => format.write(claim, facts),
    })
    const warnings = request.rules.unknownFields === 'ignore' ? [] : unexpectedFields(unknown)
    countFields(tally, { near_miss: 0, unexpected: unknown.length, conflicting: 0 })
    countWarnings(tally, warnings)
    return { ok: true, json: format.finish(written, facts, { tally, warnings }), tally }
  } catch (thrown) {
    if (!(thrown instanceof ClaimsError)) throw thrown
    // A body that is no claim is one claim that is refused.
    if (content === undefined && thrown.code === 'invalid_claim') countRejected(tally, thrown.code)
    return { ok: false, error: boundedError(thrown, sensitiveColumns), tally }
  }
}
