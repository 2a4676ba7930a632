import { describe, expect } from '@jest/globals'
import { createRandom } from '@claims/frame'
import { scanLeakage, scanSplit } from '@claims/leakage'
import { testOnPublicData } from '@claims/public-data'
import { readLabelled } from './leakage-data.ts'

const autoInsurance = 'auto_insurance_claims/insurance_claims.csv'
const vehicle = 'vehicle_claim_fraud/fraud_oracle.csv.gz'
const fremtpl2 = 'fremtpl2/freMTPL2freq.csv.gz'

describe('scanLeakage and scanSplit', () => {
  testOnPublicData('auto_insurance_claims: a warning on insured_hobbies', autoInsurance, () => {
    const data = readLabelled(autoInsurance, { column: 'fraud_reported', positive: (cell) => cell === 'Y' })
    const findings = scanLeakage({ ...data, seed: 42 })
    const hobbies = findings.find(({ column }) => column === 'insured_hobbies')
    expect(hobbies).toMatchObject({ kind: 'suspicious_single_feature', severity: 'warning' })
    expect(hobbies?.evidence).toMatchObject({ levels: 'chess, cross-fit', rows: 81 })
    expect(findings.filter(({ severity }) => severity === 'block').map(({ column }) => column)).toEqual([
      'policy_number',
      'insured_zip',
      'incident_location',
    ])
  })

  testOnPublicData('vehicle_claim_fraud: PolicyNumber is blocked, Year is unseen in 1996', vehicle, () => {
    const data = readLabelled(vehicle, { column: 'FraudFound_P', positive: (cell) => cell === '1' })
    const findings = scanLeakage({ ...data, seed: 42 })
    expect(findings.map(({ severity, kind, column }) => [severity, kind, column])).toEqual([
      ['block', 'identifier', 'PolicyNumber'],
      ['warning', 'row_order', 'PolicyNumber'],
    ])
    const year = data.frame.number('Year')
    const every = Array.from(year.keys())
    const later = scanSplit({
      ...data,
      columns: data.columns.filter(({ name }) => name !== 'PolicyNumber'),
      trainRows: Uint32Array.from(every.filter((row) => year[row]! < 1996)),
      testRows: Uint32Array.from(every.filter((row) => year[row]! >= 1996)),
    })
    expect(later.map(({ kind, column }) => [kind, column])).toEqual([['constant_in_later_period', 'Year']])
  })

  testOnPublicData(
    'fremtpl2: the row order tells the label, and twins differ in Exposure only',
    fremtpl2,
    () => {
      const data = readLabelled(fremtpl2, { column: 'ClaimNb', positive: (cell) => cell !== '0' })
      const findings = scanLeakage({ ...data, seed: 42 })
      expect(findings.map(({ severity, kind, column }) => [severity, kind, column])).toEqual([
        ['block', 'identifier', 'IDpol'],
        ['warning', 'row_order', null],
        ['block', 'row_order', 'IDpol'],
      ])
      const order = createRandom(1).permutation(data.frame.rows)
      const at = Math.floor(order.length * 0.8)
      const split = scanSplit({
        ...data,
        columns: data.columns.filter(({ name }) => name !== 'IDpol'),
        trainRows: order.subarray(0, at),
        testRows: order.subarray(at),
      })
      const near = split.find(({ kind }) => kind === 'near_duplicates_across_split')
      expect(near?.column).toBe('Exposure')
      // 32.6 % of all test rows; 5,000 are looked at, so that three standard errors are 0.02.
      expect(Math.abs(Number(near?.evidence['share']) - 0.326)).toBeLessThan(0.02)
    },
  )
})
