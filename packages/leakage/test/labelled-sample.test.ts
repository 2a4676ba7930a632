import { describe, expect, test } from '@jest/globals'
import { createRandom } from '@claims/frame'
import { drawSample } from '../src/labelled-sample.ts'

describe('rows drawn with their labels', () => {
  const target = Uint8Array.from({ length: 60_000 }, (_, i) => (i % 7 === 0 ? 1 : 0))

  test('are at most 50,000, none twice, and all of a shorter file', () => {
    const { rows } = drawSample(target, createRandom(1))
    expect(new Set(rows).size).toBe(50_000)
    const few = drawSample(target.subarray(0, 99), createRandom(1))
    expect([...few.rows].sort((a, b) => a - b)).toEqual(Array.from({ length: 99 }, (_, i) => i))
    expect([...few.rows]).not.toEqual([...few.rows].sort((a, b) => a - b))
  })

  test('keep their labels and fall into five folds with as many of each class, give or take one', () => {
    const { rows, target: labels, positives, folds } = drawSample(target, createRandom(2))
    expect(labels).toEqual(Uint8Array.from(rows, (row) => target[row]!))
    expect(positives).toBe(labels.reduce((sum, label) => sum + label, 0))
    expect(folds.count).toBe(5)
    const counts = [0, 1].map((label) =>
      Array.from(
        { length: 5 },
        (_, fold) => folds.of.filter((of, i) => of === fold && labels[i] === label).length,
      ),
    )
    for (const ofClass of counts) expect(Math.max(...ofClass) - Math.min(...ofClass)).toBeLessThanOrEqual(1)
    expect(counts.flat().reduce((sum, count) => sum + count, 0)).toBe(50_000)
  })
})
