import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { startApi, type RunningApi } from '@claims/api'
import { autoFraud, claims } from '@claims/blueprints'
import { batchPredictionSchema, predictionSchema, type Blueprint, type Prediction } from '@claims/contracts'
import { generateClaims, readData, writeClaims } from '@claims/ingestion'
import { publicData, testOnPublicData } from '@claims/public-data'
import { scoreFile, train } from '@claims/pipeline'
import { openBundle } from '@claims/registry'
import { loadScorer, type Scorer } from '@claims/scoring'
import { temporaryFolder, type Folder } from './claims-command.ts'
import { parseCsv } from './parse-csv.ts'

/** What one way of scoring says about a row. */
interface Scored {
  readonly probability: number
  readonly reasons: readonly string[]
}

const reasons = 4

let folder: Folder
beforeAll(async () => {
  folder = await temporaryFolder()
})
afterAll(() => folder[Symbol.asyncDispose]())

/** The rows of a file as JSON clients send them: only fields that are filled, never the label. */
async function recordsOf(path: string, blueprint: Blueprint): Promise<Record<string, unknown>[]> {
  const inputs = blueprint.columns.filter(({ role }) => role !== 'label' && role !== 'ignored')
  const { frame } = await readData(path, { columns: inputs })
  return frame
    .toRows()
    .map((row) => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)))
}

async function fileScores(scorer: Scorer, data: string, out: string): Promise<Scored[]> {
  await scoreFile(scorer, { data, out, reasons, output: { overwrite: true } })
  const { header, rows } = parseCsv(await readFile(out, 'utf8'))
  const at = (name: string): number => header.indexOf(name)
  return rows.map((row) => {
    expect(row[at('error')]).toBe('')
    return {
      probability: Number(row[at('high_risk_probability')]),
      reasons: [1, 2, 3, 4].map((k) => row[at(`reason_${String(k)}`)] ?? '').filter((text) => text !== ''),
    }
  })
}

function recordScores(scorer: Scorer, records: readonly unknown[]): Scored[] {
  return scorer.scoreRecords(records, { reasons }).map((row) => {
    if (!row.ok) throw row.error
    return { probability: row.probability, reasons: row.factors.map(({ reason }) => reason) }
  })
}

/** The api gives a reason or two more than the file was asked for. */
function firstReasons({ risk_factors: factors }: Prediction): string[] {
  return factors.slice(0, reasons).map(({ reason }) => reason)
}

async function post(url: string, body: unknown): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const answer: unknown = await response.json()
  if (!response.ok) throw new Error(JSON.stringify(answer))
  return answer
}

async function httpSingleScores(api: RunningApi, records: readonly unknown[]): Promise<Scored[]> {
  const scored: Scored[] = []
  for (const record of records) {
    const prediction = predictionSchema.parse(await post(`${api.url}/api/v1/predict`, record))
    scored.push({ probability: prediction.high_risk_probability, reasons: firstReasons(prediction) })
  }
  return scored
}

async function httpBatchScores(api: RunningApi, records: readonly unknown[]): Promise<Scored[]> {
  const { results } = batchPredictionSchema.parse(
    await post(`${api.url}/api/v1/predict/batch`, { claims: records }),
  )
  return results.map((result) => {
    if ('error' in result) throw new Error(JSON.stringify(result.error))
    return { probability: result.high_risk_probability, reasons: firstReasons(result) }
  })
}

/** The same to the last bit: `toEqual` on numbers is `Object.is`. */
async function expectParity(bundle: string, data: string, rows: number): Promise<void> {
  const scorer = await loadScorer(await openBundle(bundle), { threads: 1 })
  const api = await startApi({ bundle, port: 0, environment: 'development', logLevel: 'silent' })
  try {
    const records = await recordsOf(data, scorer.manifest.blueprint)
    expect(records).toHaveLength(rows)
    const batch = recordScores(scorer, records)
    expect(new Set(batch.map(({ probability }) => probability)).size).toBeGreaterThan(rows / 20)
    expect(batch.every((row) => row.reasons.length === reasons)).toBe(true)
    expect(await fileScores(scorer, data, folder.at('scores.csv'))).toEqual(batch)
    expect(records.flatMap((record) => recordScores(scorer, [record]))).toEqual(batch)
    expect(await httpBatchScores(api, records)).toEqual(batch)
    expect(await httpSingleScores(api, records)).toEqual(batch)
  } finally {
    await api.close()
    scorer.dispose()
  }
}

