import { describe, expect, test } from '@jest/globals'
import { columnSchema } from '@claims/contracts'
import { createRandom, numberColumn } from '@claims/frame'
import { rowOrderFindings } from '../src/row-order-findings.ts'
import type { FeatureStrength } from '../src/strength-findings.ts'
import { evenness, orderAgreement, rowOrderEvidence } from '../src/row-order.ts'

/** AUC, by pairs, of the positives among the nearest rows, the row itself left out. */
function byPairs(target: Uint8Array, half: number): number {
  const n = target.length
  const near = Array.from(target.keys(), (i) => {
    const start = Math.min(Math.max(i - half, 0), n - 2 * half - 1)
    return target.subarray(start, start + 2 * half + 1).reduce((sum, label) => sum + label, 0) - target[i]!
  })
  let won = 0
  let pairs = 0
  target.forEach((positive, i) => {
    target.forEach((other, k) => {
      if (positive !== 1 || other !== 0) return
      pairs++
      won += near[i]! > near[k]! ? 1 : near[i] === near[k] ? 0.5 : 0
    })
  })
  return won / pairs
}

describe('whether the order of the rows tells the label', () => {
  const blocks = (n: number, length: number, high = 0.7): Uint8Array => {
    const random = createRandom(7)
    return Uint8Array.from({ length: n }, (_, i) =>
      random.next() < (Math.floor(i / length) % 3 === 0 ? high : 0.2) ? 1 : 0,
    )
  }

  test('is the AUC of the nearest twenty rows in a short file', () => {
    for (const n of [100, 101, 333, 999]) {
      const target = blocks(n, 25)
      const found = rowOrderEvidence(target)!
      expect(found.neighbours).toBe(20)
      expect(found.rocAuc).toBeCloseTo(byPairs(target, 10), 12)
      const positives = target.reduce((sum, label) => sum + label, 0)
      const error = Math.sqrt((2 * (n + 1)) / (12 * positives * (n - positives)))
      expect(found.standardErrors).toBeCloseTo((found.rocAuc - 0.5) / error, 10)
    }
  })

  test('is that of the nearest two hundred where they tell more, from 1,000 rows on', () => {
    const target = blocks(2_000, 1_000, 0.3)
    const found = rowOrderEvidence(target)!
    expect(byPairs(target, 100)).toBeGreaterThan(byPairs(target, 10))
    expect(found.neighbours).toBe(200)
    expect(found.rocAuc).toBeCloseTo(byPairs(target, 100), 12)
    expect(rowOrderEvidence(target.slice(500, 1_500))?.neighbours).toBe(200)
    expect(rowOrderEvidence(target.slice(501, 1_500))?.neighbours).toBe(20)
  })

  test('cannot be told of fewer than 100 rows or of one class', () => {
    expect(rowOrderEvidence(blocks(99, 25))).toBeNull()
    expect(rowOrderEvidence(new Uint8Array(100))).toBeNull()
    expect(rowOrderEvidence(new Uint8Array(100).fill(1))).toBeNull()
  })
})

test('agreement with the row number: rising, falling, of both, of few values', () => {
  const agreement = (n: number, value: (i: number) => number) =>
    orderAgreement(
      Float64Array.from({ length: n }, (_, i) => value(i)),
      createRandom(1),
    )
  expect(agreement(1_000, (i) => i)).toMatchObject({ tau: 1 })
  expect(agreement(1_000, (i) => i).differing).toBeGreaterThan(0.99)
  expect(agreement(1_000, (i) => -i)).toMatchObject({ tau: -1 })
  expect(agreement(1_000, () => 3)).toEqual({ tau: 0, differing: 0 })
  expect(agreement(1_000, () => NaN)).toEqual({ tau: 0, differing: 0 })
  const halves = agreement(1_000, (i) => (i < 500 ? 0 : 1))
  expect(halves.tau).toBe(1)
  expect(Math.abs(halves.differing - 0.5)).toBeLessThan(0.04)
  // A tent rises for as many pairs as it falls.
  expect(Math.abs(agreement(1_000, (i) => Math.min(i, 999 - i)).tau)).toBeLessThan(0.07)
})

describe('evenness', () => {
  test('is the absolute correlation with the row number, of finite values', () => {
    const values = Float64Array.of(3, NaN, 1, 4, Infinity, 1, 5, 9)
    const rows = [0, 2, 3, 5, 6, 7]
    const mean = (list: number[]): number => list.reduce((a, b) => a + b, 0) / list.length
    const x = rows.map((row) => row - mean(rows))
    const y = rows.map((row) => values[row]! - mean(rows.map((each) => values[each]!)))
    const dot = (a: number[], b: number[]): number => a.reduce((sum, each, i) => sum + each * b[i]!, 0)
    expect(evenness(values)).toBeCloseTo(Math.abs(dot(x, y)) / Math.sqrt(dot(x, x) * dot(y, y)), 12)
    expect(evenness(values.map((value) => -value))).toBeCloseTo(evenness(values), 12)
  })

  test('of steps is 1, of one value or none 0', () => {
    expect(evenness(Float64Array.from({ length: 30_000 }, (_, i) => 5 - 2 * i))).toBeCloseTo(1, 12)
    expect(evenness(Float64Array.of(2, 2, 2))).toBe(0)
    expect(evenness(Float64Array.of(NaN, 2))).toBe(0)
    expect(evenness(new Float64Array(0))).toBe(0)
  })
})

