import { describe, expect, test } from '@jest/globals'
import { parseBlueprint, type Blueprint } from '@claims/contracts'
import { categoryColumn, Frame, numberColumn } from '@claims/frame'
import { encodeTarget } from '../src/data/encode-target.ts'

function blueprint(label: Omit<Partial<Blueprint['label']>, 'column'>): Blueprint {
  return parseBlueprint({
    format_version: 1,
    name: 'test',
    columns: [
      { name: 'x', role: 'numeric', type: 'number' },
      { name: 'y', role: 'label', type: 'category' },
    ],
    label: { column: 'y', positive: 'yes', ...label },
    split: { kind: 'stratified' },
    candidates: [{ name: 'a', kind: 'logistic_regression' }],
    costs: { false_negative: 1, false_positive: 1, manual_review: 1 },
  })
}

function encode(
  values: readonly (string | null)[],
  label: Omit<Partial<Blueprint['label']>, 'column'>,
): { target: number[]; missing: number[] } {
  const frame = Frame.fromColumns(new Map([['y', categoryColumn(values)]]))
  const { target, missing } = encodeTarget(frame, blueprint(label))
  return { target: [...target], missing: [...missing] }
}

describe('encodeTarget', () => {
  test('compares without case and blanks, and takes several negatives and missing words', () => {
    expect(
      encode(['yes', 'YES ', 'No', 'maybe', 'unknown', null], {
        negative: ['no', 'Maybe'],
        missing: ['Unknown'],
      }),
    ).toEqual({ target: [1, 1, 0, 0, 0, 0], missing: [0, 0, 0, 0, 1, 1] })
  })

  test('other spellings of true and false belong to their side', () => {
    expect(encode(['1', 'true', 'Y', '0', 'f'], { positive: 1, negative: 0 }).target).toEqual([1, 1, 1, 0, 0])
    expect(encode(['1', 'true', 'no'], { positive: 'no', negative: 'yes' }).target).toEqual([0, 0, 1])
  })

  test('a value that is neither is refused with all values and counts', () => {
    expect(() => encode(['yes', 'no', 'no', 'maybe'], { negative: 'no' })).toThrow(
      /holds yes \(1\), no \(2\), maybe \(1\); maybe \(1\) is neither positive nor negative, first in row 4/,
    )
    expect(() => encode(['f', 'm', '1'], { positive: 'f', negative: 'm' })).toThrow(/1 \(1\) is neither/)
    expect(() => encode(['yes', 'x'.repeat(500)], { negative: 'no' })).toThrow(/^.{0,300}$/)
  })

  test('without a negative value every other one is negative, as in bundles of 0.1', () => {
    expect(encode(['yes', 'no', 'maybe', 'true'], {}).target).toEqual([1, 0, 0, 1])
    expect(encode(['0', 'no', '2'], { positive: 0 }).target).toEqual([1, 0, 0])
  })

  test('numbers above a limit are positive', () => {
    const frame = Frame.fromColumns(new Map([['y', numberColumn([0, 2, NaN])]]))
    const { target, missing } = encodeTarget(frame, blueprint({ positive: { greater_than: 1 } }))
    expect([[...target], [...missing]]).toEqual([
      [0, 1, 0],
      [0, 0, 1],
    ])
  })
})
