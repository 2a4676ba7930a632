import { parseBlueprint, type Blueprint } from '@claims/contracts'
import { categorical, date, ignored, numeric } from './column.ts'

const unknown = ['?']
const money = { unit: 'USD', minimum: 0 }

/** Fraud in car insurance: 38 raw columns of a notified claim. */
export const autoFraud: Blueprint = parseBlueprint({
  format_version: 1,
  name: 'auto-fraud',
  version: 1,
  description: 'Car insurance claims: suspected fraud goes to an investigator, the others are approved.',
  columns: [
    numeric('months_as_customer', { unit: 'months', minimum: 0 }),
    numeric('age', { unit: 'years', minimum: 16, maximum: 120 }),
    { name: 'policy_number', role: 'id', type: 'text' },
    date('policy_bind_date'),
    categorical('policy_state'),
    categorical('policy_csl', {
      description: 'Combined single limit: thousands of USD per person / per accident',
    }),
    numeric('policy_deductable', money),
    numeric('policy_annual_premium', money),
    numeric('umbrella_limit', money),
    ignored('insured_zip', 'As good as unique per row'),
    { name: 'insured_sex', role: 'sensitive', type: 'category' },
    categorical('insured_education_level'),
    categorical('insured_occupation'),
    categorical('insured_hobbies'),
    categorical('insured_relationship'),
    numeric('capital-gains', money),
    numeric('capital-loss', { unit: 'USD', maximum: 0 }),
    { name: 'incident_date', role: 'event_time', type: 'timestamp', required: true },
    categorical('incident_type', { required: true }),
    categorical('collision_type', { missing_tokens: unknown }),
    categorical('incident_severity', {
      required: true,
      allowed: ['Trivial Damage', 'Minor Damage', 'Major Damage', 'Total Loss'],
    }),
    categorical('authorities_contacted', { description: 'The text None is a level: nobody was contacted' }),
    categorical('incident_state'),
    categorical('incident_city'),
    ignored('incident_location', 'Unique per row'),
    numeric('incident_hour_of_the_day', { unit: 'hours', integer: true, minimum: 0, maximum: 23 }),
    numeric('number_of_vehicles_involved', { integer: true, minimum: 1 }),
    categorical('property_damage', { missing_tokens: unknown }),
    numeric('bodily_injuries', { integer: true, minimum: 0 }),
    numeric('witnesses', { integer: true, minimum: 0 }),
    categorical('police_report_available', { missing_tokens: unknown }),
    numeric('total_claim_amount', { ...money, required: true }),
    numeric('injury_claim', money),
    numeric('property_claim', money),
    numeric('vehicle_claim', money),
    categorical('auto_make'),
    categorical('auto_model'),
    numeric('auto_year', { unit: 'year', integer: true, minimum: 1900, maximum: 2100 }),
    { name: 'fraud_reported', role: 'label', type: 'category', allowed: ['Y', 'N'] },
    ignored('_c39', 'Empty trailing column'),
  ],
  label: { column: 'fraud_reported', positive: 'Y', negative: 'N', maturity_days: 180 },
  unique_keys: [['policy_number']],
  split: { kind: 'stratified', test_share: 0.2, folds: 5, out_of_time_share: 0.2 },
  quality: { minimum_score: 0.85, maximum_null_share: 0.4, maximum_duplicate_share: 0.01 },
  business_rules: [
    {
      kind: 'compare_columns',
      name: 'policy_bound_before_incident',
      left: 'policy_bind_date',
      operator: '<=',
      right: 'incident_date',
      severity: 'error',
    },
    {
      kind: 'sum_equals',
      name: 'parts_make_total',
      parts: ['injury_claim', 'property_claim', 'vehicle_claim'],
      total: 'total_claim_amount',
      tolerance: 1,
      severity: 'warning',
    },
  ],
  steps: [
    {
      kind: 'ratio',
      parameters: { numerator: 'injury_claim', denominator: 'total_claim_amount', output: 'injury_share' },
    },
    {
      kind: 'ratio',
      parameters: {
        numerator: 'property_claim',
        denominator: 'total_claim_amount',
        output: 'property_share',
      },
    },
    {
      kind: 'ratio',
      parameters: { numerator: 'vehicle_claim', denominator: 'total_claim_amount', output: 'vehicle_share' },
    },
    {
      kind: 'ratio',
      parameters: {
        numerator: 'total_claim_amount',
        denominator: 'policy_annual_premium',
        output: 'claim_to_premium',
      },
    },
    {
      kind: 'ratio',
      parameters: {
        numerator: 'policy_deductable',
        denominator: 'policy_annual_premium',
        output: 'deductible_to_premium',
      },
    },
    { kind: 'sum', parameters: { columns: ['capital-gains', 'capital-loss'], output: 'capital_net' } },
    {
      kind: 'days_between',
      parameters: { from: 'policy_bind_date', to: 'incident_date', output: 'days_from_bind_to_incident' },
    },
    {
      kind: 'date_parts',
      parameters: { columns: ['incident_date'], parts: ['year', 'day_of_week', 'is_weekend'] },
    },
    {
      kind: 'difference',
      parameters: { left: 'incident_date_year', right: 'auto_year', output: 'vehicle_age' },
    },
    {
      kind: 'bins',
      parameters: {
        column: 'incident_hour_of_the_day',
        edges: [7, 13, 19],
        labels: ['night', 'morning', 'afternoon', 'evening'],
        output: 'incident_hour_bin',
      },
    },
    { kind: 'drop', parameters: { columns: ['policy_bind_date', 'incident_date_year', 'auto_year'] } },
    {
      kind: 'impute_category',
      parameters: { columns: ['collision_type', 'property_damage', 'police_report_available'] },
    },
    { kind: 'rare_levels', parameters: { columns: 'category', minimum_share: 0.01 } },
    {
      kind: 'target_encode',
      parameters: { columns: ['auto_model', 'auto_make', 'insured_occupation'], smoothing: 20 },
    },
    { kind: 'one_hot', parameters: { columns: 'category' } },
  ],
  candidates: [
    { name: 'logistic_regression', kind: 'logistic_regression', parameters: { c: 0.05 } },
    {
      name: 'xgboost',
      kind: 'xgboost',
      parameters: {
        rounds: 150,
        max_depth: 3,
        eta: 0.05,
        subsample: 0.8,
        colsample_bytree: 0.5,
        min_child_weight: 3,
        early_stopping_rounds: null,
      },
    },
  ],
  calibration: 'auto',
  costs: { currency: 'USD', false_negative: 10_000, false_positive: 500, manual_review: 150 },
  selection: { metric: 'roc_auc', constraints: { min_roc_auc: 0.75 } },
  reasons: {
    incident_severity: { code: 'SEVERITY', reason: 'the severity of the incident' },
    insured_hobbies: { code: 'HOBBIES', reason: 'the hobbies of the insured' },
    total_claim_amount: { code: 'AMOUNT', reason: 'the amount claimed' },
    injury_claim: { code: 'INJURY_AMOUNT', reason: 'the injury part of the claim' },
    property_claim: { code: 'PROPERTY_AMOUNT', reason: 'the property part of the claim' },
    vehicle_claim: { code: 'VEHICLE_AMOUNT', reason: 'the vehicle part of the claim' },
    policy_annual_premium: { code: 'PREMIUM', reason: 'the premium' },
    policy_bind_date: {
      code: 'POLICY_START',
      reason: 'the time between the start of the policy and the incident',
    },
    incident_date: { code: 'INCIDENT_DATE', reason: 'the day of the incident' },
    incident_hour_of_the_day: { code: 'HOUR', reason: 'the hour of the incident' },
  },
  fairness: { columns: ['insured_sex'], minimum_group_rows: 50 },
})
