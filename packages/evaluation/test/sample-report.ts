import { parseBlueprint, type Costs, type Evaluation, type SelectionConstraints } from '@claims/contracts'
import {
  categoryColumn,
  createRandom,
  Frame,
  numberColumn,
  timestampColumn,
  type FrameColumn,
} from '@claims/frame'
import {
  checkConstraints,
  chooseThreshold,
  dependence,
  evaluateCost,
  evaluateProbabilities,
  fairness,
  globalImportance,
  promotability,
  selectCandidate,
  summarizeFolds,
  type ReportInput,
} from '../src/index.ts'

/** What to vary in a sample report. */
export interface SampleOptions {
  readonly rows?: number
  /** 0 makes pure noise. */
  readonly signal?: number
  /** Name of the leading column and of one of its levels, to try hostile text. */
  readonly severityColumn?: string
  readonly severityLevel?: string
  readonly seed?: number
  /** Null makes a report that says nothing in money. */
  readonly costs?: Costs | null
  readonly constraints?: SelectionConstraints
}

/** A report input made by the real parts from made claims and a linear model with exact contributions. */
export function sampleReport({
  rows = 200,
  signal = 1,
  severityColumn = 'incident_severity',
  severityLevel = 'Major Damage',
  seed = 7,
  costs = { currency: 'USD', false_negative: 10_000, false_positive: 500, manual_review: 150 },
  constraints: limits = { min_recall: 0.85, min_accuracy: 0.8, max_false_positive_rate: 0.15 },
}: SampleOptions = {}): ReportInput {
  const random = createRandom(seed)
  const levels = ['Minor Damage', severityLevel, 'Total Loss', 'Trivial Damage']
  const severity: (string | null)[] = []
  const amount = new Float64Array(rows)
  const hour = new Float64Array(rows)
  const bound = new Float64Array(rows)
  const hobby: (string | null)[] = []
  const sex: (string | null)[] = []
  const target = new Uint8Array(rows)
  const probability = new Float64Array(rows)
  const names = [
    severityColumn,
    'total_claim_amount',
    'incident_hour_of_the_day',
    'policy_bind_date',
    'insured_hobbies',
  ]
  const features = names.length
  const values = new Float64Array(rows * (features + 1))
  for (let i = 0; i < rows; i++) {
    const level = random.integer(4)
    severity.push(levels[level]!)
    amount[i] = Math.round(Math.exp(10 + 0.7 * random.normal()))
    hour[i] = random.next() < 0.08 ? NaN : random.integer(24)
    bound[i] = Date.UTC(1998, 0, 1) + random.integer(6000) * 86_400_000
    hobby.push(
      random.next() < 0.05
        ? null
        : [
            'chess',
            'cross-fit',
            'golf',
            'reading',
            'camping',
            'sleeping',
            'movies',
            'polo',
            'yachting',
            'hiking',
          ][random.integer(10)]!,
    )
    sex.push(random.integer(2) === 0 ? 'FEMALE' : 'MALE')
    const parts = [
      [-0.7, 2.1, -0.4, -1.2][level]!,
      0.5 * (Math.log(amount[i]!) - 10),
      Number.isNaN(hour[i]) ? 0.25 : 0.4 * Math.sin(hour[i]! / 4),
      0.2 * ((bound[i]! - Date.UTC(2006, 0, 1)) / 1e11),
      hobby[i] === 'chess' || hobby[i] === 'cross-fit' ? 1.6 : -0.3,
    ].map((part) => part * signal)
    const base = -1.6
    const margin = base + parts.reduce((sum, part) => sum + part, 0)
    parts.forEach((part, j) => (values[i * (features + 1) + j] = part))
    values[i * (features + 1) + features] = base
    probability[i] = 1 / (1 + Math.exp(-margin))
    target[i] = random.next() < probability[i]! ? 1 : 0
    if (signal === 0) probability[i] = 0.05 + 0.4 * random.next()
  }
  const frame = Frame.fromColumns(
    new Map<string, FrameColumn>([
      [severityColumn, categoryColumn(severity)],
      ['total_claim_amount', numberColumn(amount)],
      ['incident_hour_of_the_day', numberColumn(hour)],
      ['policy_bind_date', timestampColumn(bound)],
      ['insured_hobbies', categoryColumn(hobby)],
      ['insured_sex', categoryColumn(sex)],
    ]),
  )
  const blueprint = parseBlueprint({
    format_version: 1,
    name: 'auto-fraud',
    description: 'Suspected fraud goes to an investigator, the others are approved.',
    columns: [
      { name: severityColumn, role: 'categorical', type: 'category' },
      { name: 'total_claim_amount', role: 'numeric', type: 'number', unit: 'USD' },
      { name: 'incident_hour_of_the_day', role: 'numeric', type: 'number', unit: 'hours' },
      { name: 'policy_bind_date', role: 'date', type: 'timestamp' },
      { name: 'insured_hobbies', role: 'categorical', type: 'category' },
      { name: 'insured_sex', role: 'sensitive', type: 'category' },
      { name: 'fraud_reported', role: 'label', type: 'category' },
    ],
    label: { column: 'fraud_reported', positive: 'Y', negative: 'N' },
    split: { kind: 'stratified' },
    candidates: [{ name: 'logistic-regression', kind: 'logistic_regression' }],
    costs,
    selection: { constraints: limits },
  })
  const chosen = chooseThreshold({
    target,
    probability,
    costs: blueprint.costs,
    constraints: blueprint.selection.constraints,
  })
  const threshold = chosen.value
  const test = evaluateProbabilities({ target, probability, threshold, seed, resamples: 500 })
  const later = evaluateProbabilities({
    target: target.subarray(0, rows >> 1),
    probability: probability.subarray(0, rows >> 1),
    threshold,
    seed,
  })
  const folds = {
    'logistic-regression': [0.83, 0.85, 0.84, 0.86, 0.82],
    xgboost: [0.84, 0.86, 0.845, 0.85, 0.84],
    'xgboost-deep': [0.8, 0.85, 0.83, 0.82, 0.81],
  }
  const selection = selectCandidate(
    Object.entries(folds).map(([name, ofFolds], complexity) => ({ name, complexity, folds: ofFolds })),
    { metric: 'roc_auc', higherIsBetter: true },
  )
  const constraints = checkConstraints(test, blueprint.selection.constraints)
  const cost =
    blueprint.costs === null
      ? null
      : evaluateCost({ target, probability, threshold, costs: blueprint.costs, seed: 42 })
  const verdict = promotability({
    test,
    constraints,
    cost,
    out_of_time: null,
    findings: [],
    measured_on: { kind: 'held_out' },
    gate: { passed: true, failures: [] },
  })
  const byColumn = new Map(
    names
      .map((name, j): [string, Float64Array] => [
        name,
        Float64Array.from({ length: rows }, (_, i) => values[i * (features + 1) + j]!),
      ])
      .filter(([name]) => name !== 'insured_sex'),
  )
  const importance = globalImportance(byColumn)
  const positives = target.reduce((sum, y) => sum + y, 0)
  const evaluation: Evaluation = {
    format_version: 3,
    label: 'fraud_reported',
    positive: 'Y',
    rows: rows * 5,
    label_maturity: null,
    seed: 42,
    split: { kind: 'stratified', train_rows: rows * 4, test_rows: rows, cutoff: null },
    candidates: Object.entries(folds).map(([name, ofFolds]) => {
      const {
        intervals,
        standard_error: _,
        ...metric
      } = summarizeFolds(ofFolds, { testShare: 0.2, metric: 'roc_auc' })
      return {
        name,
        kind: name.startsWith('xgboost') ? 'xgboost' : 'logistic_regression',
        parameters: {},
        cross_validation: { folds: 5, intervals, metrics: { roc_auc: metric } },
        fit_seconds: 1.234,
        selected: name === selection.name,
      }
    }),
    selection: {
      metric: 'roc_auc',
      rule: selection.rule,
      constraints,
      promotable: verdict.ok,
      reasons: [...verdict.reasons],
      certainty: verdict.certainty,
    },
    learned: test.metrics.roc_auc.lower > 0.5,
    measured_on: { kind: 'held_out' },
    test,
    out_of_time: { ...later, cutoff: '2015-02-10', note: 'trained on the first 80 % of the incidents' },
    out_of_time_reason: null,
    external_test: null,
    best_possible: null,
    threshold: {
      value: chosen.value,
      rule: chosen.rule,
      chosen_on: 'out-of-fold predictions',
      bound_by: [...chosen.boundBy],
    },
    decisions: blueprint.policy.decisions,
    cost,
    leakage: {
      findings: [
        {
          column: 'insured_hobbies',
          kind: 'suspicious_single_feature',
          severity: 'warning',
          action: 'kept',
          evidence: { roc_auc: 0.7713 },
          message:
            'insured_hobbies alone ranks claims unusually well (AUC 0.77); check that it is known before the outcome.',
        },
      ],
    },
    fairness: fairness({
      groups: { insured_sex: frame.column('insured_sex') },
      target,
      probability,
      threshold,
      minimumRows: 50,
    }),
    explanations: { scale: 'log-odds', rows, global: importance },
    timings_seconds: {
      read: 0.021,
      validate: 0.043,
      features: 0.31,
      train: 12.4,
      evaluate: 0.62,
      report: 1.1,
      total: 74.5,
    },
    warnings: ['Only 200 claims are in the test set.'],
  }
  return {
    evaluation,
    blueprint,
    dataset: {
      source: 'insurance_claims.csv',
      rows: rows * 5 + 1,
      rejectedRows: 1,
      immatureRows: 0,
      positives: positives * 5,
      period: { from: '2015-01-01', to: '2015-03-01' },
    },
    test: { target, probability },
    validation: {
      rows: rows * 5 + 1,
      rejected_rows: 1,
      quality_score: 0.978,
      dimensions: { completeness: 0.93, validity: 0.999, consistency: 0.999, uniqueness: 1 },
      gate: { passed: true, failures: [] },
      counts: [
        { rule: 'policy_bound_before_incident', field: 'policy_bind_date', severity: 'error', count: 1 },
        { rule: 'missing', field: 'collision_type', severity: 'warning', count: 178 },
      ],
      findings: [],
    },
    dependence: importance.map(({ feature }) =>
      dependence({ feature, column: frame.column(feature), contributions: byColumn.get(feature)! }),
    ),
    createdAt: '2026-01-02T03:04:05.000Z',
  }
}
