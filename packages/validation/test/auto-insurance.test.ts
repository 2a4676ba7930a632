import { readFileSync } from 'node:fs'
import { expect } from '@jest/globals'
import { parseBlueprint } from '@claims/contracts'
import { Frame, categoryColumn, numberColumn, timestampColumn } from '@claims/frame'
import { publicData, testOnPublicData } from '@claims/public-data'
import { createValidator } from '@claims/validation'

const path = publicData('auto_insurance_claims/insurance_claims.csv')

testOnPublicData('the one real policy bound after its incident is found', path, () => {
  const lines = readFileSync(path, 'utf8').trimEnd().split(/\r?\n/)
  const names = lines[0]!.split(',')
  const cells = lines.slice(1).map((line) => line.split(','))
  const read = (name: string): string[] => cells.map((row) => row[names.indexOf(name)] ?? '')
  const frame = Frame.fromColumns({
    policy_number: numberColumn(read('policy_number').map(Number)),
    policy_bind_date: timestampColumn(read('policy_bind_date').map((day) => Date.parse(day))),
    incident_date: timestampColumn(read('incident_date').map((day) => Date.parse(day))),
    injury_claim: numberColumn(read('injury_claim').map(Number)),
    property_claim: numberColumn(read('property_claim').map(Number)),
    vehicle_claim: numberColumn(read('vehicle_claim').map(Number)),
    total_claim_amount: numberColumn(read('total_claim_amount').map(Number)),
    fraud_reported: categoryColumn(read('fraud_reported')),
  })
  const blueprint = parseBlueprint({
    format_version: 1,
    name: 'auto-fraud',
    columns: [
      { name: 'policy_number', role: 'id', type: 'number', required: true },
      { name: 'policy_bind_date', role: 'date', type: 'timestamp', required: true },
      { name: 'incident_date', role: 'event_time', type: 'timestamp', required: true },
      ...['injury_claim', 'property_claim', 'vehicle_claim', 'total_claim_amount'].map((name) => ({
        name,
        role: 'numeric' as const,
        type: 'number' as const,
        minimum: 0,
      })),
      { name: 'fraud_reported', role: 'label', type: 'category', allowed: ['Y', 'N'] },
    ],
    label: { column: 'fraud_reported', positive: 'Y', negative: 'N' },
    unique_keys: [['policy_number']],
    split: { kind: 'stratified' },
    candidates: [{ name: 'model', kind: 'logistic_regression' }],
    costs: { false_negative: 1, false_positive: 1, manual_review: 1 },
    business_rules: [
      {
        kind: 'compare_columns',
        name: 'bound_before_incident',
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
        tolerance: 0,
        severity: 'error',
      },
    ],
  })
  const { report, findings } = createValidator(blueprint).validate(frame, {
    now: new Date('2026-01-01T00:00:00Z'),
    purpose: 'training',
  })
  expect(report).toMatchObject({ rows: 1_000, rejected_rows: 1 })
  expect(findings.filter(({ severity }) => severity === 'error')).toMatchObject([
    { field: 'policy_bind_date', rule: 'bound_before_incident', value: expect.stringMatching(/^2015-/) },
  ])
  expect(report.gate).toEqual({ passed: true, failures: [] })
})
