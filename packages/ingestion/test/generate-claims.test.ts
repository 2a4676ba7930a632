import { readFile } from 'node:fs/promises'
import { beforeAll, describe, expect, test } from '@jest/globals'
import type { CategoryColumn, Frame, TextColumn } from '@claims/frame'
import { claimDrifts, generateClaims, readData, writeClaims, type GeneratedClaims } from '../src/index.ts'
import { text } from './columns.ts'
import { temporaryFolder } from './temporary-folder.ts'

const rows = 20_000
const day = 86_400_000
let base: GeneratedClaims

beforeAll(() => {
  base = generateClaims({ rows, seed: 42 })
})

function mean(values: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]!
  return sum / values.length
}

/** Area under the ROC curve by ranks; ties do not matter for these scores. */
function rocAuc(scores: Float64Array, label: Uint8Array): number {
  const order = Uint32Array.from(scores.keys()).sort((a, b) => scores[a]! - scores[b]!)
  let ranks = 0
  let positives = 0
  order.forEach((row, rank) => {
    if (label[row] === 1) {
      ranks += rank + 1
      positives++
    }
  })
  return (ranks - (positives * (positives + 1)) / 2) / (positives * (scores.length - positives))
}

function texts(frame: Frame, name: string): (string | null)[] {
  const column = frame.column(name) as CategoryColumn | TextColumn
  return column.kind === 'text'
    ? [...column.values]
    : Array.from(column.codes, (code) => column.levels[code] ?? null)
}

function rateWhere(claims: GeneratedClaims, keep: (row: number) => boolean): number {
  return mean(Array.from(claims.label).filter((_, row) => keep(row)))
}

