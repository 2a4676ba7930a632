import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { PredictionRecord } from '@claims/contracts'
import { examplePrediction, exampleSubjectKey } from '@claims/contracts/testing'
import { DatabasePredictionLog, DatabaseSubjectKeyStore, noteInLedger } from '@claims/database'
import { exportDocument, type FactSources, type GovernanceDocument } from '@claims/governance'
import { DirectoryArtifactStore, openRegistry, type OpenRegistry } from '@claims/registry'
import { frozenBundle } from './sources.ts'

let root = ''
let opened: OpenRegistry
let sources: FactSources
const reasons = [
  { feature: 'a', reason_code: 'R1', direction: 'increases_risk' },
  { feature: 'b', reason_code: 'R2', direction: 'decreases_risk' },
  { feature: 'c', reason_code: 'R3', direction: 'increases_risk' },
] as const
const reviewed: PredictionRecord['outcome'] = {
  ...{ status: 'scored', raw_score: 0.7, score: 0.1 + 0.6, risk_level: 'high', risk_band: 'HIGH' },
  ...{ decision: 'review', reasons: [...reasons] },
}
const at = (day: string): Date => new Date(`2026-11-${day}T08:00:00Z`)
const approved: PredictionRecord['outcome'] = { ...reviewed, score: 0.1, decision: 'approve', reasons: [] }
const rejected: PredictionRecord['outcome'] = { status: 'rejected', code: 'invalid_claim', fields: ['a'] }
type Name = 'approved' | 'reviewed' | 'rejected' | 'other' | 'unregistered' | 'foreign'
let records: Readonly<Record<Name, PredictionRecord>>

/** One prediction of each kind, made with a bundle. */
function recordsOf(manifestSha256: string): typeof records {
  const model = { manifest_sha256: manifestSha256 }
  const warnings = [{ field: 'a', code: 'unseen' }]
  return {
    approved: examplePrediction({ at: at('01'), model, outcome: approved }),
    reviewed: examplePrediction({ at: at('02'), model, outcome: reviewed, warnings }),
    rejected: examplePrediction({ at: at('03'), model, outcome: rejected }),
    other: examplePrediction({ at: at('03'), model: { name: 'motor' }, outcome: approved }),
    unregistered: examplePrediction({ at: at('04'), outcome: reviewed, model: { version: null } }),
    foreign: examplePrediction({ at: at('05'), outcome: reviewed }),
  }
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'claims-extract-'))
  opened = await openRegistry({
    database: { url: join(root, 'claims.sqlite') },
    artifacts: new DirectoryArtifactStore(join(root, 'registry')),
  })
  const { registry, ledger, artifacts, database } = opened
  const predictions = new DatabasePredictionLog(database)
  sources = { registry, ledger, artifacts, predictions }
  const version = await registry.register('fraud', frozenBundle('3-decisions'), { actor: 'ada' })
  records = recordsOf(version.manifest_sha256)
  await new DatabaseSubjectKeyStore(database).add([exampleSubjectKey()])
  await predictions.append(Object.values(records))
  await noteInLedger(database, '_system', {
    kind: 'access',
    time: '2026-11-02T09:00:00.000Z',
    actor: 'bob',
    reason: 'request 17',
  })
})
afterAll(async () => {
  await opened.close()
  await rm(root, { recursive: true, force: true })
})

const cellsOf = (document: GovernanceDocument, title: string): readonly (readonly unknown[])[] =>
  document.sections.find((section) => section.title === title)?.table?.rows.map(({ cells }) => cells) ?? []

