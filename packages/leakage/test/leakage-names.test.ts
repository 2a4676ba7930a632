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

test('the words that say it are named', () => {
  const words = (name: string, label = 'label'): string | undefined => judgeColumnName(name, label)?.words
  expect(words('x_claim_status_y')).toBe('claim status')
  expect(words('loan_status')).toBe('loan status')
  expect(words('is_closed')).toBe('closed')
  expect(words('txFraudAmount', 'has_TX_FRAUD_flag_p')).toBe('tx fraud')
  expect(words('my_churn', 'churn')).toBe('churn')
  expect(judgeColumnName('last_settlement', 'label')).toEqual({ severity: 'warning', words: 'settlement' })
  expect(judgeColumnName('premium_settlement', 'label')?.severity).toBe('block')
})

test('a label of filler, of one common or of one short word is not looked for', () => {
  for (const [name, label] of [
    ['is_flag', 'is_flag'],
    ['risk_a', 'is_risk_p'],
    ['bit_a', 'bit'],
    ['a_b', 'y'],
  ])
    expect([name, judgeColumnName(name!, label!)]).toEqual([name, null])
  expect(judgeColumnName('bite_a', 'bite')?.severity).toBe('block')
  expect(judgeColumnName('bit_rate_a', 'bit_rate')?.severity).toBe('block')
})

test('the status of a person is harmless, a status at the start or of a claim is not', () => {
  expect(judgeColumnName('employment_status', 'label')).toBeNull()
  expect(judgeColumnName('marital_decision', 'label')?.severity).toBe('warning')
  expect(judgeColumnName('status_marital', 'label')?.severity).toBe('warning')
})

test('a number is an identifier of something', () => {
  expect(['number', 'no', 'policy_nr', 'IDpol', 'polID'].map(namesIdentifier)).toEqual([
    false,
    false,
    true,
    true,
    true,
  ])
})
