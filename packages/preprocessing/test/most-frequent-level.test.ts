import { describe, expect, test } from '@jest/globals'
import { codedColumn, createRandom, Frame } from '@claims/frame'
import { fitSteps, preprocessingSteps } from '../src/index.ts'

/** What a missing cell becomes after learning from these codes. */
function fill(codes: readonly number[], levels: readonly string[]): unknown {
  const frame = Frame.fromColumns({ type: codedColumn(Int32Array.of(...codes, -1), levels) })
  const { frame: filled } = fitSteps(
    preprocessingSteps,
    [{ kind: 'impute_category', parameters: { strategy: 'mode' } }],
    {
      frame,
      target: new Uint8Array(frame.rows),
      context: { roles: new Map(), random: createRandom(1) },
    },
  )
  return filled.row(codes.length)['type']
}

describe('the most frequent level', () => {
  test('may occur once', () => {
    expect(fill([0], ['only'])).toBe('only')
    expect(fill([1, 0], ['b', 'a'])).toBe('a')
  })

  test('is never one that no row has, wherever that stands', () => {
    expect(fill([1], ['absent', 'seen'])).toBe('seen')
    expect(fill([0, 0, 2], ['seen', 'absent', 'rare'])).toBe('seen')
  })

  test('of equally frequent ones is the first by name, in any order of levels', () => {
    expect(fill([0, 1, 0, 1], ['b', 'a'])).toBe('a')
    expect(fill([0, 1, 0, 1], ['a', 'b'])).toBe('a')
  })

  test('is the stated level where no row has any', () => {
    expect(fill([], ['absent'])).toBe('(missing)')
  })
})
