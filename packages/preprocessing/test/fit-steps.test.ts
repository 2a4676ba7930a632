import { categoryColumn, createRandom, Frame, numberColumn } from '@claims/frame'
import { describe, expect, test } from '@jest/globals'
import { createSteps, fitSteps, preprocessingSteps, restoreSteps, type SavedStep } from '../src/index.ts'

const frame = Frame.fromColumns({
  amount: numberColumn([1, NaN, 3, 8]),
  kept: numberColumn([4, 3, 2, 1]),
  type: categoryColumn(['auto', 'home', null, 'auto']),
  place: categoryColumn(['a', 'b', 'b', 'a']),
})
const input = {
  frame,
  target: Uint8Array.of(0, 1, 1, 0),
  context: { roles: new Map(), random: createRandom(1) },
}
const specifications = [
  { kind: 'impute', parameters: { columns: ['amount'] } },
  { kind: 'rare_levels', parameters: {} },
  { kind: 'target_encode', parameters: { columns: ['place'], folds: 2 } },
  { kind: 'one_hot', parameters: {} },
  { kind: 'standardize', parameters: { columns: ['amount', 'place_target_rate'] } },
]

describe('fitSteps', () => {
  test('chains the steps and follows every column back to raw ones', () => {
    const { fitted, frame: out } = fitSteps(preprocessingSteps, specifications, input)
    expect(Object.fromEntries(fitted.sources)).toEqual({
      amount: ['amount'],
      amount_missing: ['amount'],
      place_target_rate: ['place'],
      'type=(missing)': ['type'],
      'type=auto': ['type'],
      'type=home': ['type'],
    })
    expect([...fitted.sources.keys(), 'kept'].sort()).toEqual([...out.names].sort())
    expect(fitted.sourcesOf('type=auto')).toEqual(['type'])
    expect(fitted.sourcesOf('kept')).toEqual(['kept'])
    expect(out.column('kept')).toBe(frame.column('kept'))
    expect(fitted.transform(frame).column('kept')).toBe(frame.column('kept'))
  })

  test('restores the whole chain from JSON', () => {
    const { fitted } = fitSteps(preprocessingSteps, specifications, input)
    const restored = restoreSteps(
      preprocessingSteps,
      JSON.parse(JSON.stringify(fitted.toState())) as SavedStep[],
    )
    expect(restored.transform(frame).toRows()).toEqual(fitted.transform(frame).toRows())
    expect([...restored.sources]).toEqual([...fitted.sources])
  })

  test('later steps learn from out-of-fold values', () => {
    const { fitted, frame: out } = fitSteps(preprocessingSteps, specifications.slice(0, 3), input)
    expect(out.number('place_target_rate')).not.toEqual(fitted.transform(frame).number('place_target_rate'))
  })

  test('no steps leave the frame as it is', () => {
    const { fitted, frame: out } = fitSteps(preprocessingSteps, [], input)
    expect(out).toBe(frame)
    expect(fitted.transform(frame).toRows()).toEqual(frame.toRows())
    expect(fitted.sources.size).toBe(0)
  })

  test('an unknown kind names the known ones', () => {
    expect(() => createSteps(preprocessingSteps, [{ kind: 'magic', parameters: {} }])).toThrow(
      expect.objectContaining({
        code: 'invalid_blueprint',
        problems: [
          {
            field: 'steps.0.kind',
            problem: '"magic" is no kind of step',
            allowed: preprocessingSteps.map(({ kind }) => kind).join(', '),
          },
        ],
      }),
    )
    expect(() => restoreSteps(preprocessingSteps, [{ kind: 'magic', state: {} }])).toThrow(
      expect.objectContaining({ code: 'damaged_bundle' }),
    )
  })

  test('errors name the step and the place', () => {
    const run = (parameters: Record<string, unknown>): unknown =>
      fitSteps(
        preprocessingSteps,
        [
          { kind: 'drop', parameters: { columns: ['kept'] } },
          { kind: 'impute', parameters },
        ],
        input,
      )
    expect(() => run({ columns: ['kept'] })).toThrow(
      expect.objectContaining({
        code: 'unknown_column',
        message: expect.stringContaining('steps.1'),
        problems: [expect.objectContaining({ field: 'kept' })],
      }),
    )
    expect(() => run({ strategie: 'mean' })).toThrow(expect.objectContaining({ code: 'invalid_blueprint' }))
  })

  test('an automatic output whose name is there already gets a name that is free', () => {
    const twice = frame.withColumn('amount_missing', frame.column('kept'))
    const { frame: out } = fitSteps(preprocessingSteps, specifications.slice(0, 1), {
      ...input,
      frame: twice,
    })
    expect(out.column('amount_missing')).toBe(frame.column('kept'))
    expect(out.has('amount_missing_2')).toBe(true)
  })

  test('lengths must agree', () => {
    expect(() => fitSteps(preprocessingSteps, [], { ...input, target: new Uint8Array(3) })).toThrow(
      expect.objectContaining({ code: 'length_mismatch' }),
    )
    const context = { ...input.context, groups: new Int32Array(5) }
    expect(() => fitSteps(preprocessingSteps, [], { ...input, context })).toThrow(
      expect.objectContaining({ code: 'length_mismatch' }),
    )
  })

  test('a kind that is defined twice is a mistake of the program', () => {
    expect(() => createSteps([...preprocessingSteps, preprocessingSteps[0]!], [])).toThrow(TypeError)
  })
})