test('says of a column that numbers rows whether their order tells the label', () => {
  const declared = columnSchema.parse({ name: 'number', role: 'numeric', type: 'number' })
  const values = numberColumn(Array.from({ length: 400 }, (_, i) => i))
  const found = (target: Uint8Array): string[] =>
    rowOrderFindings([{ declared, values }], { target, random: createRandom(1), strengths: new Map() }).map(
      ({ severity, message }) => `${severity} ${message}`,
    )
  const ordered = Uint8Array.from({ length: 400 }, (_, i) => (i < 100 ? 1 : 0))
  expect(found(ordered)).toEqual([
    expect.stringMatching(/^warning The order of the rows tells the label/),
    expect.stringMatching(/^block number .* numbers them, and their order tells the label/),
  ])
  const mixed = Uint8Array.from({ length: 400 }, (_, i) => (i % 4 === 0 ? 1 : 0))
  expect(found(mixed)).toEqual([expect.stringMatching(/^warning number .* With other features/)])
})

describe('evidence of an order that tells the label', () => {
  const rows = 400
  const declared = columnSchema.parse({ name: 'counter', role: 'numeric', type: 'number' })
  // 30 of the first 40 rows are positive, 60 of the next 60, and 2 of the last 40.
  const target = Uint8Array.from({ length: rows }, (_, i) =>
    (i < 100 && (i >= 40 || i % 4 !== 0)) || i === 370 || i === 399 ? 1 : 0,
  )
  const find = (
    value: (i: number) => number,
    labels = target,
    strengths = new Map<string, FeatureStrength>(),
  ) =>
    rowOrderFindings([{ declared, values: numberColumn(Array.from({ length: rows }, (_, i) => value(i))) }], {
      target: labels,
      random: createRandom(1),
      strengths,
    })
  const severities = (value: (i: number) => number, labels = target): string[] =>
    find(value, labels)
      .filter(({ column }) => column !== null)
      .map(({ severity }) => severity)

  test('the rates of the first and the last tenth, and the neighbours that tell most', () => {
    const [order] = find(() => 1)
    expect(order).toMatchObject({
      column: null,
      evidence: {
        neighbours: 20,
        positive_rate_of_first_tenth: 0.75,
        positive_rate_of_last_tenth: 0.05,
        roc_auc: expect.closeTo(byPairs(target, 10), 12),
      },
    })
  })

  test('what the column and the order say; 0.5 where nobody measured', () => {
    const strength = { auc: { rocAuc: 0.83, standardErrors: 9 }, levels: null }
    const known = find((i) => i, target, new Map([['counter', strength]]))[1]
    expect(known?.evidence).toEqual({
      tau: 1,
      roc_auc: 0.83,
      row_order_roc_auc: expect.closeTo(byPairs(target, 10), 12),
    })
    const even = Uint8Array.from({ length: rows }, (_, i) => (i % 4 === 0 ? 1 : 0))
    expect(find((i) => -i, even)[0]?.evidence).toEqual({ tau: -1, roc_auc: 0.5, row_order_roc_auc: 0.5 })
  })

  test('even steps or whole numbers without repeats number rows, a sorted amount does not', () => {
    expect(severities((i) => i + 0.5)).toEqual(['block'])
    expect(severities((i) => -i)).toEqual(['block'])
    // Far from even, but whole and without repeats.
    expect(severities((i) => i ** 4)).toEqual(['block'])
    expect(severities((i) => i ** 4 + 0.5)).toEqual(['warning'])
  })

  test('a calendar of few values warns where the order tells the label, a flag never', () => {
    const even = Uint8Array.from({ length: rows }, (_, i) => (i % 4 === 0 ? 1 : 0))
    const year = (i: number): number => Math.floor(i / 100)
    expect(severities(year)).toEqual(['warning'])
    expect(severities(year, even)).toEqual([])
    // Pairs of rows that differ: 2 * 0.9 * 0.1 = 18 %, then 2 * 0.7 * 0.3 = 42 %.
    expect(severities((i) => (i < 360 ? 0 : 1))).toEqual([])
    expect(severities((i) => (i < 280 ? 0 : 1))).toEqual(['warning'])
  })
})
