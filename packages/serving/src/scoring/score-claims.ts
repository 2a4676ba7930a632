import { ClaimsError, type RowWarning } from '@claims/contracts'
import type { ScoredRow } from '@claims/scoring'
import { boundedError } from './bounded-error.ts'
import type { CheckedFields, UnknownFields } from './check-fields.ts'
import { isObject } from './claims-of.ts'
import { repeatedKeys } from './repeated-keys.ts'
import type { ScoringModel } from './scoring-model.ts'
import { shortened } from './shortened.ts'
import { countFields, countRejected, countWarnings, type Tally } from './tally.ts'

/** How claims are judged, the same for every protocol. */
export interface ScoringRules {
  readonly unknownFields: UnknownFields
  /** Reasons per claim. */
  readonly reasons: number
  /** Most claims in one call. */
  readonly batchClaims: number
}

/** How the work is done. */
export interface ScoringWork {
  readonly model: ScoringModel
  /** Lets others go on; awaited whenever a slice took its time. */
  readonly pause: () => Promise<void>
}

/** One claim's score, or why it has none, in no protocol's form. Its error is bounded in size and repeats no sensitive value. */
export type ScoredClaim =
  | Extract<ScoredRow, { ok: true }>
  | { readonly ok: false; readonly claimId: string | null; readonly error: ClaimsError }

/** Claims that are scored in one piece. */
const sliceClaims = 8
/** Milliseconds of work between two pauses. */
const sliceMilliseconds = 8

/**
 * Checks and scores claims, in slices between which others go on. A claim alone, in a batch, on any thread gets the same
 * bits.
 *
 * @param claims parsed JSON values; one that is no object gets its error
 * @param how `rules`; `now`, the moment that date rules and novelty count from; `work`, the model and how to pause; `tally`, which what is to be counted is added to, also where this
 *   throws; `translate`, what a result becomes at once
 * @returns one translated result per claim, in order
 * @throws ClaimsError `batch_too_large`
 */
export async function scoreClaims<T>(
  claims: readonly unknown[],
  how: {
    readonly rules: ScoringRules
    readonly now: Date
    readonly work: ScoringWork
    readonly tally: Tally
    readonly translate: (claim: ScoredClaim) => T
  },
): Promise<readonly T[]> {
  const { rules, now, work, tally, translate } = how
  const { model, pause } = work
  requireAtMost(rules.batchClaims, claims.length)
  model.fields.begin()
  const results: T[] = []
  const checked: (CheckedFields | null)[] = []
  let since = performance.now()
  const breathe = async (): Promise<void> => {
    if (performance.now() - since < sliceMilliseconds) return
    await pause()
    since = performance.now()
  }
  for (const claim of claims) {
    const fields = isObject(claim) ? model.fields.check(claim, rules.unknownFields) : null
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
    const rows = model.scorer.scoreRecords(slice, { reasons: rules.reasons, now })
    for (const [i, row] of rows.entries()) {
      const position = start + i
      const fields = checked[position] ?? null
      const found = { fields, repeated: repeated.get(position) ?? [] }
      const scored = judged(isObject(claims[position]) ? row : { ...row, claimId: null }, found, model)
      count(tally, scored)
      results.push(translate(scored))
    }
    await breathe()
  }
  return results
}

function judged(
  row: ScoredRow,
  found: { fields: CheckedFields | null; repeated: readonly RowWarning[] },
  model: ScoringModel,
): ScoredClaim {
  const { fields } = found
  if (!row.ok || fields?.code != null) {
    const error = boundedError(refusal(row, fields), model.sensitiveColumns)
    return { ok: false, claimId: row.claimId === null ? null : shortened(row.claimId), error }
  }
  // Repeated keys are judged over the whole batch; the scorer saw a slice of it.
  const scored = row.warnings.filter(({ code }) => code !== 'unique')
  return { ...row, warnings: [...(fields?.warnings ?? []), ...scored, ...found.repeated] }
}

function count(tally: Tally, scored: ScoredClaim): void {
  if (!scored.ok) {
    countRejected(tally, scored.error.code)
    return
  }
  countWarnings(tally, scored.warnings)
  tally.scores.push({ level: scored.riskLevel, probability: scored.probability })
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

function requireAtMost(most: number, claims: number): void {
  if (claims <= most) return
  const problem = { field: 'claims', problem: 'holds too many claims', received: claims }
  throw new ClaimsError('batch_too_large', `The batch holds ${claims} claims; allowed: ${most}`, {
    problems: [{ ...problem, allowed: `at most ${most}` }],
  })
}
