import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { metricNames } from '@claims/contracts'
import { evaluateCost, evaluateProbabilities } from '@claims/evaluation'
import { createRandom } from '@claims/frame'
import { generateClaims } from '@claims/ingestion'
import { holdOut } from '@claims/models'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { trueFigures, type Figures } from '../src/figures.ts'
import { customersOf, laterClaims } from '../src/fresh-claims.ts'
import { summarize, tableOf } from '../src/summary.ts'
import { simulateWorld, splitKinds, type WorldResult } from '../src/world.ts'

const costs = { currency: 'USD', false_negative: 10_000, false_positive: 500, manual_review: 150 }
const how = { threshold: 0.1, costs, baseline: 'review_all' } as const
const asTruth = (label: Uint8Array): Float64Array => Float64Array.from(label)

describe('true figures', () => {
  const random = createRandom(1)
  const probability = Float64Array.from({ length: 500 }, () => Math.round(random.next() * 50) / 51 + 0.005)
  const label = Uint8Array.from(probability, (p) => (random.next() < p ? 1 : 0))

  test('of labels are the figures that an evaluation reports', () => {
    const found = trueFigures(probability, asTruth(label), how)
    const { metrics } = evaluateProbabilities({
      target: label,
      probability,
      threshold: how.threshold,
      seed: 1,
      resamples: 10,
    })
    for (const name of metricNames.filter((each) => each !== 'gini'))
      expect(found[name]).toBeCloseTo(metrics[name].value, 10)
    const cost = evaluateCost({ target: label, probability, threshold: how.threshold, costs })
    expect(cost.baseline).toBe(how.baseline)
    expect(found.cost_per_claim).toBeCloseTo(cost.per_claim, 8)
    expect(found.saved_per_claim).toBeCloseTo(cost.saved / label.length, 8)
  })
})

/**
 * The test part scored by the true probability: no model is trained, so that many worlds are cheap. What a splitter does
 * to the test part shows as a gap to fresh claims.
 */
const worlds = 120
const made: ReturnType<typeof generateClaims>[] = []
let fresh: ReturnType<typeof generateClaims>
beforeAll(() => {
  fresh = generateClaims({ rows: 40_000, seed: 999_999 })
  for (let seed = 1; seed <= worlds; seed++) made.push(generateClaims({ rows: 600, seed }))
})

describe.each(splitKinds)('the test rows of a %s split are like fresh claims', (kind) => {
  const gaps = new Map<string, number[]>()
  const known = new Map<string | null, ReturnType<typeof traits>>()
  const truthFrom = (day: string | null): ReturnType<typeof traits> => {
    const found = known.get(day)
    if (found !== undefined) return found
    const { frame, probability } = laterClaims(fresh, day)
    const truth = traits(frame.number('previous_claims'), probability, probability)
    known.set(day, truth)
    return truth
  }

  beforeAll(() => {
    for (const [seed, world] of made.entries()) {
      const { test: rows, cutoff } = holdOut({
        kind,
        target: world.label,
        groups: customersOf(world.frame),
        times: world.frame.number('claim_date'),
        testShare: 0.2,
        random: createRandom(seed),
      })
      const day = cutoff === null ? null : new Date(cutoff).toISOString()
      const truth = truthFrom(day)
      const tested = traits(
        Float64Array.from(rows, (row) => world.frame.number('previous_claims')[row]!),
        Float64Array.from(rows, (row) => world.probability[row]!),
        Float64Array.from(rows, (row) => world.label[row]!),
      )
      for (const [name, value] of Object.entries(tested))
        gaps.set(name, [...(gaps.get(name) ?? []), value - truth[name as keyof typeof truth]])
    }
  })

  function traits(
    previousClaims: Float64Array,
    probability: Float64Array,
    truth: Float64Array,
  ): Pick<Figures, 'roc_auc' | 'log_loss' | 'brier' | 'recall'> & {
    readonly previous: number
    readonly risk: number
  } {
    const mean = (values: Float64Array): number => values.reduce((a, b) => a + b, 0) / values.length
    const { roc_auc, log_loss, brier, recall } = trueFigures(probability, truth, how)
    return { roc_auc, log_loss, brier, recall, previous: mean(previousClaims), risk: mean(probability) }
  }

  test.each(['roc_auc', 'log_loss', 'brier', 'recall', 'previous', 'risk'])('in %s', (name) => {
    const values = gaps.get(name) ?? []
    expect(values).toHaveLength(worlds)
    const mean = values.reduce((a, b) => a + b, 0) / worlds
    const error = Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / (worlds - 1) / worlds)
    expect(Math.abs(mean)).toBeLessThan(3.5 * error)
  })
})

describe('a few worlds, trained', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'claims-simulation-test-'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  test('by time: reported figures are near the truth, and the probabilities lean to no side', async () => {
    const results: WorldResult[] = []
    const few = generateClaims({ rows: 8000, seed: 999_998 })
    for (const seed of [1, 2]) {
      const models = ['logistic_regression']
      results.push(await simulateWorld({ kind: 'time', seed, rows: 800, fresh: few, folder, models }))
    }
    const summaries = summarize(results)
    for (const { figure, held } of summaries)
      if (figure !== 'expected_calibration_error')
        expect({ figure, some: held > 0 }).toEqual({ figure, some: true })
    const lean = results.map(({ figures }) => figures.calibration_in_the_large.truth)
    expect(Math.abs(lean.reduce((a, b) => a + b, 0) / lean.length)).toBeLessThan(0.04)
    expect(tableOf(summaries)).toContain('| roc_auc |')
  }, 120_000)
})
