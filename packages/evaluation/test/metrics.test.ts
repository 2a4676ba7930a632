import { describe, expect, test } from '@jest/globals'
import { createRandom } from '@claims/frame'
import fc from 'fast-check'
import {
  accuracy,
  averagePrecision,
  balancedAccuracy,
  brier,
  calibrationCurve,
  confusion,
  costCurve,
  cumulativeGain,
  evaluateCost,
  evaluateProbabilities,
  expectedCalibrationError,
  f1,
  gini,
  kappa,
  ks,
  logLoss,
  mcc,
  precision,
  precisionRecallCurve,
  recall,
  rocAuc,
  rocCurve,
  sortScores,
  specificity,
} from '../src/index.ts'
import { readReference } from './reference.ts'

const { cases } = readReference()
const tolerance = 1e-12

describe.each(cases)('reference values of $name, tolerance 1e-12', (reference) => {
  const target = Uint8Array.from(reference.target)
  const probability = Float64Array.from(reference.probability)

  test('metrics', () => {
    const counts = confusion(target, probability, reference.threshold)
    expect(counts).toEqual(reference.confusion)
    const values: Record<string, number> = {
      roc_auc: rocAuc(target, probability),
      average_precision: averagePrecision(target, probability),
      log_loss: logLoss(target, probability),
      brier: brier(target, probability),
      expected_calibration_error: expectedCalibrationError(target, probability),
      ks: ks(target, probability),
      gini: gini(target, probability),
      accuracy: accuracy(counts),
      balanced_accuracy: balancedAccuracy(counts),
      precision: precision(counts),
      recall: recall(counts),
      specificity: specificity(counts),
      f1: f1(counts),
      mcc: mcc(counts),
      kappa: kappa(counts),
    }
    expect(Object.keys(values).sort()).toEqual(Object.keys(reference.metrics).sort())
    for (const [name, value] of Object.entries(reference.metrics)) {
      expect({ name, close: Math.abs(values[name]! - value) <= tolerance }).toEqual({ name, close: true })
    }
  })

  test('ROC curve', () => {
    const { falsePositiveRate, truePositiveRate } = rocCurve(target, probability)
    expectClose(falsePositiveRate, reference.roc.fpr)
    expectClose(truePositiveRate, reference.roc.tpr)
  })

  test('precision-recall curve up to full recall', () => {
    const curve = precisionRecallCurve(target, probability)
    const { precision: precisions, recall: recalls, threshold } = reference.precision_recall
    expectClose(curve.precision.subarray(0, precisions.length), precisions)
    expectClose(curve.recall.subarray(0, recalls.length), recalls)
    expectClose(curve.threshold.subarray(0, threshold.length), threshold)
  })

  test.each(['uniform', 'quantile'] as const)('%s calibration curve', (strategy) => {
    const bins = calibrationCurve(target, probability, { strategy })
    expectClose(
      bins.map((bin) => bin.positiveRate),
      reference.calibration[strategy].positive_rate,
    )
    expectClose(
      bins.map((bin) => bin.meanProbability),
      reference.calibration[strategy].mean_probability,
    )
    expect(bins.reduce((sum, bin) => sum + bin.rows, 0)).toBe(target.length)
  })
})

