import { describe, expect, test } from '@jest/globals'
import { finalRounds } from '../src/final-rounds.ts'

describe('the rounds of the final model', () => {
  test('as many rows take as many rounds', () => {
    expect(
      finalRounds(
        [
          { rounds: 90, rows: 1000 },
          { rounds: 111, rows: 1000 },
        ],
        1000,
      ),
    ).toBe(101)
  })

  test('grow with the root of the ratio of rows, fold by fold', () => {
    // (100 * sqrt(4) + 60 * sqrt(1)) / 2
    expect(
      finalRounds(
        [
          { rounds: 100, rows: 250 },
          { rounds: 60, rows: 1000 },
        ],
        1000,
      ),
    ).toBe(130)
  })

  test('are one at least', () => {
    expect(finalRounds([{ rounds: 0, rows: 10 }], 20)).toBe(1)
  })
})
