import { parseBlueprint, type Blueprint } from '@claims/contracts'
import { categorical, date, numeric } from './column.ts'

const lines = ['auto', 'home', 'health', 'life']

/** The generic use case: is this claim high-risk, so that a person should review it? */
export const claims: Blueprint = parseBlueprint({
  format_version: 1,
  name: 'claims',
  version: 1,
  description: 'Insurance claims of any line: high-risk claims go to manual review, the others are approved.',
  columns: [
    { name: 'claim_id', role: 'id', type: 'text', required: true, pattern: '^\\S{1,64}$' },
    { name: 'customer_id', role: 'entity', type: 'text', required: true },
    { name: 'policy_id', role: 'ignored', type: 'text', description: 'Identifier of the policy' },
    { name: 'claim_date', role: 'event_time', type: 'timestamp', required: true },
    numeric('claim_amount', { unit: 'USD', required: true, exclusive_minimum: 0, maximum: 1_000_000 }),
    categorical('claim_type', { required: true, allowed: lines }),
    numeric('customer_age', { unit: 'years', minimum: 18, maximum: 120 }),
    numeric('policy_duration', {
      unit: 'months',
      required: true,
      minimum: 0,
      aliases: [{ name: 'policy_tenure', multiply: 12 }],
    }),
    numeric('previous_claims', {
      integer: true,
      minimum: 0,
      default: 0,
      aliases: [{ name: 'claim_history' }],
    }),
    { name: 'claim_description', role: 'text', type: 'text' },
    categorical('location'),
    {
      name: 'supporting_documents',
      role: 'document',
      type: 'text',
      description: 'Names of the documents, separated by semicolons',
    },
    date('policy_start_date', { required: true }),
    numeric('policy_coverage', { unit: 'USD', required: true, exclusive_minimum: 0 }),
    categorical('policy_type', { required: true, allowed: lines }),
    numeric('lapsed_policies', { integer: true, minimum: 0, default: 0 }),
    { name: 'customer_gender', role: 'sensitive', type: 'category' },
    { name: 'is_high_risk', role: 'label', type: 'category', allowed: ['yes', 'no'] },
  ],
  label: { column: 'is_high_risk', positive: 'yes', negative: 'no', maturity_days: 90 },
  unique_keys: [['claim_id']],
  split: { kind: 'grouped', test_share: 0.2, folds: 5, out_of_time_share: 0.2 },
  business_rules: [
    {
      kind: 'compare_columns',
      name: 'policy_active_at_claim',
      left: 'policy_start_date',
      operator: '<=',
      right: 'claim_date',
      severity: 'error',
    },
    {
      kind: 'compare_columns',
      name: 'claim_type_is_policy_type',
      left: 'claim_type',
      operator: '==',
      right: 'policy_type',
      severity: 'error',
    },
    {
      kind: 'within_years',
      name: 'claim_within_five_years',
      column: 'claim_date',
      years: 5,
      severity: 'warning',
    },
  ],
  steps: [
    {
      kind: 'ratio',
      parameters: {
        numerator: 'previous_claims',
        denominator: 'policy_duration',
        denominator_floor: 1,
        multiply: 12,
        output: 'claims_per_year',
      },
    },
    {
      kind: 'flag',
      parameters: { column: 'claims_per_year', operator: '>', value: 2, output: 'frequent_claimant' },
    },
    {
      kind: 'ratio',
      parameters: {
        numerator: 'claim_amount',
        denominator: 'policy_coverage',
        output: 'claim_to_coverage_ratio',
      },
    },
    { kind: 'log1p', parameters: { column: 'claim_amount', output: 'claim_amount_log' } },
    {
      kind: 'flag',
      parameters: { column: 'claim_amount', operator: '>', quantile: 0.9, output: 'high_value_claim' },
    },
    {
      kind: 'days_between',
      parameters: { from: 'policy_start_date', to: 'claim_date', output: 'days_since_policy_start' },
    },
    {
      kind: 'flag',
      parameters: { column: 'days_since_policy_start', operator: '<', value: 30, output: 'early_claim' },
    },
    {
      kind: 'item_count',
      parameters: { column: 'supporting_documents', separator: ';', output: 'document_count' },
    },
    { kind: 'text_length', parameters: { column: 'claim_description', output: 'description_words' } },
    {
      kind: 'tf_idf',
      parameters: { column: 'claim_description', maximum_features: 30, minimum_document_count: 20 },
    },
    {
      kind: 'date_parts',
      parameters: { columns: ['claim_date'], parts: ['month', 'day_of_week', 'is_weekend'] },
    },
    { kind: 'drop', parameters: { columns: ['policy_start_date', 'policy_type', 'supporting_documents'] } },
    { kind: 'rare_levels', parameters: { columns: ['location'], minimum_share: 0.005 } },
    { kind: 'target_encode', parameters: { columns: ['location'], smoothing: 20 } },
    { kind: 'one_hot', parameters: { columns: ['claim_type'] } },
  ],
  candidates: [
    { name: 'logistic_regression', kind: 'logistic_regression', parameters: { c: 1 } },
    {
      name: 'xgboost',
      kind: 'xgboost',
      parameters: {
        rounds: 400,
        max_depth: 4,
        eta: 0.15,
        subsample: 0.8,
        colsample_bytree: 0.8,
        min_child_weight: 5,
        early_stopping_rounds: 30,
      },
    },
  ],
  calibration: 'sigmoid',
  costs: { currency: 'USD', false_negative: 10_000, false_positive: 500, manual_review: 150 },
  selection: {
    metric: 'roc_auc',
    constraints: { min_recall: 0.85, min_accuracy: 0.8, max_false_positive_rate: 0.15 },
  },
  reasons: {
    claim_amount: { code: 'AMOUNT', reason: 'the amount claimed' },
    policy_coverage: { code: 'COVERAGE', reason: 'the amount claimed against the cover' },
    policy_duration: { code: 'TENURE', reason: 'how long the policy has run' },
    policy_start_date: {
      code: 'POLICY_START',
      reason: 'the time between the start of the policy and the claim',
    },
    claim_date: { code: 'CLAIM_DATE', reason: 'when the claim was made' },
    previous_claims: { code: 'HISTORY', reason: 'earlier claims' },
    claim_type: { code: 'LINE', reason: 'the line of insurance' },
    customer_age: { code: 'AGE', reason: 'the age of the customer' },
    location: { code: 'LOCATION', reason: 'the location' },
    claim_description: { code: 'DESCRIPTION', reason: 'words of the description' },
    supporting_documents: { code: 'DOCUMENTS', reason: 'the documents handed in' },
    lapsed_policies: { code: 'LAPSES', reason: 'lapsed policies' },
  },
  fairness: { columns: ['customer_gender'], minimum_group_rows: 50 },
})
