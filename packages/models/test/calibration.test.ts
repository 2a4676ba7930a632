import { createRandom } from '@claims/frame'
import {
  fitCalibrator,
  fitIsotonic,
  fitSigmoid,
  identityCalibrator,
  restoreCalibrator,
  type Calibrator,
} from '@claims/models'
import { describe, expect, test } from '@jest/globals'
import { z } from 'zod'
import { reference } from './reference.ts'

const coefficients = z.object({ slope: z.number(), intercept: z.number() })
const values = reference(
  'models-calibration',
  z.object({
    grid: z.array(z.number()),
    cases: z.array(
      z.object({
        name: z.string(),
        probabilities: z.array(z.number()),
        target: z.array(z.number()),
        isotonic: z.array(z.number()),
        isotonic_corners: z.object({ x: z.array(z.number()), y: z.array(z.number()) }),
        sigmoid_scikit_learn: coefficients,
        sigmoid_optimum: coefficients,
      }),
    ),
  }),
)

function problem(rows: number, seed: number): { probabilities: Float64Array; target: Uint8Array } {
  const random = createRandom(seed)
  const probabilities = Float64Array.from({ length: rows }, () => random.next())
  return { probabilities, target: Uint8Array.from(probabilities, (p) => (random.next() < p * p ? 1 : 0)) }
}

describe.each(values.cases)('as scikit-learn and SciPy: $name', (known) => {
  const probabilities = Float64Array.from(known.probabilities)
  const target = Uint8Array.from(known.target)

  test('isotonic values within 1e-12 (after the clip to [1e-6, 1 - 1e-6]) and the same corners', () => {
    const calibrator = fitIsotonic(probabilities, target)
    const answers = calibrator.apply(Float64Array.from(values.grid))
    answers.forEach((answer, i) => {
      expect(Math.abs(answer - Math.min(1 - 1e-6, Math.max(1e-6, known.isotonic[i]!)))).toBeLessThan(1e-12)
    })
    const state = calibrator.toState()
    if (state.kind !== 'isotonic') throw new TypeError(state.kind)
    expect(state.x).toEqual(known.isotonic_corners.x)
    state.y.forEach((y, i) => expect(y).toBeCloseTo(known.isotonic_corners.y[i]!, 12))
  })

  test('sigmoid coefficients within 1e-6 of the optimum and 1e-4 of scikit-learn', () => {
    const state = fitSigmoid(probabilities, target).toState()
    if (state.kind !== 'sigmoid') throw new TypeError(state.kind)
    expect(Math.abs(state.slope - known.sigmoid_optimum.slope)).toBeLessThan(1e-6)
    expect(Math.abs(state.intercept - known.sigmoid_optimum.intercept)).toBeLessThan(1e-6)
    expect(Math.abs(state.slope - known.sigmoid_scikit_learn.slope)).toBeLessThan(1e-4)
    expect(Math.abs(state.intercept - known.sigmoid_scikit_learn.intercept)).toBeLessThan(1e-4)
  })
})

describe.each(['none', 'sigmoid', 'isotonic'] as const)('%s', (kind) => {
  const { probabilities, target } = problem(3000, 1)
  const calibrator = fitCalibrator(kind, probabilities, target)
  const grid = Float64Array.from({ length: 5001 }, (_, i) => i / 5000)

  test('never turns the order around', () => {
    const answers = calibrator.apply(grid)
    answers.forEach((answer, i) => expect(answer).toBeGreaterThanOrEqual(answers[i - 1] ?? 0))
  })

  test('gives a number alone the bits that it gets in a batch, and after restoring', () => {
    const answers = calibrator.apply(grid)
    const restored = restoreCalibrator(JSON.parse(JSON.stringify(calibrator.toState())))
    expect(restored.kind).toBe(kind)
    expect(restored.apply(grid)).toEqual(answers)
    for (const i of [0, 1, 700, 2500, 5000])
      expect(calibrator.apply(grid.slice(i, i + 1))[0]).toBe(answers[i])
  })

  test('keeps NaN and does not write into its input', () => {
    const input = Float64Array.of(NaN, 0.5)
    expect(calibrator.apply(input)[0]).toBeNaN()
    expect(input).toEqual(Float64Array.of(NaN, 0.5))
  })

  if (kind !== 'none') {
    test('brings probabilities nearer to the truth and stays off 0 and 1', () => {
      const off = (by: Calibrator): number =>
        by.apply(probabilities).reduce((sum, p, i) => sum + Math.abs(p - probabilities[i]! ** 2), 0) / 3000
      expect(off(calibrator)).toBeLessThan(off(identityCalibrator) / 3)
      const [least, greatest] = calibrator.apply(Float64Array.of(0, 1))
      expect(least).toBeGreaterThanOrEqual(1e-6)
      expect(greatest).toBeLessThanOrEqual(1 - 1e-6)
    })
  }
})

test('auto is isotonic from 1,000 rows of each class, else sigmoid', () => {
  const target = Uint8Array.from({ length: 2000 }, (_, i) => i % 2)
  const probabilities = Float64Array.from(target, (label, i) => (label + (i % 7)) / 8)
  expect(fitCalibrator('auto', probabilities, target).kind).toBe('isotonic')
  expect(fitCalibrator('auto', probabilities.slice(1), target.slice(1)).kind).toBe('sigmoid')
})

test('a sigmoid that would turn the order around gives every row the base rate', () => {
  const { probabilities, target } = problem(500, 2)
  const answers = fitSigmoid(
    probabilities.map((p) => 1 - p),
    target,
  ).apply(Float64Array.of(0.1, 0.9))
  expect(answers[0]).toBe(answers[1])
  const positives = target.reduce((sum, label) => sum + label, 0)
  const goals = (positives * (positives + 1)) / (positives + 2) + (500 - positives) / (502 - positives)
  expect(answers[0]).toBeCloseTo(goals / 500, 12)
})

