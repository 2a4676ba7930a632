import { describe, expect, test } from '@jest/globals'
import {
  batchPredictionSchema,
  claimSchema,
  ClaimsError,
  evaluationSchema,
  findingSchema,
  leakageFindingSchema,
  manifestSchema,
  metricNames,
  parseBlueprint,
  policySchema,
  predictionSchema,
  toProblem,
  validationReportSchema,
  type Claim,
  type Evaluation,
  type Manifest,
  type Metric,
  type MetricName,
  type Policy,
  type Prediction,
  type TestEvaluation,
  type ValidationReport,
} from '@claims/contracts'
import { z } from 'zod'

const claim: Claim = {
  claim_id: 'C-1',
  customer_id: 'P-1',
  policy_id: 'Q-1',
  claim_amount: 1200,
  claim_type: 'auto',
  claim_date: '2024-02-29',
  customer_age: 40,
  policy_duration: 24,
  previous_claims: 1,
  claim_description: 'rear-end collision',
  supporting_documents: ['photo.jpg'],
  policy_start_date: '2022-02-01',
  policy_coverage: 50_000,
  policy_type: 'auto',
  lapsed_policies: 0,
}

const prediction: Prediction = {
  claim_id: 'C-1',
  risk_level: 'high',
  risk_band: 'HIGH',
  decision: 'manual_review',
  high_risk_probability: 0.7,
  low_risk_probability: 0.3,
  risk_score: 0.7,
  confidence: 0.7,
  warnings: [{ field: 'claim_note', code: 'unexpected', problem: 'is not used' }],
  risk_factors: [
    {
      feature: 'claim_amount',
      value: 1200,
      contribution: 0.4,
      direction: 'increases_risk',
      reason_code: 'R01',
      reason: 'The amount is high',
    },
  ],
  model_name: 'claims',
  model_version: '1',
  processing_time_ms: 0.4,
  timestamp: '2024-03-01T10:00:00.000Z',
  request_id: 'r-1',
}

const metric: Metric = { value: 0.8, lower: 0.7, upper: 0.9 }
const metrics = Object.fromEntries(metricNames.map((name) => [name, metric])) as Record<MetricName, Metric>
const testEvaluation: TestEvaluation = {
  rows: 200,
  positives: 49,
  metrics,
  confusion: { tn: 140, fp: 11, fn: 10, tp: 39 },
  intervals: { method: 'bootstrap', level: 0.95 },
}
const bands = { medium: 0.3, high: 0.6, critical: 0.8 }
const costs = { currency: 'USD', false_negative: 10, false_positive: 1, manual_review: 1 }

const evaluation: Evaluation = {
  format_version: 1,
  label: 'fraud',
  positive: 'Y',
  rows: 1000,
  label_maturity: null,
  seed: 42,
  split: { kind: 'stratified', train_rows: 800, test_rows: 200, cutoff: null },
  candidates: [
    {
      name: 'xgboost',
      kind: 'xgboost',
      parameters: { max_depth: 6 },
      cross_validation: {
        folds: 5,
        intervals: { method: 't', level: 0.95 },
        metrics: { roc_auc: { ...metric, folds: [0.8, 0.8, 0.8, 0.8, 0.8] } },
      },
      fit_seconds: 1.2,
      selected: true,
    },
  ],
  selection: {
    metric: 'roc_auc',
    rule: 'best mean',
    constraints: [],
    promotable: true,
    reasons: [],
    certainty: '',
  },
  learned: true,
  measured_on: { kind: 'held_out' },
  test: testEvaluation,
  out_of_time: null,
  out_of_time_reason: 'no event time',
  external_test: { ...testEvaluation, cutoff: '2024-01-01' },
  best_possible: { roc_auc: 0.9, share_of_best: 0.95 },
  threshold: { value: 0.31, chosen_on: 'validation', rule: 'minimum expected cost' },
  decisions: null,
  cost: {
    currency: 'USD',
    total: 100,
    per_claim: 0.5,
    false_negative_cost: 60,
    review_cost: 30,
    false_positive_cost: 10,
    manual_review_share: 0.25,
    automation_rate: 0.75,
    auto_approved_positives: 10,
    auto_approved_positive_share: 0.2,
    baseline_total: 200,
    baseline: 'review_all',
    saved: 100,
    intervals: null,
  },
  leakage: { findings: [] },
  fairness: [
    {
      column: 'gender',
      group: 'f',
      rows: 100,
      positive_rate: 0.2,
      selection_rate: 0.3,
      recall: null,
      false_positive_rate: 0.1,
    },
  ],
  explanations: {
    scale: 'log-odds',
    rows: 200,
    global: [{ feature: 'amount', mean_absolute_contribution: 0.9, share: 0.4 }],
  },
  timings_seconds: { read: 0.1 },
  warnings: [],
}

const policy: Policy = {
  format_version: 1,
  threshold: { value: 0.31, chosen_on: 'validation', rule: 'minimum expected cost' },
  bands,
  declared_bands: bands,
  decisions: [
    { from: 0, decision: 'auto_approve' },
    { from: 'threshold', decision: 'manual_review' },
  ],
  costs,
}