describe('generateClaims', () => {
  test('the best possible AUC is about 0.96 and leaves room for recall 0.85 at 15 % false positives', () => {
    const { probability, label } = base
    expect(rocAuc(probability, label)).toBeGreaterThan(0.95)
    expect(rocAuc(probability, label)).toBeLessThan(0.97)
    const negatives = probability.filter((_, row) => label[row] === 0).sort()
    const threshold = negatives[Math.floor(negatives.length * 0.85)]!
    expect(
      mean(
        Array.from(probability)
          .filter((_, row) => label[row] === 1)
          .map((p) => (p > threshold ? 1 : 0)),
      ),
    ).toBeGreaterThan(0.87)
  })

  test('the label is drawn from the probability: 15-20 % positive, calibrated in every tenth', () => {
    const { probability, label } = base
    expect(mean(label)).toBeGreaterThan(0.15)
    expect(mean(label)).toBeLessThan(0.2)
    const order = [...probability.keys()].sort((a, b) => probability[a]! - probability[b]!)
    for (let part = 0; part < 10; part++) {
      const tenth = order.slice((part * rows) / 10, ((part + 1) * rows) / 10)
      const p = mean(tenth.map((row) => probability[row]!))
      const standardError = Math.sqrt((p * (1 - p)) / tenth.length)
      expect(Math.abs(mean(tenth.map((row) => label[row]!)) - p)).toBeLessThan(4.5 * standardError + 1e-3)
    }
    expect(texts(base.frame, 'is_high_risk').map((value) => (value === 'yes' ? 1 : 0))).toEqual([...label])
  })

  test('the same seed gives the same claims, another seed others', () => {
    const again = generateClaims({ rows: 500, seed: 7 })
    expect(generateClaims({ rows: 500, seed: 7 }).frame.toRows()).toEqual(again.frame.toRows())
    expect(generateClaims({ rows: 500, seed: 8 }).frame.toRows()).not.toEqual(again.frame.toRows())
  })

  test('dates span 24 months, are in order and agree with the policy', () => {
    const { frame } = base
    const claimed = frame.number('claim_date')
    const started = frame.number('policy_start_date')
    const months = frame.number('policy_duration')
    expect(Math.min(...claimed)).toBeGreaterThanOrEqual(Date.UTC(2024, 0, 1))
    expect(Math.max(...claimed)).toBeLessThanOrEqual(Date.UTC(2025, 11, 31))
    for (let row = 0; row < rows; row++) {
      if (row > 0 && claimed[row]! < claimed[row - 1]!) throw new Error(`row ${String(row)} is out of order`)
      const days = (claimed[row]! - started[row]!) / day
      if (days < 0 || Math.floor(days / 30.4375) !== months[row])
        throw new Error(`row ${String(row)}: ${String(days)} days`)
    }
  })

  test('amounts are log-normal by line, within the limits', () => {
    const amount = base.frame.number('claim_amount')
    const coverage = base.frame.number('policy_coverage')
    const kind = texts(base.frame, 'claim_type')
    expect(
      amount.every((value, row) => value > 0 && value <= 1_000_000 && value <= coverage[row]! * 1.2 + 0.01),
    ).toBe(true)
    const median = (line: string): number => {
      const values = amount.filter((_, row) => kind[row] === line).sort()
      return values[Math.floor(values.length / 2)]!
    }
    expect(median('health')).toBeLessThan(median('auto'))
    expect(median('auto')).toBeLessThan(median('home'))
    expect(median('home')).toBeLessThan(median('life'))
    expect(texts(base.frame, 'policy_type')).toEqual(kind)
  })

  test('customers come back with what is theirs, and earlier claims add up', () => {
    const customers = new Map<string, { age: unknown; gender: unknown; place: unknown; previous: number }>()
    let returning = 0
    for (const row of base.frame.toRows()) {
      const id = String(row['customer_id'])
      const now = {
        age: row['customer_age'],
        gender: row['customer_gender'],
        place: row['location'],
        previous: Number(row['previous_claims']),
      }
      const before = customers.get(id)
      if (before !== undefined) {
        returning++
        expect(now).toEqual({ ...before, previous: before.previous + 1 })
      }
      customers.set(id, now)
    }
    expect(returning / rows).toBeGreaterThan(0.3)
    expect(returning / rows).toBeLessThan(0.45)
  })

  test('what should matter does, gender does not', () => {
    const { frame, label } = base
    const overall = mean(label)
    const ratio = frame
      .number('claim_amount')
      .map((value, row) => value / frame.number('policy_coverage')[row]!)
    const days = frame
      .number('claim_date')
      .map((value, row) => (value - frame.number('policy_start_date')[row]!) / day)
    const description = texts(frame, 'claim_description')
    expect(rateWhere(base, (row) => ratio[row]! > 0.5)).toBeGreaterThan(2 * overall)
    expect(rateWhere(base, (row) => days[row]! < 30)).toBeGreaterThan(2 * overall)
    expect(rateWhere(base, (row) => frame.number('lapsed_policies')[row]! > 1)).toBeGreaterThan(1.5 * overall)
    expect(rateWhere(base, (row) => description[row]?.includes('receipts lost') === true)).toBeGreaterThan(
      1.7 * overall,
    )
    expect(rateWhere(base, (row) => description[row]?.includes('witness named') === true)).toBeLessThan(
      0.7 * overall,
    )
    const gender = texts(frame, 'customer_gender')
    const difference =
      rateWhere(base, (row) => gender[row] === 'male') - rateWhere(base, (row) => gender[row] === 'female')
    // Standard error of the difference of two rates of about 9,800 rows: 0.0053.
    expect(Math.abs(difference)).toBeLessThan(0.02)
  })

  test('no column but the label tells the label: none predicts it alone', () => {
    for (const [name, column] of base.frame.entries()) {
      if (name === 'is_high_risk' || column.kind === 'text') continue
      const scores = Float64Array.from({ length: rows }, (_, row) => {
        const value = column.kind === 'category' ? column.codes[row]! : column.values[row]!
        return Number.isNaN(value) ? 0 : value + row * 1e-9
      })
      const auc = rocAuc(scores, base.label)
      expect([name, Math.max(auc, 1 - auc) < 0.75]).toEqual([name, true])
    }
    const firstHalf = mean(base.label.subarray(0, rows / 2))
    expect(Math.abs(firstHalf - mean(base.label.subarray(rows / 2)))).toBeLessThan(0.03)
  })

  test('optional cells are missing now and then, required ones never', () => {
    const missing = new Map<string, number>()
    for (const row of base.frame.toRows())
      for (const [name, value] of Object.entries(row))
        missing.set(name, (missing.get(name) ?? 0) + (value === null ? 1 / rows : 0))
    expect(
      [...missing]
        .filter(([, share]) => share > 0)
        .map(([name]) => name)
        .sort(),
    ).toEqual(['claim_description', 'customer_age', 'location', 'supporting_documents'])
    expect(missing.get('location')).toBeCloseTo(0.03, 2)
    expect(missing.get('claim_description')).toBeCloseTo(0.02, 2)
    expect(missing.get('customer_age')).toBeCloseTo(0.01, 2)
  })

  test('drifts change what they say', () => {
    const [inflated, moved, ring] = claimDrifts.map((drift) => generateClaims({ rows, seed: 42, drift }))
    expect(
      mean(inflated!.frame.number('claim_amount')) / mean(base.frame.number('claim_amount')),
    ).toBeGreaterThan(1.2)
    const newcomers = texts(moved!.frame, 'location').filter((place) => place === 'greenport').length / rows
    expect(newcomers).toBeGreaterThan(0.2)
    expect(texts(base.frame, 'location')).not.toContain('greenport')
    const members = texts(ring!.frame, 'claim_description').map(
      (value) => value?.startsWith('Neck pain') === true,
    )
    expect(mean(members.map(Number))).toBeCloseTo(0.06, 2)
    expect(rateWhere(ring!, (row) => members[row]!)).toBeGreaterThan(0.6)
    const amounts = ring!.frame.number('claim_amount').filter((_, row) => members[row]!)
    expect(amounts.every((value) => value <= 4000)).toBe(true)
  })

  test('writeClaims keeps the probability beside the data', async () => {
    await using folder = await temporaryFolder()
    const claims = generateClaims({ rows: 50, seed: 1 })
    const sidecar = await writeClaims(folder.path('claims.csv'), claims)
    expect(sidecar).toBe(folder.path('claims.csv.probability.csv'))
    const lines = (await readFile(sidecar, 'utf8')).trim().split('\n')
    expect(lines[0]).toBe('claim_id,probability')
    expect(lines.slice(1).map((line) => Number(line.split(',')[1]))).toEqual([...claims.probability])
    const { unexpected } = await readData(folder.path('claims.csv'), { columns: [text('claim_id')] })
    expect(unexpected).toEqual(claims.frame.names.slice(1))
    expect(unexpected.join()).not.toMatch(/probab|score|risk_factor/)
  })

  test.each([
    [{ rows: 0, seed: 1 }, 'rows'],
    [{ rows: 1.5, seed: 1 }, 'rows'],
    [{ rows: 5, seed: 1, drift: 'nonsense' as 'fraud_ring' }, 'drift'],
  ])('refuses %j', (options, field) => {
    expect(() => generateClaims(options)).toThrow(
      expect.objectContaining({ code: 'invalid_parameter', problems: [expect.objectContaining({ field })] }),
    )
  })
})
