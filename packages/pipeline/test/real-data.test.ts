import { afterAll, beforeAll, describe, expect } from '@jest/globals'
import { autoFraud } from '@claims/blueprints'
import { parseBlueprint, type Blueprint } from '@claims/contracts'
import { publicData, testOnPublicData } from '@claims/public-data'
import { inferFromFile, train } from '../src/index.ts'
import { selectedAuc, temporaryFolder, type Folder } from './small-data.ts'

const vehicle = publicData('vehicle_claim_fraud/fraud_oracle.csv.gz')
const insurance = publicData('auto_insurance_claims/insurance_claims.csv')
const run = (title: string, body: () => Promise<void>): void => {
  testOnPublicData(title, [vehicle, insurance], body)
}

let folder: Folder
beforeAll(async () => {
  folder = await temporaryFolder()
})
afterAll(() => folder.remove())

const hints = { label: 'FraudFound_P', positive: '1' }

/** The inferred blueprint, as a person would have written it who takes PolicyNumber for a feature. */
async function withPolicyNumber(accept?: string): Promise<Blueprint> {
  const { blueprint } = await inferFromFile(vehicle, hints, { seed: 42, now: new Date('2026-01-01') })
  return parseBlueprint({
    ...blueprint,
    origin: 'explicit',
    split: { ...blueprint.split, folds: 2 },
    candidates: blueprint.candidates
      .filter(({ kind }) => kind === 'xgboost')
      .map((candidate) => ({
        ...candidate,
        parameters: { rounds: 50, max_depth: 6, eta: 0.3, early_stopping_rounds: null },
      })),
    columns: blueprint.columns.map((column) =>
      column.name === 'PolicyNumber'
        ? {
            name: 'PolicyNumber',
            role: 'numeric',
            type: 'number',
            ...(accept === undefined ? {} : { accept_leak: accept }),
          }
        : column,
    ),
  })
}

describe('vehicle claims', () => {
  run('PolicyNumber stays out and the score is the honest one', async () => {
    const { evaluation, manifest } = await train({
      data: vehicle,
      by: { hints },
      out: folder.at('vehicle'),
      seed: 42,
      threads: 1,
      models: ['xgboost'],
      folds: 2,
    })
    expect(manifest.features.flatMap(({ sources }) => sources)).not.toContain('PolicyNumber')
    expect(evaluation.leakage.findings).toContainEqual(
      expect.objectContaining({ column: 'PolicyNumber', action: 'excluded', severity: 'block' }),
    )
    expect(evaluation.warnings.some((warning) => warning.includes('PolicyNumber'))).toBe(true)
    expect(selectedAuc(evaluation)).toBeGreaterThan(0.8)
    expect(selectedAuc(evaluation)).toBeLessThan(0.88)
    expect(evaluation.test.metrics.roc_auc.value).toBeLessThan(0.88)
  })

  run('an explicit blueprint with PolicyNumber stops, with the evidence and the two ways on', async () => {
    const blueprint = await withPolicyNumber()
    const attempt = train({
      data: vehicle,
      by: { blueprint },
      out: folder.at('leak'),
      seed: 42,
      threads: 1,
    })
    const error = await attempt.then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    expect(error).toMatchObject({
      code: 'suspected_leak',
      problems: [
        expect.objectContaining({
          field: 'PolicyNumber',
          problem: expect.stringMatching(/roc_auc 0\.\d+/),
          allowed: 'role "ignored", or "accept_leak": "reason"',
        }),
      ],
    })
    expect(await folder.names()).not.toContain('leak')
  })

  run('accept_leak trains, says why, and shows what the leak is worth', async () => {
    const blueprint = await withPolicyNumber('to show what the leak does')
    const { evaluation } = await train({
      data: vehicle,
      by: { blueprint },
      out: folder.at('accepted'),
      seed: 42,
      threads: 1,
    })
    const finding = evaluation.leakage.findings.find(
      ({ column, severity }) => column === 'PolicyNumber' && severity === 'block',
    )
    expect(finding).toMatchObject({
      action: 'kept',
      message: expect.stringContaining('to show what the leak does'),
    })
    expect(selectedAuc(evaluation)).toBeGreaterThan(0.9)
  })
})

describe('car insurance claims', () => {
  run('warns of insured_hobbies and tests out of time', async () => {
    const { evaluation, quarantine } = await train({
      data: insurance,
      by: { blueprint: autoFraud },
      out: folder.at('auto-fraud'),
      seed: 42,
      threads: 1,
    })
    expect(evaluation.leakage.findings).toContainEqual(
      expect.objectContaining({
        column: 'insured_hobbies',
        kind: 'suspicious_single_feature',
        severity: 'warning',
        action: 'kept',
      }),
    )
    expect(evaluation.out_of_time?.rows).toBeGreaterThan(100)
    expect(evaluation.out_of_time?.cutoff).toMatch(/^2015-02-\d\d$/)
    expect(evaluation.out_of_time?.metrics.roc_auc.value).toBeGreaterThan(0.7)
    expect(selectedAuc(evaluation)).toBeGreaterThan(0.82)
    expect(selectedAuc(evaluation)).toBeLessThan(0.9)
    expect(quarantine).toBe(folder.at('auto-fraud.rejected.jsonl'))
  })
})
