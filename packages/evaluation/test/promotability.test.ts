import { describe, expect, test } from '@jest/globals'
import { promotability, type PromotionFacts } from '../src/index.ts'

const auc = (lower: number, upper: number): PromotionFacts['test']['metrics'] => ({
  roc_auc: { value: (lower + upper) / 2, lower, upper },
})
const good: PromotionFacts = {
  test: { metrics: auc(0.7, 0.8), confusion: { tn: 70, fp: 12, fn: 4, tp: 14 } },
  constraints: [{ name: 'min_recall', limit: 0.7, value: 0.78, met: true }],
  cost: null,
  out_of_time: null,
  findings: [],
  measured_on: { kind: 'held_out' },
  gate: { passed: true, failures: [] },
}
const cost = (saved: number): NonNullable<PromotionFacts['cost']> => ({
  currency: 'EUR',
  total: 900,
  per_claim: 9,
  false_negative_cost: 400,
  review_cost: 300,
  false_positive_cost: 200,
  manual_review_share: 0.26,
  automation_rate: 0.74,
  auto_approved_positives: 4,
  auto_approved_positive_share: 0.05,
  baseline_total: 900 + saved,
  baseline: 'review_all',
  saved,
  intervals: null,
})
const finding = { column: 'note', kind: 'row_order', evidence: {}, message: 'It counts.' } as const