describe('properties', () => {
  const rows = fc
    .array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 20 })), { minLength: 2, maxLength: 60 })
    .filter((pairs) => pairs.some(([y]) => y) && pairs.some(([y]) => !y))
  const split = (pairs: readonly (readonly [boolean, number])[]): [Uint8Array, Float64Array] => [
    Uint8Array.from(pairs, ([y]) => (y ? 1 : 0)),
    Float64Array.from(pairs, ([, score]) => score / 20),
  ]

  test('no metric depends on the order of rows', () => {
    fc.assert(
      fc.property(rows, fc.integer(), (pairs, seed) => {
        const order = createRandom(seed).permutation(pairs.length)
        const [target, probability] = split(pairs)
        const [otherTarget, otherProbability] = split([...order].map((i) => pairs[i]!))
        const first = evaluateProbabilities({ target, probability, threshold: 0.4, seed: 1, resamples: 20 })
        const second = evaluateProbabilities({
          target: otherTarget,
          probability: otherProbability,
          threshold: 0.4,
          seed: 1,
          resamples: 20,
        })
        expect(second).toEqual(first)
      }),
    )
  })

  test('AUC of the classes swapped and of the scores reversed is one minus the AUC', () => {
    fc.assert(
      fc.property(rows, (pairs) => {
        const [target, probability] = split(pairs)
        const auc = rocAuc(target, probability)
        expect(
          rocAuc(
            target.map((y) => 1 - y),
            probability,
          ),
        ).toBeCloseTo(1 - auc, 12)
        expect(
          rocAuc(
            target,
            probability.map((p) => -p),
          ),
        ).toBeCloseTo(1 - auc, 12)
      }),
    )
  })

  test('AUC is the share of pairs in the right order', () => {
    fc.assert(
      fc.property(rows, (pairs) => {
        const [target, probability] = split(pairs)
        let above = 0
        let all = 0
        target.forEach((y, i) => {
          if (y === 0) return
          target.forEach((other, j) => {
            if (other === 1) return
            all++
            above += probability[i]! > probability[j]! ? 1 : probability[i] === probability[j] ? 0.5 : 0
          })
        })
        expect(rocAuc(target, probability)).toBeCloseTo(above / all, 12)
      }),
    )
  })

  test('curves end where they must and sorted scores keep every row', () => {
    fc.assert(
      fc.property(rows, (pairs) => {
        const [target, probability] = split(pairs)
        const sorted = sortScores(target, probability)
        const count = (values: Uint32Array): number => values.reduce((sum, value) => sum + value, 0)
        expect(count(sorted.positiveCount)).toBe(sorted.positives)
        expect(count(sorted.negativeCount)).toBe(sorted.negatives)
        const gain = cumulativeGain(target, probability)
        expect([gain.reviewed[0], gain.found[0], gain.reviewed.at(-1), gain.found.at(-1)]).toEqual([
          0, 0, 1, 1,
        ])
      }),
    )
  })

  test('the cost curve holds the cost of every threshold', () => {
    const costs = { currency: 'USD', false_negative: 10_000, false_positive: 500, manual_review: 150 }
    fc.assert(
      fc.property(rows, (pairs) => {
        const [target, probability] = split(pairs)
        const curve = costCurve(target, probability, costs)
        curve.threshold.forEach((threshold, i) => {
          expect(evaluateCost({ target, probability, threshold, costs }).total).toBe(curve.total[i])
        })
      }),
    )
  })
})

describe('impossible sets', () => {
  const code = (run: () => unknown): unknown => {
    try {
      run()
    } catch (thrown) {
      return (thrown as { code?: unknown }).code
    }
    return 'nothing was thrown'
  }

  test('one class only', () => {
    const probability = Float64Array.of(0.1, 0.9)
    for (const target of [Uint8Array.of(0, 0), Uint8Array.of(1, 1)]) {
      for (const metric of [
        rocAuc,
        averagePrecision,
        ks,
        gini,
        rocCurve,
        precisionRecallCurve,
        cumulativeGain,
      ]) {
        expect(code(() => metric(target, probability))).toBe('label_single_class')
      }
      expect(code(() => evaluateProbabilities({ target, probability, threshold: 0.5, seed: 1 }))).toBe(
        'label_single_class',
      )
    }
  })

  test('no rows, other lengths, scores that are not finite', () => {
    expect(code(() => rocAuc(new Uint8Array(0), new Float64Array(0)))).toBe('empty_data')
    expect(code(() => rocAuc(Uint8Array.of(0, 1), Float64Array.of(0.1)))).toBe('length_mismatch')
    expect(code(() => brier(Uint8Array.of(0, 1), Float64Array.of(0.1, NaN)))).toBe('invalid_value')
    expect(code(() => confusion(Uint8Array.of(0, 1), Float64Array.of(0.1), 0.5))).toBe('length_mismatch')
  })
})

function expectClose(actual: ArrayLike<number>, expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length)
  const largest = Array.from(expected, (value, i) => Math.abs(value - actual[i]!)).reduce(
    (a, b) => Math.max(a, b),
    0,
  )
  expect(largest).toBeLessThanOrEqual(tolerance)
}
