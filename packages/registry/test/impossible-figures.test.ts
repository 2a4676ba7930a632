import { exampleBundle, exampleEvaluation } from '@claims/contracts/example'
import { describe, expect, test } from '@jest/globals'
import { impossibleFigure } from '../src/evidence/impossible-figures.ts'

const { blueprint } = exampleBundle().manifest
const metrics = { accuracy: 0.86, precision: 16 / 26, recall: 0.8, specificity: 0.875 }
const whole = exampleEvaluation({ metrics })
const roc_auc = { value: 0.9, lower: 0.7, upper: 0.8 }
const beside = { ...whole.test, metrics: { ...whole.test.metrics, roc_auc } }
const group = { column: blueprint.columns[0]!.name, group: 'x', rows: 50, positive_rate: 0.2 }
const rates = { selection_rate: 0.3, recall: null, false_positive_rate: 0.1 }

describe('an evaluation that shall become evidence', () => {
  test('has figures that fit each other', () => {
    expect(impossibleFigure({ ...whole, fairness: [{ ...group, ...rates }] }, blueprint)).toBeNull()
  })

  test.each([
    ['recall of 99', exampleEvaluation({ metrics: { ...metrics, recall: 99 } }), 'test.metrics.recall'],
    ['recall of its own', exampleEvaluation({ metrics: { ...metrics, recall: 0.9 } }), 'test.metrics.recall'],
    ['accuracy', exampleEvaluation({ metrics: { ...metrics, accuracy: 0.9 } }), 'test.metrics.accuracy'],
    ['a value beside its bounds', { ...whole, test: beside }, 'test.metrics.roc_auc'],
    ['later rows', { ...whole, out_of_time: exampleEvaluation().test }, 'out_of_time.metrics.accuracy'],
    ['more rows', { ...whole, test: { ...whole.test, rows: 101 } }, 'test.confusion'],
    ['more positives', { ...whole, test: { ...whole.test, positives: 101 } }, 'test.positives'],
    ['a foreign column', { ...whole, fairness: [{ ...group, ...rates, column: 'made-up' }] }, 'fairness'],
    ['a rate of 2', { ...whole, fairness: [{ ...group, ...rates, selection_rate: 2 }] }, 'fairness'],
  ])('with %s is refused', (_, evaluation, field) => {
    expect(impossibleFigure(evaluation, blueprint)).toMatchObject({ field })
  })
})