describe('promotability', () => {
  test('what learnt, keeps its limits and reviews a share that decides something is promotable', () => {
    expect(promotability(good)).toMatchObject({ ok: true, reasons: [] })
    expect(promotability({ ...good, cost: cost(1) })).toMatchObject({ ok: true, reasons: [] })
  })

  const confusion = (tp: number, fp: number): PromotionFacts['test'] => ({
    ...good.test,
    confusion: { tp, fp, fn: 100 - tp, tn: 900 - fp },
  })
  test.each<[string, Partial<PromotionFacts>, RegExp]>([
    ['chance', { test: { ...good.test, metrics: auc(0.45, 0.56) } }, /0\.450 to 0\.560, holds 0\.5.*coin/],
    [
      'too few to tell',
      { test: { ...good.test, metrics: auc(0.3, 0.85) } },
      /cannot be told.*; 18 claims of/,
    ],
    ['worse than chance', { test: { ...good.test, metrics: auc(0.3, 0.4) } }, /lies below 0\.5/],
    [
      'a limit',
      { constraints: [{ name: 'max_false_positive_rate', limit: 0.15, value: 0.31, met: false }] },
      /^False positive rate is 31\.0 %, the limit is at most 15\.0 %/,
    ],
    ['nearly all to review', { test: confusion(100, 801) }, /nearly every claim to review \(90\.1 %/],
    ['none to review', { test: confusion(0, 0) }, /sends no claim to review/],
    ['hardly any to review', { test: confusion(9, 0) }, /hardly any claim to review \(0\.90 %/],
    ['no saving', { cost: cost(0) }, /saves nothing against reviewing every claim: both cost €900/],
    ['a loss', { cost: cost(-200) }, /costs €200 more on the test claims than reviewing every claim/],
    [
      'a blocking leak that nobody decided on',
      { findings: [{ ...finding, severity: 'block', action: 'reported' }] },
      /It counts/,
    ],
    [
      'a failed gate',
      { gate: { passed: false, failures: ['too few rows'] } },
      /^Data quality: too few rows$/,
    ],
    [
      'later claims',
      { out_of_time: { metrics: auc(0.4, 0.6), cutoff: '2025-01-01' } as PromotionFacts['out_of_time'] },
      /On later claims \(from 2025-01-01\) the AUC is 0\.500/,
    ],
    [
      'known rows',
      {
        measured_on: {
          kind: 'file',
          source: 'a.csv',
          training_file: false,
          known_rows: {
            rows: 6000,
            known: 6000,
            share: 1,
            lower: 1,
            upper: 1,
            exact: true,
            chance: { rows: 100, known: 0 },
            beyond_chance: true,
          },
        },
      },
      /^6,000 of 6,000 rows \(100\.0 %\) were trained on/,
    ],
  ])('%s is told', (_, facts, reason) => {
    const { ok, reasons } = promotability({ ...good, ...facts })
    expect(ok).toBe(false)
    expect(reasons).toHaveLength(1)
    expect(reasons[0]).toMatch(reason)
  })

  test('the edges of 1 % and 90 % are promotable', () => {
    expect(promotability({ ...good, test: confusion(10, 0) }).ok).toBe(true)
    expect(promotability({ ...good, test: confusion(100, 800) }).ok).toBe(true)
  })

  const reasonsOf = (facts: Partial<PromotionFacts>): readonly string[] =>
    promotability({ ...good, ...facts }).reasons

  test('an interval that begins at 0.5 holds it; from 0.7 on it leaves open whether there is something', () => {
    const of = (lower: number, upper: number): string | undefined =>
      reasonsOf({ test: { ...good.test, metrics: auc(lower, upper) } })[0]
    expect(of(0.501, 0.6)).toBeUndefined()
    expect(of(0.5, 0.6)).toMatch(/There is nothing to learn here: .*, holds 0\.5/)
    expect(of(0.5, 0.699)).toMatch(/There is nothing to learn here/)
    expect(of(0.5, 0.7)).toMatch(/cannot be told/)
    expect(of(0.3, 0.499)).toMatch(/, lies below 0\.5/)
    expect(of(0.3, 0.5)).toMatch(/, holds 0\.5/)
  })

  test('the smaller class is counted, and one claim is one', () => {
    const of = (tn: number, fp: number, fn: number, tp: number): string | undefined =>
      reasonsOf({ test: { metrics: auc(0.3, 0.9), confusion: { tn, fp, fn, tp } } })[0]
    expect(of(70, 12, 4, 14)).toContain('18 claims of the smaller class are too few')
    expect(of(4, 14, 70, 12)).toContain('18 claims of the smaller class are too few')
    expect(of(70, 12, 0, 1)).toContain('1 claim of the smaller class is too few')
  })

  test('later claims above a coin are no reason, nor is a limit that is kept', () => {
    const later = (lower: number): number =>
      reasonsOf({
        out_of_time: { metrics: auc(lower, 0.8), cutoff: null } as PromotionFacts['out_of_time'],
      }).length
    expect([later(0.501), later(0.5)]).toEqual([0, 1])
    const limit = { name: 'min_recall', limit: 0.7, value: 0.6, met: false }
    expect(reasonsOf({ constraints: [limit, ...good.constraints] })).toEqual([
      expect.stringMatching(/^Recall is 60\.0 %, the limit is at least 70\.0 %/),
    ])
  })

  test('of a file: known rows within chance are no reason, the file of the training is one', () => {
    const known = {
      ...{ rows: 200, known: 2, share: 0.01, lower: 0.005, upper: 0.02, exact: false },
      ...{ chance: { rows: 100, known: 1 }, beyond_chance: false },
    }
    const of = (trainingFile: boolean, beyond: boolean | null): readonly string[] =>
      reasonsOf({
        measured_on: {
          ...{ kind: 'file', source: 'a.csv', training_file: trainingFile },
          known_rows: beyond === null ? null : { ...known, beyond_chance: beyond },
        },
      })
    expect(of(false, false)).toEqual([])
    expect(of(false, null)).toEqual([])
    expect(of(true, false)).toEqual([expect.stringContaining('the very file that the model was trained on')])
    expect(of(false, true)).toEqual([
      'About 2 of 200 rows (1.0 %, 0.50 % to 2.0 %) were trained on: these figures are no test of the model.',
    ])
    expect(of(true, true)).toEqual([expect.stringContaining('as this is the file of the training')])
  })

  test('what it says of the baseline', () => {
    expect(reasonsOf({ cost: { ...cost(-5), baseline: 'approve_all' } })).toEqual([
      'At this threshold the model costs €5.00 more on the test claims than approving every claim.',
    ])
  })

  test('a leak that a person accepted, or that was excluded, is no reason', () => {
    for (const action of ['kept', 'excluded'] as const)
      expect(promotability({ ...good, findings: [{ ...finding, severity: 'block', action }] }).ok).toBe(true)
  })
})
