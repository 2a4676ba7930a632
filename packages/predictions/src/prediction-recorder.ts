import {
  ClaimsError,
  columnOfRole,
  systemClock,
  type Clock,
  type PredictionLog,
  type PredictionRecord,
} from '@claims/contracts'
import type { ScoredRow } from '@claims/scoring'
import {
  clearWarnings,
  contentOf,
  identityOf,
  modelFacts,
  outcomeOf,
  recordKind,
  type RecordedModel,
  type RecordFacts,
} from './build-record.ts'
import { predictionIds } from './prediction-id.ts'
import type { ReadInput } from './recorded-input.ts'
import { contentText, sealContent, type SealedContent } from './sealed-content.ts'
import { keyedHash } from './sealing/data-key.ts'
import type { Identity, OpenSubject, SubjectVault } from './subjects/subject-vault.ts'

/** Most rows, and about how many characters, of one append. */
const [rowsAtOnce, charactersAtOnce] = [1_000, 4_000_000]
/** Most characters of what one record seals. */
const mostCharacters = 64_000_000
/** How often rows are sealed anew because somebody was erased meanwhile. */
const attempts = 10

/** What a recorder is made of. */
export interface RecorderParts {
  readonly log: PredictionLog
  readonly vault: SubjectVault
  readonly model: RecordedModel
  readonly facts: RecordFacts
  /** The caller's key for the request or the run; its rows are told apart by their place. */
  readonly idempotencyKey?: string | undefined
  readonly clock?: Clock | undefined
}

/** Rows that were scored together. */
export interface ScoredInputs {
  /** As the scorer answered them, with evidence. */
  readonly scored: readonly ScoredRow[]
  /** What a row was scored from. @param row 0-based place among the rows */
  readonly inputOf: (row: number) => ReadInput
  /** 0-based row of the file, or place in the request, of the first. */
  readonly firstRow: number
  /** As the scorer was told. */
  readonly now: Date
  /** As the scorer was told. */
  readonly reasons: number
  /** How long scoring them took. */
  readonly milliseconds: number
}

/** Records what was scored. */
export interface PredictionRecorder {
  /**
   * Records rows, a bounded number at a time: when this returns they are stored, and where it throws, some may be.
   *
   * @returns their ids in order; of a row whose idempotency key was recorded before, the id of then
   * @throws ClaimsError `idempotency_conflict`, `limit_exceeded` where a row is larger than 64 MB, `database_unavailable`
   */
  record(rows: ScoredInputs): Promise<readonly string[]>
}

/**
 * A recorder of one model's predictions.
 *
 * @param parts where they go, and what is known of model and caller
 *
 * @example
 * const recorder = createPredictionRecorder({ log, vault, model, facts })
 * const scored = scorer.scoreFrame(frame, findings, { reasons: 4, now, evidence: true })
 * await recorder.record({ scored, inputOf, firstRow: 0, now, reasons: 4, milliseconds })
 */
export function createPredictionRecorder(parts: RecorderParts): PredictionRecorder {
  const { log, vault, facts, clock = systemClock } = parts
  const { columns } = parts.model.manifest.blueprint
  const names = new Set(columns.map(({ name }) => name))
  const identityColumns = {
    id: columnOfRole(columns, 'id')?.name,
    entity: columnOfRole(columns, 'entity')?.name,
  }
  const model = modelFacts(parts.model)
  const idempotency = parts.idempotencyKey === undefined ? null : vault.idempotencyOf(parts.idempotencyKey)

  const asked = (reasons: number): string =>
    JSON.stringify([facts.purpose, facts.legal_basis, facts.retention, reasons])
  const sealed = (item: PreparedRow, at: RecordPlace): PredictionRecord => {
    const { row, text, content, place } = item
    const { subject, key } = at.subject
    const { now, reasons, milliseconds, scored } = at.rows
    const named = (meaning: string, ...texts: string[]): string => keyedHash(key.name, meaning, ...texts)
    const clear: Omit<PredictionRecord, 'sealed'> = {
      ...recordKind,
      ...{ id: at.id, recorded_at: at.moment.toISOString(), now: now.toISOString() },
      ...{ caller: facts.caller, purpose: facts.purpose, legal_basis: facts.legal_basis, subject },
      claim: content.claim_id === null ? null : named('claim', content.claim_id).slice(0, 32),
      row: place,
      ...(idempotency !== null && {
        idempotency: {
          ...{ key: idempotency, item: place },
          request: named(
            ...(['request', model.manifest_sha256, asked(reasons)] as const),
            contentText({ ...requestOf(content) }),
          ),
        },
      }),
      ...{ model, arm: facts.arm, product: facts.product, outcome: outcomeOf(row, names) },
      ...clearWarnings(row, names),
      reasons_asked: reasons,
      latency: { milliseconds, rows: scored.length },
      retention: facts.retention,
    }
    return { ...clear, sealed: sealContent(key, text, clear) }
  }

  const append = async (rows: ScoredInputs, items: readonly PreparedRow[]): Promise<readonly string[]> => {
    for (let attempt = 1; ; attempt += 1) {
      const moment = clock.now()
      const ids = predictionIds(moment, items.length)
      const subjects = await vault.subjectsOf(items.map(({ identity }) => identity))
      const records = items.map((item, i) =>
        sealed(item, { id: ids[i]!, subject: subjects[i]!, moment, rows }),
      )
      try {
        return (await log.append(records)).map(({ id }) => id)
      } catch (error) {
        const erased = error instanceof ClaimsError && error.code === 'subject_erased'
        if (!erased || attempt === attempts) throw error
      }
    }
  }

  return {
    record: async (rows) => {
      const ids: string[] = []
      let held: PreparedRow[] = []
      let characters = 0
      const flush = async (): Promise<void> => {
        if (held.length > 0) ids.push(...(await append(rows, held)))
        held = []
        characters = 0
      }
      for (const [i, row] of rows.scored.entries()) {
        const identity = identityOf(row, identityColumns)
        const content = contentOf(row, rows.inputOf(i), identity)
        const text = contentText(content)
        if (text.length > mostCharacters) throw tooLarge(rows.firstRow + i)
        if (held.length === rowsAtOnce || characters + text.length > charactersAtOnce) await flush()
        held.push({ row, content, text, identity, place: rows.firstRow + i })
        characters += text.length
      }
      await flush()
      return ids
    },
  }
}

interface PreparedRow {
  readonly row: ScoredRow
  readonly content: SealedContent
  readonly text: string
  readonly identity: Identity
  readonly place: number
}

interface RecordPlace {
  readonly id: string
  readonly subject: OpenSubject
  readonly moment: Date
  readonly rows: ScoredInputs
}

/** What makes two requests the same: who is asked about, and with what. */
function requestOf({ format_version, claim_id, subject, input, findings }: SealedContent): SealedContent {
  return { format_version, claim_id, subject, input, findings, risk_factors: [], warnings: [] }
}

function tooLarge(row: number): ClaimsError {
  const problem = `has more than ${String(mostCharacters)} characters`
  return new ClaimsError('limit_exceeded', `Row ${String(row)} cannot be recorded: it ${problem}`, {
    problems: [{ field: `row ${String(row)}`, problem, allowed: 'smaller cells' }],
  })
}