/** What pulls at the coefficients of a fitted sigmoid: the derivatives of its mean loss, 0 at the most likely one. */
function pulls(probabilities: Float64Array, target: Uint8Array): { slope: number; pull: number } {
  const rows = target.length
  const positives = target.reduce((sum, label) => sum + label, 0)
  const state = fitSigmoid(probabilities, target).toState()
  if (state.kind !== 'sigmoid') throw new TypeError(state.kind)
  let level = 0
  let tilt = 0
  probabilities.forEach((p, i) => {
    const score = Math.log(p / (1 - p))
    const goal = target[i] === 1 ? (positives + 1) / (positives + 2) : 1 / (rows - positives + 2)
    const pull = 1 / (1 + Math.exp(-(state.slope * score + state.intercept))) - goal
    level += pull / rows
    tilt += (pull * score) / rows
  })
  return { slope: state.slope, pull: Math.max(Math.abs(level), Math.abs(tilt)) }
}

test.each([0, 1])('a sigmoid of lopsided scores, label %d rare, is the most likely one', (rare) => {
  const random = createRandom(8)
  const probabilities = Float64Array.from({ length: 3000 }, () => {
    const p = 1 / (1 + Math.exp(5 - 3 * Math.exp(random.normal() / 2)))
    return rare === 1 ? p : 1 - p
  })
  const target = Uint8Array.from(probabilities, (p) => (random.next() < p ** (rare === 1 ? 2 : 0.5) ? 1 : 0))
  const { slope, pull } = pulls(probabilities, target)
  expect(slope).not.toBeCloseTo(1, 1)
  expect(pull).toBeLessThan(1e-10)
})

test('a sigmoid of four rows is the most likely one', () => {
  const { slope, pull } = pulls(Float64Array.of(0.2, 0.4, 0.6, 0.8), Uint8Array.of(0, 1, 0, 1))
  expect(slope).toBeGreaterThan(0.1)
  expect(pull).toBeLessThan(1e-10)
})

test('a sigmoid finds the most likely one where a whole step leads away from it', () => {
  // Few rows, most scores alike, a positive one far off: Newton's steps overshoot.
  const rows = 40
  const probabilities = Float64Array.from({ length: rows }, (_, i) =>
    i === 0 ? 1 - 1e-12 : 0.0002 * (i + 1),
  )
  for (const positives of [1, 2, 3, 4, 5, 6]) {
    const target = Uint8Array.from({ length: rows }, (_, i) => (i % 7 === 0 && i < 7 * positives ? 1 : 0))
    expect(pulls(probabilities, target).pull).toBeLessThan(1e-8)
  }
})

test('isotonic steps of a few rows, in any order', () => {
  const target = Uint8Array.of(1, 0, 1, 0)
  expect(fitIsotonic(Float64Array.of(0.4, 0.1, 0.2, 0.3), target).toState()).toEqual({
    ...{ kind: 'isotonic', x: [0.1, 0.2, 0.3, 0.4], y: [0, 0.5, 0.5, 1] },
  })
  expect(fitIsotonic(Float64Array.of(0.1, 0.1, 0.2, 0.4), target).toState()).toEqual({
    ...{ kind: 'isotonic', x: [0.1, 0.4], y: [0.5, 0.5] },
  })
})

test('all probabilities equal', () => {
  const target = Uint8Array.of(0, 1, 0, 0)
  const probabilities = new Float64Array(4).fill(0.3)
  expect(fitIsotonic(probabilities, target).apply(Float64Array.of(0, 0.3, 1))).toEqual(
    Float64Array.of(0.25, 0.25, 0.25),
  )
  expect(fitSigmoid(probabilities, target).apply(Float64Array.of(0.9))[0]).toBeCloseTo((2 / 3 + 3 / 5) / 4, 9)
})

test('refuses data that do not fit', () => {
  const target = Uint8Array.of(0, 1)
  const code = (value: string) => expect.objectContaining({ code: value })
  expect(() => fitIsotonic(Float64Array.of(0.1), target)).toThrow(code('length_mismatch'))
  expect(() => fitSigmoid(Float64Array.of(0.1, NaN), target)).toThrow(code('invalid_value'))
  expect(() => fitSigmoid(Float64Array.of(0.1, 1.1), target)).toThrow(code('invalid_value'))
  expect(() => fitCalibrator('auto', Float64Array.of(0.1, 0.2), Uint8Array.of(1, 1))).toThrow(
    code('label_single_class'),
  )
})

test.each([
  null,
  { kind: 'spline' },
  { kind: 'sigmoid', slope: -1, intercept: 0 },
  { kind: 'isotonic', x: [0.1, 0.1], y: [0, 1] },
  { kind: 'isotonic', x: [0.1, 0.2], y: [1, 0] },
  { kind: 'isotonic', x: [0.1, 0.2], y: [1] },
  { kind: 'isotonic', x: [], y: [] },
])('refuses to restore %j', (state) => {
  expect(() => restoreCalibrator(state)).toThrow(expect.objectContaining({ code: 'damaged_bundle' }))
})

test('restores what a later product wrote with keys that are not known here', () => {
  const state = { kind: 'sigmoid', slope: 1.5, intercept: -0.5 }
  expect(restoreCalibrator({ ...state, fitted_on: 400 }).toState()).toEqual(state)
  expect(restoreCalibrator({ kind: 'none', later: [1] }).toState()).toEqual({ kind: 'none' })
})
