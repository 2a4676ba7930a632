import { expect, test } from '@jest/globals'
import { judgeColumnName, namesIdentifier } from '../src/column-name-evidence.ts'

test.each([
  ['TX_FRAUD_SCENARIO', 'TX_FRAUD'],
  ['txFraudAmount', 'TX_FRAUD'],
  ['fraud_found_date', 'FraudFound_P'],
  ['fraudScore', 'is_fraud'],
  ['claim_status', 'fraud_reported'],
  ['payment_date', 'fraud_reported'],
  ['SettlementAmount', 'fraud_reported'],
  ['chargeback', 'fraud_reported'],
  ['amount_recovered', 'fraud_reported'],
  ['UltimateIncurredClaimCost', 'large'],
  ['churn_score', 'churn'],
  ['lost_rows', 'lost'],
])('%s is blocked for the label %s', (name, label) => {
  expect(judgeColumnName(name, label)?.severity).toBe('block')
})

test.each([
  'policy_status',
  'last_payment_date',
  'account_closed',
  'refund_count',
  'litigation',
  'fraud_hotline',
])('%s is a warning', (name) => {
  expect(judgeColumnName(name, 'label')?.severity).toBe('warning')
})

test.each([
  ['previous_claims', 'fraud_reported'],
  ['PastNumberOfClaims', 'FraudFound_P'],
  ['previous_fraud_reported', 'fraud_reported'],
  ['marital_status', 'fraud_reported'],
  ['MaritalStatus', 'y'],
  ['claim_amount', 'claim'],
  ['claim_type', 'is_claim'],
  ['PAY_0', 'default.payment.next.month'],
  ['premium_paid', 'fraud_reported'],
  ['police_report_available', 'fraud_reported'],
  ['PoliceReportFiled', 'FraudFound_P'],
  ['Days_Policy_Claim', 'FraudFound_P'],
  ['NumberOfSuppliments', 'FraudFound_P'],
  ['prepaid', 'label'],
  ['risk_zone', 'risk'],
  ['bit_rate', 'bit'],
])('%s is harmless for the label %s', (name, label) => {
  expect(judgeColumnName(name, label)).toBeNull()
})

test('names of identifiers', () => {
  for (const name of [
    'policy_number',
    'PolicyNumber',
    'IDpol',
    'customerId',
    'insured_zip',
    'claim_no',
    'vin',
  ]) {
    expect([name, namesIdentifier(name)]).toEqual([name, true])
  }
  for (const name of [
    'number_of_vehicles',
    'claim_amount',
    'paid',
    'humid',
    'idle_hours',
    'Age',
    'NumberOfCars',
  ]) {
    expect([name, namesIdentifier(name)]).toEqual([name, false])
  }
})
