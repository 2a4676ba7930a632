import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { plainNames } from '../src/tracking/plain-names.ts'

describe('names for MLflow', () => {
  test.each([
    ['xgboost.roc_auc', 'xgboost.roc_auc'],
    ['ndcg@5', 'ndcg_5'],
    ['XGBoost (deep).auc', 'XGBoost _deep_.auc'],
    ['a//b', 'a/_/b'],
    ['../a', '_/a'],
    ['', '_'],
  ])('%s becomes %s', (name, plain) => {
    expect(plainNames().of(name)).toBe(plain)
  })

  test('every name has one that MLflow takes and that no other name has', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 260 }), { maxLength: 12 }), (given) => {
        const names = plainNames()
        const distinct = [...new Set(given)]
        const made = distinct.map(names.of)
        expect(new Set(made).size).toBe(distinct.length)
        for (const name of made) {
          expect(name).toMatch(/^[\p{L}\p{N}_\-./ ]{1,250}$/u)
          expect(name.split('/').every((part) => part !== '' && part !== '.' && !part.startsWith('..'))).toBe(
            true,
          )
        }
        expect(distinct.map(names.of)).toEqual(made)
      }),
      { seed: 11, numRuns: 30 },
    )
  })
})
