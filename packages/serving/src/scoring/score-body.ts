import { ClaimsError, toProblem, type RowWarning } from '@claims/contracts'
import type { ScoredRow } from '@claims/scoring'
import { parseBody } from '../body/parse-body.ts'
import type { ReadBody } from '../body/read-body.ts'
import { boundedError } from './bounded-error.ts'
import type { CheckedFields, UnknownFields } from './check-fields.ts'
import { claimsOf, isObject, requireClaim } from './claims-of.ts'
import { repeatedKeys } from './repeated-keys.ts'
import type { ScoringModel } from './scoring-model.ts'
import { shortened } from './shortened.ts'
import { countFields, countRejected, countWarnings, emptyTally, type Tally } from './tally.ts'
import { toPrediction } from './to-prediction.ts'

/** What a request asks for beside its body. Everything in it can be sent to another thread. */
export interface ScoringRequest {
  readonly kind: 'claim' | 'batch'
  readonly requestId: string
  /** When the request arrived, in milliseconds since the epoch with fractions. */
  readonly startedAt: number
  /** ISO 8601, as the answer says it. */
  readonly timestamp: string
  readonly unknownFields: UnknownFields
  readonly reasons: number
  readonly batchClaims: number
}

/** The answer to a request, and what to count of it. */
export type ScoredAnswer =
  | { readonly ok: true; readonly json: string; readonly tally: Tally }
  | { readonly ok: false; readonly error: ClaimsError; readonly tally: Tally }

/** How the work is done. */
export interface ScoringWork {
  readonly model: ScoringModel
  /** Lets others go on; awaited whenever a slice took its time. */
  readonly pause: () => Promise<void>
}

/** Claims that are scored in one piece. */
const sliceClaims = 8
/** Milliseconds of work between two pauses. */
const sliceMilliseconds = 8

/**
 * Parses, checks and scores a body, in slices between which others go on. The same on every thread: a claim alone, in a
 * batch, here or there gets the same bits.
 *
 * @param body the bytes that came
 * @param request what is asked for
 * @param work the model, and how to pause
 * @returns the answer as JSON, or the error of the whole request
 */
export async function scoreBody(
  body: ReadBody,
  request: ScoringRequest,
  work: ScoringWork,
): Promise<ScoredAnswer> {
  const tally = emptyTally()
  try {
    const value = parseBody(body)
    const claims = request.kind === 'claim' ? [requireClaim(value)] : claimsOf(value, request.batchClaims)
    const answers = await scoreClaims(claims, { request, work, tally })
    if (request.kind === 'claim') return single(answers[0], tally)
    return { ok: true, json: batchJson(answers, { request, tally }), tally }
  } catch (thrown) {
    if (!(thrown instanceof ClaimsError)) throw thrown
    if (thrown.code === 'invalid_claim') countRejected(tally, thrown.code)
    return { ok: false, error: boundedError(thrown, work.model.sensitiveColumns), tally }
  }
}

/** A claim's prediction as JSON, or why it has none. */
type ClaimAnswer =
  { readonly json: string } | { readonly claimId: string | null; readonly error: ClaimsError }

interface Scoring {
  readonly request: ScoringRequest
  readonly work: ScoringWork
  readonly tally: Tally
}

async function scoreClaims(claims: readonly unknown[], scoring: Scoring): Promise<ClaimAnswer[]> {
  const { request, work, tally } = scoring
  const { model, pause } = work
  model.fields.begin()
  const answers: ClaimAnswer[] = []
  const checked: (CheckedFields | null)[] = []
  let since = performance.now()
  const breathe = async (): Promise<void> => {
    if (performance.now() - since < sliceMilliseconds) return
    await pause()
    since = performance.now()
  }
  for (const claim of claims) {
    const fields = isObject(claim) ? model.fields.check(claim, request.unknownFields) : null
    if (fields !== null) countFields(tally, fields.counts)
    checked.push(fields)
    await breathe()
  }
  const records = claims.map((claim, i) => checked[i]?.record ?? claim)
  const repeated =
    claims.length > 1
      ? repeatedKeys(
          checked.map((fields) => fields?.record ?? {}),
          model.scorer.manifest.blueprint,
        )
      : new Map<number, RowWarning[]>()
  for (let start = 0; start < records.length; start += sliceClaims) {
    const slice = records.slice(start, start + sliceClaims)
    const rows = model.scorer.scoreRecords(slice, { reasons: request.reasons })
    for (const [i, row] of rows.entries()) {
      const position = start + i
      const fields = checked[position] ?? null
      const found = { fields, repeated: repeated.get(position) ?? [] }
      answers.push(answerOf(isObject(claims[position]) ? row : withoutId(row), found, scoring))
    }
    await breathe()
  }
  return answers
}

function answerOf(
  row: ScoredRow,
  found: { fields: CheckedFields | null; repeated: readonly RowWarning[] },
  { request, work, tally }: Scoring,
): ClaimAnswer {
  const { fields } = found
  if (!row.ok || fields?.code != null) {
    const error = boundedError(refusal(row, fields), work.model.sensitiveColumns)
    countRejected(tally, error.code)
    return { claimId: row.claimId === null ? null : shortened(row.claimId), error }
  }
  // Repeated keys are judged over the whole batch; the scorer saw a slice of it.
  const scored = row.warnings.filter(({ code }) => code !== 'unique')
  const warnings = [...(found.fields?.warnings ?? []), ...scored, ...found.repeated]
  countWarnings(tally, warnings)
  tally.scores.push({ level: row.riskLevel, probability: row.probability })
  const prediction = toPrediction(row, {
    model: work.model,
    warnings,
    processingTimeMs: millisecondsSince(request.startedAt),
    timestamp: request.timestamp,
    requestId: request.requestId,
  })
  return { json: JSON.stringify(prediction) }
}

function refusal(row: ScoredRow, fields: CheckedFields | null): ClaimsError {
  const [first] = fields?.problems ?? []
  if (fields?.code == null || first === undefined)
    return row.ok ? new ClaimsError('internal', 'A valid claim was refused') : row.error
  const invalid = row.ok ? [] : row.error.problems
  return new ClaimsError(fields.code, `The claim is not valid: ${first.field} ${first.problem}`, {
    problems: [...fields.problems, ...invalid],
  })
}

function withoutId(row: ScoredRow): ScoredRow {
  return { ...row, claimId: null }
}

function single(answer: ClaimAnswer | undefined, tally: Tally): ScoredAnswer {
  if (answer === undefined) throw new ClaimsError('internal', 'The scorer gave no result')
  if ('json' in answer) return { ok: true, json: answer.json, tally }
  return { ok: false, error: answer.error, tally }
}

function batchJson(
  answers: readonly ClaimAnswer[],
  { request, tally }: { request: ScoringRequest; tally: Tally },
): string {
  const results = answers.map((answer) =>
    'json' in answer
      ? answer.json
      : JSON.stringify({ claim_id: answer.claimId, error: toProblem(answer.error, request.requestId) }),
  )
  const summary = {
    claims: answers.length,
    scored: tally.scores.length,
    rejected: answers.length - tally.scores.length,
    high_risk: tally.scores.filter(({ level }) => level === 'high').length,
    processing_time_ms: millisecondsSince(request.startedAt),
  }
  return `{"results":[${results.join(',')}],"summary":${JSON.stringify(summary)}}`
}

function millisecondsSince(startedAt: number): number {
  return Math.max(0, Math.round((performance.timeOrigin + performance.now() - startedAt) * 1000) / 1000)
}
