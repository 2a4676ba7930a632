import { describe, expect, test } from '@jest/globals'
import { assessQuality, type QualityCounts } from '../src/quality.ts'

const limits = { minimum_score: 0.75, maximum_null_share: 0.25, maximum_duplicate_share: 0.125 }
const clean: QualityCounts = {
  rows: 8,
  rejectedRows: 0,
  cells: 16,
  missingCells: 0,
  invalidCells: 0,
  judgedPairs: 8,
  brokenPairs: 0,
  nullShares: [],
  duplicateShares: [],
}

describe('the gate', () => {
  const failuresOf = (counts: Partial<QualityCounts>): readonly string[] =>
    assessQuality({ ...clean, ...counts }, limits).gate.failures

  test('passes what is clean', () => {
    expect(assessQuality(clean, limits)).toEqual({
      quality_score: 1,
      dimensions: { completeness: 1, validity: 1, consistency: 1, uniqueness: 1 },
      gate: { passed: true, failures: [] },
    })
  })

  test('allows the limits themselves', () => {
    // Half of two dimensions is left: a score of exactly .75.
    const half = { missingCells: 8, brokenPairs: 4 }
    expect(assessQuality({ ...clean, ...half }, limits).quality_score).toBe(0.75)
    expect(failuresOf(half)).toEqual([])
    expect(failuresOf({ nullShares: [{ field: 'a', share: 0.25 }] })).toEqual([])
    expect(failuresOf({ duplicateShares: [{ key: 'k', share: 0.125 }] })).toEqual([])
    expect(failuresOf({ rejectedRows: 7 })).toEqual([])
  })

  test('names each limit that is passed', () => {
    expect(failuresOf({ missingCells: 8, brokenPairs: 5 })).toEqual([
      'quality score 0.719 is below 0.75 (quality.minimum_score)',
    ])
    expect(
      failuresOf({
        rejectedRows: 8,
        nullShares: [
          { field: 'a', share: 0.26 },
          { field: 'b', share: 0.1 },
          { field: 'c', share: 1 },
        ],
        duplicateShares: [
          { key: 'k', share: 0.12 },
          { key: 'l + m', share: 0.1251 },
        ],
      }),
    ).toEqual([
      'all 8 rows are rejected',
      'column a is 26 % missing, at most 25 % (quality.maximum_null_share)',
      'column c is 100 % missing, at most 25 % (quality.maximum_null_share)',
      'key l + m repeats in 12.5 % of rows, at most 12.5 % (quality.maximum_duplicate_share)',
    ])
    expect(failuresOf({ rows: 0 })).toEqual(['there are no rows'])
  })
})

describe('the dimensions', () => {
  const dimensionsOf = (counts: Partial<QualityCounts>): unknown =>
    assessQuality({ ...clean, ...counts }, limits).dimensions

  test('are shares of what was judged', () => {
    expect(
      dimensionsOf({
        missingCells: 4,
        invalidCells: 3,
        brokenPairs: 2,
        duplicateShares: [
          { key: 'a', share: 0.1 },
          { key: 'b', share: 0.25 },
          { key: 'c', share: 0.2 },
        ],
      }),
    ).toEqual({ completeness: 0.75, validity: 0.75, consistency: 0.75, uniqueness: 0.75 })
  })

  test('are 1 where nothing was judged and never below 0', () => {
    expect(dimensionsOf({ cells: 0, judgedPairs: 0 })).toMatchObject({
      completeness: 1,
      validity: 1,
      consistency: 1,
    })
    expect(dimensionsOf({ missingCells: 16 })).toMatchObject({ completeness: 0, validity: 1 })
    expect(dimensionsOf({ missingCells: 12, invalidCells: 9 })).toMatchObject({ validity: 0 })
  })
})
