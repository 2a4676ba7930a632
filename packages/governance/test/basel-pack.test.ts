import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { claims } from '@claims/blueprints'
import { exportDocument, type DocumentSection, type GovernanceDocument } from '@claims/governance'
import { generateClaims, writeClaims } from '@claims/ingestion'
import { train, type TrainResult } from '@claims/pipeline'
import { frozenBundle, temporarySources, type TestSources } from './sources.ts'

let folder = ''
let sources: TestSources
let trained: TrainResult
let document: GovernanceDocument

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'claims-basel-'))
  const data = join(folder, 'claims.csv')
  await writeClaims(data, generateClaims({ rows: 1500, seed: 7 }))
  const out = join(folder, 'bundle')
  const models = ['logistic_regression']
  trained = await train({ data, by: { blueprint: claims }, out, models, folds: 2, seed: 1, threads: 1 })
  sources = await temporarySources()
  await sources.registry.register('fraud', out)
  document = await exportDocument(sources, { kind: 'basel-pack', model: 'fraud@1' })
})
afterAll(async () => {
  await sources.remove()
  await rm(folder, { recursive: true, force: true })
})

const sectionOf = (title: string): DocumentSection | undefined =>
  document.sections.find((section) => section.title === title)

describe('a validation pack', () => {
  test('has every test row in one grade', () => {
    const { test: tested } = trained.evaluation
    const rows = sectionOf('Calibration by grade')?.table?.rows.map(({ cells }) => cells) ?? []
    const sum = (column: number): number => rows.reduce((total, cells) => total + Number(cells[column]), 0)
    expect([sum(1), sum(2)]).toEqual([tested.rows, tested.positives])
    expect(rows.map(([grade]) => grade)).toEqual(['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'])
    expect(sectionOf('Calibration by grade')?.note).toContain('Rows hang together in groups')
  })

  test('compares shares of training and test by grade', () => {
    const rows = sectionOf('Stability by grade')?.table?.rows.map(({ cells }) => cells) ?? []
    for (const column of [1, 2])
      expect(rows.reduce((sum, cells) => sum + Number(cells[column]), 0)).toBeCloseTo(1, 12)
    const [index] = sectionOf('Stability by grade')?.facts ?? []
    expect(index?.value).toBeGreaterThanOrEqual(0)
    expect(index?.value).toBeLessThan(0.5)
  })

  test('says that nobody told whether the label is a proxy', () => {
    expect(sectionOf('Proxy label')?.facts?.map(({ value }) => value)).toEqual([null, null])
  })

  test('of a bundle that keeps no test predictions says what is missing', async () => {
    await sources.registry.register('old', frozenBundle('2-logistic'))
    const old = await exportDocument(sources, { kind: 'basel-pack', model: 'old@1' })
    expect(old.sections.find(({ title }) => title === 'Calibration by grade')?.facts).toEqual([
      { label: 'Test rows by grade', value: null, missing: 'a bundle with test-predictions.bin' },
    ])
  })
})
