import { describe, expect, test } from '@jest/globals'
import type { Evaluation, Metric } from '@claims/contracts'
import { createRandom } from '@claims/frame'
import { cautionsOf, disagreement, promotability, renderReport } from '../src/index.ts'
import { sampleReport } from './sample-report.ts'

const sample = sampleReport()

/** The sample with other values of the AUC, and of average precision where it was selected by that. */
function withAuc(folds: Metric, onTest: Metric, metric = 'roc_auc'): Evaluation {
  const { evaluation } = sample
  return {
    ...evaluation,
    selection: { ...evaluation.selection, metric },
    candidates: evaluation.candidates.map((each) => ({
      ...each,
      cross_validation: {
        ...each.cross_validation,
        metrics: {
          roc_auc: { ...folds, folds: [] },
          average_precision: { value: 0.9, lower: 0.89, upper: 0.91, folds: [] },
        },
      },
    })),
    test: { ...evaluation.test, metrics: { ...evaluation.test.metrics, roc_auc: onTest } },
  }
}
const around = (value: number, half: number): Metric => ({ value, lower: value - half, upper: value + half })

describe('cross-validation and test', () => {
  test('differ where they lie further apart than both intervals explain', () => {
    expect(disagreement(withAuc(around(0.7, 0.03), around(0.651, 0.04)))).toBeNull()
    const found = disagreement(withAuc(around(0.7, 0.03), around(0.649, 0.04)))
    expect(found).toEqual({ metric: 'roc_auc', crossValidated: around(0.7, 0.03), test: around(0.649, 0.04) })
    expect(disagreement(withAuc(around(0.6, 0.03), around(0.7, 0.04)))?.metric).toBe('roc_auc')
  })

  test('do not differ where the intervals reach each other’s values, however little they reach the other way', () => {
    // 600 test rows of which one is negative, against folds that end at 1.
    const folds = { value: 0.881, lower: 0.698, upper: 1 }
    expect(disagreement(withAuc(folds, { value: 0.341, lower: 0, upper: 1 }))).toBeNull()
    const test = { value: 0.95, lower: 0.8, upper: 0.96 }
    expect(disagreement(withAuc(around(0.85, 0.01), test))).toBeNull()
    expect(disagreement(withAuc(around(0.97, 0.005), test))?.metric).toBe('roc_auc')
  })

  test('are compared by average precision only where that selected', () => {
    const agreeing = around(0.7, 0.03)
    expect(disagreement(withAuc(agreeing, agreeing))).toBeNull()
    expect(disagreement(withAuc(agreeing, agreeing, 'average_precision'))?.metric).toBe('average_precision')
  })

  test('of a file that was measured later are not compared', () => {
    const evaluation = withAuc(around(0.7, 0.01), around(0.5, 0.01))
    const file = { kind: 'file', source: 'later.csv', training_file: false, known_rows: null } as const
    expect(disagreement({ ...evaluation, measured_on: file })).toBeNull()
  })

  test('that differ are a caution of the first screen, with both intervals', async () => {
    const evaluation = withAuc(around(0.686, 0.01), around(0.601, 0.02))
    const text =
      'Cross-validation and test differ beyond chance: ROC AUC 0.686 (0.676 to 0.696) over the folds, 0.601 (0.581 to 0.621) on the test claims.'
    const cautions = cautionsOf(evaluation, sample.validation)
    expect(cautions.find(({ weight }) => weight !== 'serious')?.text).toContain(text)
    const report = (await renderReport({ ...sample, evaluation })).replaceAll(/\s+/g, ' ')
    expect(report.slice(0, report.indexOf('</header>') + 20_000)).toContain(text)
  })

  test('of equal rows differ by chance in at most one of twenty', () => {
    const random = createRandom(4)
    const half = 0.03
    const draws = Array.from({ length: 2000 }, () => {
      const value = (): number => 0.7 + (half / 1.96) * random.normal()
      return disagreement(withAuc(around(value(), half), around(value(), half))) !== null
    })
    expect(draws.filter(Boolean).length / draws.length).toBeLessThan(0.065)
  })
})

describe('a promotable model says how sure that is', () => {
  const { evaluation, validation } = sample
  const cost = evaluation.cost!
  const intervals = (lower: number): NonNullable<typeof cost.intervals> => ({
    ...cost.intervals!,
    saved: { lower, upper: 30_000 },
    saving_share: 0.913,
  })
  const facts = {
    test: evaluation.test,
    constraints: [],
    out_of_time: null,
    findings: [],
    measured_on: evaluation.measured_on,
    gate: { passed: true, failures: [] },
  }

  test('with the intervals of AUC and saving, and that a saving may be chance', () => {
    const unsure = { ...cost, saved: 14_350, intervals: intervals(-1200) }
    expect(promotability({ ...facts, cost: unsure }).certainty).toMatch(
      /^With 95 % confidence: AUC 0\.\d+ to 0\.\d+; saving -\$1,200 to \$30,000, which holds 0: whether it saves is not sure\. It saves in 91\.3 % of resampled test sets\.$/,
    )
    expect(
      promotability({ ...facts, cost: { ...unsure, intervals: intervals(50) } }).certainty,
    ).not.toContain('holds 0')
    const { reasons: _, ...selection } = evaluation.selection
    const cautions = cautionsOf(
      { ...evaluation, cost: unsure, selection: { ...selection, reasons: [] } },
      validation,
    )
    expect(cautions.some(({ text }) => text.startsWith('Whether the model saves is not sure'))).toBe(true)
  })

  test('on the first screen and in the cost table', async () => {
    const { certainty } = promotability({ ...facts, cost })
    const ready: Evaluation = {
      ...evaluation,
      selection: { ...evaluation.selection, promotable: true, reasons: [], certainty },
    }
    const report = (await renderReport({ ...sample, evaluation: ready })).replaceAll(/\s+/g, ' ')
    expect(report).toContain(certainty)
    expect(report).toMatch(/With 95 % confidence the saving is -?\$[\d,]+ to -?\$[\d,]+/)
    expect(report).toMatch(/95 % interval of the saving: -?\$[\d,]+ to -?\$[\d,]+/)
  })
})