describe('a row has one score, however it is asked for', () => {
  test.each(['logistic_regression', 'xgboost'])('1,000 claims, %s', async (model) => {
    const training = folder.at(`${model}.csv`)
    const fresh = folder.at(`${model}-fresh.csv`)
    const bundle = folder.at(model)
    await writeClaims(training, generateClaims({ rows: 1500, seed: 1 }))
    await writeClaims(fresh, generateClaims({ rows: 1000, seed: 2 }))
    await train({
      data: training,
      by: { blueprint: claims },
      out: bundle,
      seed: 42,
      threads: 1,
      models: [model],
      folds: 2,
    })
    await expectParity(bundle, fresh, 1000)
  })

  const real = publicData('auto_insurance_claims/insurance_claims.csv')
  testOnPublicData('real car insurance claims', real, async () => {
    const bundle = folder.at('auto-fraud')
    const result = await train({
      data: real,
      by: { blueprint: autoFraud },
      out: bundle,
      seed: 42,
      threads: 1,
    })
    const { header, rows } = parseCsv(await readFile(real, 'utf8'))
    // One policy begins after its incident and one umbrella limit is negative; every way of scoring rejects the two.
    expect(result.manifest.data.rejected_rows).toBe(2)
    const cell = (row: readonly string[], name: string): string => row[header.indexOf(name)] ?? ''
    const valid = rows.filter(
      (row) =>
        cell(row, 'policy_bind_date') <= cell(row, 'incident_date') &&
        Number(cell(row, 'umbrella_limit')) >= 0,
    )
    expect(valid).toHaveLength(998)
    await expectParityOfAll(bundle, real, rows.length, valid.length)
  })
})

/** Every row of a file, rejected ones included: file, batch and single answers are the same. */
async function expectParityOfAll(bundle: string, data: string, rows: number, valid: number): Promise<void> {
  const scorer = await loadScorer(await openBundle(bundle), { threads: 1 })
  const api = await startApi({ bundle, port: 0, environment: 'development', logLevel: 'silent' })
  try {
    const records = await recordsOf(data, scorer.manifest.blueprint)
    const batch = scorer
      .scoreRecords(records, { reasons })
      .map((row) => (row.ok ? row.probability : row.error.code))
    expect(batch).toHaveLength(rows)
    expect(batch.filter((score) => typeof score === 'number')).toHaveLength(valid)
    const alone = records.map((record) => {
      const [row] = scorer.scoreRecords([record], { reasons })
      return row?.ok === true ? row.probability : row?.error.code
    })
    expect(alone).toEqual(batch)

    await scoreFile(scorer, { data, out: folder.at('all.csv'), reasons })
    const csv = parseCsv(await readFile(folder.at('all.csv'), 'utf8'))
    const fromFile = csv.rows.map((row) =>
      row[1] === '' ? (row.at(-1) ?? '').split(':')[0] : Number(row[1]),
    )
    expect(fromFile).toEqual(batch)

    const { results } = batchPredictionSchema.parse(await post(`${api.url}/api/v1/predict/batch`, records))
    expect(
      results.map((result) => ('error' in result ? result.error.code : result.high_risk_probability)),
    ).toEqual(batch)
    const good = records.filter((_, row) => typeof batch[row] === 'number')
    const single = await httpSingleScores(api, good)
    expect(single.map(({ probability }) => probability)).toEqual(
      batch.filter((score) => typeof score === 'number'),
    )
    expect(recordScores(scorer, good)).toEqual(single)
  } finally {
    await api.close()
    scorer.dispose()
  }
}
