import {
  canonicalJson,
  predictionFormatVersion,
  type Manifest,
  type Policy,
  type PredictionRecord,
  type RowWarning,
} from '@claims/contracts'
import { sha256 } from '@claims/contracts/files'
import type { ScoredRow } from '@claims/scoring'
import type { ReadInput } from './recorded-input.ts'
import type { RecordedError, SealedContent } from './sealed-content.ts'
import { columnKind, type Identity } from './subjects/subject-vault.ts'

/** Most warnings that a record lists in the clear; all of them are sealed. */
const mostWarnings = 100

/** The record without what belongs to the row. */
export type RecordFacts = Pick<
  PredictionRecord,
  'caller' | 'purpose' | 'legal_basis' | 'arm' | 'product' | 'retention'
>

/** Which model scored, as records name it. */
export interface RecordedModel {
  readonly name: string
  readonly version: string | null
  readonly requested: string
  readonly manifest: Manifest
  readonly manifestSha256: string
  readonly policy: Policy
}

/** What of a model stands in each record of it. */
export function modelFacts(model: RecordedModel): PredictionRecord['model'] {
  const { name, version, requested, manifest, manifestSha256, policy } = model
  const { input_schema, features } = manifest
  return {
    ...{ name, version, requested, kind: manifest.model.kind, manifest_sha256: manifestSha256 },
    feature_schema_sha256: sha256(canonicalJson({ input_schema, features })),
    policy_sha256: manifest.files['policy.json']?.sha256 ?? sha256(canonicalJson(policy)),
    threshold: policy.threshold.value,
  }
}

/** Whom a scored row is about: its entity, else its id. */
export function identityOf(row: ScoredRow, columns: IdentityColumns): Identity {
  const entity = row.evidence?.entityId ?? ''
  if (columns.entity !== undefined && entity !== '') return { kind: columnKind(columns.entity), id: entity }
  const id = row.claimId ?? ''
  return columns.id !== undefined && id !== '' ? { kind: columnKind(columns.id), id } : null
}

/** The columns of a blueprint that say whom a row is about. */
export interface IdentityColumns {
  readonly id: string | undefined
  readonly entity: string | undefined
}

/** What of a row is sealed. */
export function contentOf(row: ScoredRow, given: ReadInput, subject: Identity): SealedContent {
  const common = { format_version: 1, claim_id: row.claimId, subject, ...given } as const
  if (!row.ok) return { ...common, risk_factors: [], warnings: [], error: errorOf(row) }
  const { factors, warnings, evidence } = row
  return { ...common, features_sha256: evidence?.featuresSha256, risk_factors: factors, warnings }
}

function errorOf({ error }: Extract<ScoredRow, { ok: false }>): RecordedError {
  return { message: error.message, problems: error.problems }
}

/** What of a row stands in the clear. */
export function outcomeOf(row: ScoredRow, columns: ReadonlySet<string>): PredictionRecord['outcome'] {
  if (!row.ok) {
    const fields = new Set(row.error.problems.map(({ field }) => field).filter((field) => columns.has(field)))
    return { status: 'rejected', code: row.error.code, fields: [...fields] }
  }
  if (row.evidence === undefined) throw new TypeError('A row is recorded with its evidence')
  return {
    status: 'scored',
    raw_score: row.evidence.rawScore,
    score: row.probability,
    risk_level: row.riskLevel,
    risk_band: row.riskBand,
    decision: row.decision,
    reasons: row.factors.map(({ feature, reason_code, direction }) => ({ feature, reason_code, direction })),
  }
}

/** Warnings without what may be personal: a field that no blueprint names may hold anything. */
export function clearWarnings(
  row: ScoredRow,
  columns: ReadonlySet<string>,
): Pick<PredictionRecord, 'warnings' | 'warnings_left_out'> {
  const warnings: readonly RowWarning[] = row.ok ? row.warnings : []
  return {
    warnings: warnings
      .slice(0, mostWarnings)
      .map(({ field, code }) => ({ field: columns.has(field) ? field : null, code })),
    warnings_left_out: Math.max(0, warnings.length - mostWarnings),
  }
}

/** Format and kind of the records of this product. */
export const recordKind: Pick<PredictionRecord, 'format_version' | 'kind'> = {
  format_version: predictionFormatVersion,
  kind: 'prediction',
}
