import { randomBytes } from 'node:crypto'
import type { PredictionRecord } from '../predictions/prediction-record.ts'
import type { SubjectKey } from '../predictions/subject-key-store.ts'

/** What a test may want to set about an example record. */
export interface ExamplePrediction extends Partial<Omit<PredictionRecord, 'model'>> {
  /** Of `id` and `recorded_at`; default 2026-11-29T12:00:00Z. */
  readonly at?: Date
  readonly model?: Partial<PredictionRecord['model']>
}

/** A small, valid record with an id of its own; nothing in it can be opened. */
export function examplePrediction({
  at = new Date('2026-11-29T12:00:00Z'),
  ...given
}: ExamplePrediction = {}): PredictionRecord {
  const time = at.getTime().toString(16).padStart(12, '0')
  const random = randomBytes(8).toString('hex')
  const model = {
    ...{ name: 'fraud', version: '1', requested: 'fraud@1', kind: 'logistic_regression', threshold: 0.3 },
    ...{
      manifest_sha256: 'a'.repeat(64),
      feature_schema_sha256: 'b'.repeat(64),
      policy_sha256: 'c'.repeat(64),
    },
  }
  return {
    ...{ format_version: 1, kind: 'prediction' },
    id: `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(0, 3)}-8${random.slice(3, 6)}-${randomBytes(6).toString('hex')}`,
    recorded_at: at.toISOString(),
    now: at.toISOString(),
    caller: { actor: 'ada', source: 'test' },
    ...{ purpose: null, legal_basis: null, subject: '1'.repeat(32), claim: null, row: 0, arm: 'none' },
    product: { version: '0.1.0', libraries: [] },
    outcome: {
      ...{ status: 'scored', raw_score: 0.1, score: 0.2, risk_level: 'low', risk_band: 'LOW' },
      ...{ decision: 'auto_approve', reasons: [] },
    },
    ...{ warnings: [], warnings_left_out: 0, reasons_asked: 0 },
    latency: { milliseconds: 1.5, rows: 1 },
    retention: { class: null, delete_after: null },
    sealed: 'c2VhbGVk',
    ...given,
    model: { ...model, ...given.model },
  }
}

/** A key of a subject; its bytes open nothing. */
export function exampleSubjectKey(given: Partial<SubjectKey> = {}): SubjectKey {
  return {
    ...{ subject: '1'.repeat(32), kind: 'column customer_id', lookup: randomBytes(32).toString('hex') },
    ...{ wrapped: new Uint8Array(randomBytes(92)), master: 'd'.repeat(32) },
    ...{ created_at: '2026-11-29T12:00:00.000Z', destroyed_at: null },
    ...given,
  }
}