const manifest: Manifest = {
  format_version: 1,
  name: 'claims',
  blueprint: parseBlueprint({
    format_version: 1,
    name: 'example',
    columns: [{ name: 'fraud', role: 'label', type: 'category' }],
    label: { column: 'fraud', positive: { greater_than: 0 } },
    split: { kind: 'stratified' },
    candidates: [{ name: 'a', kind: 'a' }],
    costs,
  }),
  input_schema: [{ name: 'amount', type: 'number', required: true }],
  features: [{ name: 'amount_log', sources: ['amount'] }],
  model: { kind: 'xgboost', candidate: 'xgboost' },
  library_versions: { xgboost: '1.7.5' },
  data: { source: 'claims.csv', sha256: 'ab', rows: 10, rejected_rows: 0, positives: 3 },
  seed: 42,
  label_maturity: null,
  product: { version: '0.1.0', commit: null },
  data_commit: null,
  created_at: '2024-03-01T10:00:00.000Z',
  files: { 'pipeline.json': { sha256: 'cd', bytes: 10 } },
  headline: { roc_auc: 0.8, roc_auc_lower: 0.7, roc_auc_upper: 0.9, promotable: true },
}

const report: ValidationReport = {
  rows: 10,
  rejected_rows: 1,
  quality_score: 0.9,
  dimensions: { completeness: 1, validity: 0.9, consistency: 0.9, uniqueness: 0.8 },
  gate: { passed: true, failures: [] },
  counts: [{ rule: 'required', field: 'amount', severity: 'error', count: 1 }],
  findings: [
    {
      row: 3,
      field: 'amount',
      value: null,
      rule: 'required',
      problem: 'is missing',
      allowed: 'a number',
      severity: 'error',
    },
  ],
}

const documents: [string, z.ZodType, unknown][] = [
  ['claim', claimSchema, claim],
  ['prediction', predictionSchema, prediction],
  [
    'batch prediction',
    batchPredictionSchema,
    {
      results: [
        prediction,
        { claim_id: 'C-2', error: toProblem(new ClaimsError('invalid_claim', 'bad'), 'r') },
      ],
      summary: { claims: 2, scored: 1, rejected: 1, high_risk: 1, processing_time_ms: 1 },
    },
  ],
  ['evaluation', evaluationSchema, evaluation],
  ['policy', policySchema, policy],
  ['manifest', manifestSchema, manifest],
  ['validation report', validationReportSchema, report],
  ['finding', findingSchema, report.findings[0]],
  [
    'leakage finding',
    leakageFindingSchema,
    {
      column: 'insured_hobbies',
      kind: 'suspicious_single_feature',
      severity: 'warning',
      action: 'kept',
      evidence: { roc_auc: 0.77 },
      message: 'predicts alone',
    },
  ],
]

describe('wire and file schemas', () => {
  test.each(documents)('%s comes back from JSON as it went', (_, schema, value) => {
    expect(schema.parse(JSON.parse(JSON.stringify(value)))).toEqual(value)
  })

  test.each(documents)('%s has a JSON Schema', (_, schema) => {
    const json = z.toJSONSchema(schema, { io: 'input' })
    expect(json).toMatchObject({ $schema: expect.stringContaining('json-schema.org') })
  })
})

describe('claim', () => {
  test.each<[keyof Claim, unknown]>([
    ['claim_id', ''],
    ['claim_amount', 0],
    ['claim_amount', 1_000_001],
    ['claim_amount', '1200'],
    ['claim_type', 'boat'],
    ['claim_date', '2023-02-29'],
    ['customer_age', 17],
    ['policy_duration', -1],
    ['previous_claims', 1.5],
    ['policy_coverage', 0],
  ])('%s may not be %p', (field, value) => {
    const result = claimSchema.safeParse({ ...claim, [field]: value })
    expect(result.error?.issues.map((issue) => issue.path)).toEqual([[field]])
  })

  test('fills in what is optional', () => {
    const {
      previous_claims: _p,
      supporting_documents: _s,
      claim_description: _c,
      lapsed_policies: _l,
      ...bare
    } = claim
    expect(claimSchema.parse(bare)).toMatchObject({
      previous_claims: 0,
      supporting_documents: [],
      claim_description: '',
      lapsed_policies: 0,
    })
  })
})

describe('metrics', () => {
  test('an evaluation without one of the metrics is refused', () => {
    const { roc_auc: _, ...rest } = metrics
    expect(
      evaluationSchema.safeParse({ ...evaluation, test: { ...testEvaluation, metrics: rest } }).success,
    ).toBe(false)
  })

  test('a metric of a newer product is passed over', () => {
    const newer = { ...metrics, lift: metrics.roc_auc }
    const read = evaluationSchema.parse({ ...evaluation, test: { ...testEvaluation, metrics: newer } })
    expect(read.test.metrics).toEqual(metrics)
  })

  test('a candidate may hold some metrics only', () => {
    expect(evaluationSchema.safeParse(evaluation).success).toBe(true)
  })
})