describe('a log extract', () => {
  test('counts every prediction of the period by day, model and decision, and lists them newest first', async () => {
    const document = await exportDocument(sources, { kind: 'log-extract' })
    expect(cellsOf(document, 'Uses by day')).toEqual([
      ['2026-11-01', 'fraud', '1', 'approve', 1, 0],
      ['2026-11-02', 'fraud', '1', 'review', 1, 1],
      ['2026-11-03', 'fraud', '1', 'rejected: invalid_claim', 1, 0],
      ['2026-11-03', 'motor', '1', 'approve', 1, 0],
      ['2026-11-04', 'fraud', 'not registered', 'review', 1, 0],
      ['2026-11-05', 'fraud', '1', 'review', 1, 0],
    ])
    const uses = cellsOf(document, 'Uses')
    expect(uses).toHaveLength(6)
    expect(uses[0]?.[1]).toBe(records.foreign.id)
    expect(uses.map(([time]) => time)).toEqual(
      uses
        .map(([time]) => time)
        .sort()
        .reverse(),
    )
    expect(cellsOf(document, 'Access, erasure and operation')).toEqual([
      ['2026-11-02T09:00:00.000Z', 'access', 'bob', 'request 17'],
    ])
    expect(JSON.stringify(document)).not.toContain(records.approved.sealed)
  })

  test('of a model and a period has those alone', async () => {
    const period = { from: '2026-11-03T00:00:00.000Z', to: '2026-11-04T00:00:00.000Z' }
    const document = await exportDocument(sources, { kind: 'log-extract', model: 'fraud', ...period })
    expect(cellsOf(document, 'Uses').map((cells) => cells[1])).toEqual([records.rejected.id])
    expect(cellsOf(document, 'Changes of fraud')).toEqual([])
    expect(cellsOf(document, 'Access, erasure and operation')).toEqual([])
  })

  test('where nothing is recorded says that it is missing, and no zero', async () => {
    const { registry, ledger, artifacts } = sources
    const document = await exportDocument({ registry, ledger, artifacts }, { kind: 'log-extract' })
    expect(document.sections[0]?.facts?.[0]).toMatchObject({
      label: 'Predictions in the period',
      value: null,
    })
  })

  test('is refused while the index lacks a record of the ledger', async () => {
    const { kysely } = opened.database
    await kysely.deleteFrom('predictions').where('id', '=', records.reviewed.id).execute()
    await expect(exportDocument(sources, { kind: 'log-extract' })).rejects.toMatchObject({
      ...{ code: 'damaged_record', message: expect.stringContaining('1 records of _predictions-2026-11') },
    })
    await sources.predictions?.reindex()
    expect((await exportDocument(sources, { kind: 'log-extract' })).kind).toBe('log-extract')
  })
})

describe('a notice', () => {
  test('has the reasons that raised the score, in order, and what a person has to add', async () => {
    const document = await exportDocument(sources, {
      kind: 'adverse-action',
      prediction: records.reviewed.id,
    })
    expect(cellsOf(document, 'Principal reasons').map(([, code, column]) => [code, column])).toEqual([
      ['R1', 'a'],
      ['R3', 'c'],
    ])
    const facts = document.sections.flatMap(({ facts: some = [] }) => some)
    expect(facts.find(({ label }) => label === 'Score')?.value).toBe('0.7')
    expect(facts.filter(({ value }) => value === null).map(({ label }) => label)).toContain(
      'Person and claim',
    )
  })

  test.each([
    ['invalid_parameter', 'approved', 'decided approve, which is no decision against the person'],
    [
      'invalid_parameter',
      'rejected',
      'was rejected as invalid_claim, which is no decision against the person',
    ],
    ['invalid_parameter', 'unregistered', 'no registered version'],
    ['damaged_record', 'foreign', 'was made with the bundle aaaaaaaaaaaa'],
  ] as const)('%s for one that was %s', async (code, name, text) => {
    const made = exportDocument(sources, { kind: 'adverse-action', prediction: records[name].id })
    await expect(made).rejects.toMatchObject({ code, message: expect.stringContaining(text) })
  })

  test('of a prediction that nobody recorded is refused', async () => {
    const prediction = examplePrediction().id
    await expect(exportDocument(sources, { kind: 'adverse-action', prediction })).rejects.toMatchObject({
      code: 'unknown_prediction',
    })
  })
})

test('a validation summary shows how a refused promotion stood at each gate', async () => {
  const { registry } = sources
  await registry
    .promote('fraud', '1', { actor: 'ada', reason: 'first', expected: '7' })
    .catch((error: unknown) => error)
  const document = await exportDocument(sources, { kind: 'validation-summary', model: 'fraud@1' })
  const lines = await registry.history('fraud')
  const attempt = lines.findLast(({ action }) => action === 'promote_refused')
  if (attempt === undefined) expect(cellsOf(document, 'Gates')).toEqual([])
  else expect(cellsOf(document, 'Gates').length).toBeGreaterThan(1)
})
