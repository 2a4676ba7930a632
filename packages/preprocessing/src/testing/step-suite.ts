import type { ColumnRole } from '@claims/contracts'
import {
  categoryColumn,
  cellAt,
  codedColumn,
  createRandom,
  Frame,
  missingBoolean,
  type Cell,
  type FrameColumn,
} from '@claims/frame'
import { describe, expect, test } from '@jest/globals'
import type { Columns, FitContext, StepDefinition, Target } from '../step.ts'

/** A kind of step with rows on which it has something to learn. */
export interface StepCase {
  readonly definition: StepDefinition
  readonly parameters: unknown
  /** Some rows, missing values and several levels among them. */
  readonly frame: Frame
  /** 0 or 1, length frame.rows. */
  readonly target: Target
  readonly roles?: ReadonlyMap<string, ColumnRole>
  readonly groups?: Int32Array | undefined
}

/** A rule of the suite, by name. */
export type StepRule =
  | 'declares its columns'
  | 'is deterministic'
  | 'treats every row alone'
  | 'restores from JSON'
  | 'leaves its input alone'
  | 'accepts unknown and missing'
  | 'is out of fold'
  | 'names a missing column'

/**
 * The contract of a step as tests; every kind of step runs it.
 *
 * @param name title of the group of tests
 * @param options.unsupported rules that this step does not keep, each with the reason
 */
export function describeStep(
  name: string,
  subject: StepCase,
  { unsupported = {} }: { readonly unsupported?: Readonly<Partial<Record<StepRule, string>>> } = {},
): void {
  const { definition, parameters, frame, target } = subject
  const context = (): FitContext => ({
    roles: subject.roles ?? new Map(),
    random: createRandom(7),
    groups: subject.groups,
  })
  const fit = (): ReturnType<ReturnType<StepDefinition['create']>['fitTransform']> =>
    definition.create(parameters).fitTransform(frame, target, context())
  const rule = (title: StepRule, run: () => void): void => {
    const reason = unsupported[title]
    if (reason === undefined) test(title, run)
    else test.skip(`${title} (not here: ${reason})`, run)
  }

  describe(name, () => {
    rule('declares its columns', () => {
      const { fitted, frame: out } = fit()
      for (const result of [out, fitted.transform(frame)]) {
        expect(result.rows).toBe(frame.rows)
        for (const [column, value] of result.entries()) {
          if (!fitted.outputs.has(column)) expect(value).toBe(frame.column(column))
        }
        for (const column of fitted.outputs.keys()) expect(result.names).toContain(column)
        for (const column of fitted.drops) expect(result.names).not.toContain(column)
        for (const column of frame.names) {
          if (!fitted.drops.includes(column)) expect(result.names).toContain(column)
        }
      }
      for (const sources of fitted.outputs.values()) {
        expect(sources.length).toBeGreaterThan(0)
        for (const source of sources) expect(frame.names).toContain(source)
      }
      expect(fitted.outputs.size + fitted.drops.length).toBeGreaterThan(0)
      expect(fitted.kind).toBe(definition.kind)
    })

    rule('is deterministic', () => {
      const one = fit()
      const two = fit()
      expectSame(two.frame, one.frame)
      expect(JSON.stringify(two.fitted.toState())).toBe(JSON.stringify(one.fitted.toState()))
    })

    rule('treats every row alone', () => {
      const { fitted } = fit()
      const batch = fitted.transform(frame)
      for (let row = 0; row < frame.rows; row++) {
        const expected = batch.take([row])
        expectSame(fitted.transform(frame.take([row])), expected)
        expectSame(fitted.transform(withOwnLevels(frame, row)), expected)
      }
      const reversed = Uint32Array.from({ length: frame.rows }, (_, i) => frame.rows - 1 - i)
      expectSame(fitted.transform(frame.take(reversed)), batch.take(reversed))
      const columns: Columns = new Map(frame.entries())
      fitted.apply(columns, frame.rows)
      expectSame(Frame.fromColumns(columns), batch)
    })

    rule('restores from JSON', () => {
      const { fitted } = fit()
      const restored = definition.restore(JSON.parse(JSON.stringify(fitted.toState())))
      expectSame(restored.transform(frame), fitted.transform(frame))
      expect([...restored.outputs]).toEqual([...fitted.outputs])
      expect(restored.drops).toEqual(fitted.drops)
      expect(restored.toState()).toEqual(fitted.toState())
      expect(() => definition.restore({ nonsense: true })).toThrow(
        expect.objectContaining({ code: 'damaged_bundle' }),
      )
    })

    rule('leaves its input alone', () => {
      const before = structuredClone([...frame.entries()])
      const labels = target.slice()
      const { fitted } = fit()
      fitted.transform(frame)
      expect([...frame.entries()]).toEqual(before)
      expect(target).toEqual(labels)
    })

    rule('accepts unknown and missing', () => {
      const { fitted } = fit()
      for (const strange of [withUnknownLevels(frame), withNothing(frame), frame.take([])]) {
        const result = fitted.transform(strange)
        expect(result.rows).toBe(strange.rows)
        expect(result.names).toEqual(fitted.transform(frame).names)
        for (const [, column] of result.entries()) {
          if (column.kind === 'number')
            expect(column.values.some((value) => Math.abs(value) === Infinity)).toBe(false)
        }
      }
    })

    rule('names a missing column', () => {
      const { fitted } = fit()
      const needed = new Set([...fitted.outputs.values()].flat())
      for (const name of needed) {
        expect(() => fitted.transform(frame.drop([name]))).toThrow(
          expect.objectContaining({
            code: 'missing_column',
            problems: [expect.objectContaining({ field: name })],
          }),
        )
      }
    })

    if (definition.usesTarget) {
      rule('is out of fold', () => {
        const random = createRandom(11)
        const rows = 4000
        const noise = Frame.fromColumns({
          noise: categoryColumn(Array.from({ length: rows }, () => `level-${String(random.integer(1500))}`)),
        })
        const labels = Uint8Array.from({ length: rows }, () => (random.next() < 0.3 ? 1 : 0))
        const step = definition.create({ ...(parameters as object), columns: ['noise'] })
        const { fitted, frame: out } = step.fitTransform(noise, labels, {
          roles: new Map(),
          random: createRandom(3),
        })
        for (const name of fitted.outputs.keys()) {
          // The standard error of the AUC of 4,000 rows is .01; in-fold values reach above .8 here.
          expect(Math.abs(areaUnderCurve(out.number(name), labels) - 0.5)).toBeLessThan(0.04)
          expect(areaUnderCurve(fitted.transform(noise).number(name), labels)).toBeGreaterThan(0.7)
        }
      })
    }
  })
}

function expectSame(actual: Frame, expected: Frame): void {
  expect(actual.names).toEqual(expected.names)
  expect(actual.rows).toBe(expected.rows)
  for (const [name, column] of expected.entries()) {
    const other = actual.column(name)
    expect(other.kind).toBe(column.kind)
    for (let row = 0; row < expected.rows; row++) {
      if (!Object.is(exactCell(other, row), exactCell(column, row)))
        throw new Error(
          `Column "${name}", row ${String(row)}: ${String(exactCell(other, row))} is not ${String(exactCell(column, row))}`,
        )
    }
  }
}

function exactCell(column: FrameColumn, row: number): Cell {
  return column.kind === 'timestamp' ? column.values[row]! : cellAt(column, row)
}

/** One row whose category columns know no other level, as a claim that comes alone has. */
function withOwnLevels(frame: Frame, row: number): Frame {
  const one = frame.take([row])
  return Frame.fromColumns(
    new Map(
      [...one.entries()].map(([name, column]) => [
        name,
        column.kind === 'category' ? categoryColumn([cellAt(column, 0) as string | null]) : column,
      ]),
    ),
  )
}

function withUnknownLevels(frame: Frame): Frame {
  return Frame.fromColumns(
    new Map(
      [...frame.entries()].map(([name, column]): [string, FrameColumn] => {
        if (column.kind === 'category')
          return [name, codedColumn(new Int32Array(frame.rows), ['a level that was never seen'])]
        if (column.kind === 'text')
          return [name, { kind: 'text', values: column.values.map(() => 'neverseenword') }]
        return [name, column]
      }),
    ),
  )
}

function withNothing(frame: Frame): Frame {
  return Frame.fromColumns(
    new Map(
      [...frame.entries()].map(([name, column]): [string, FrameColumn] => {
        const n = frame.rows
        switch (column.kind) {
          case 'category':
            return [name, codedColumn(new Int32Array(n).fill(-1), [])]
          case 'text':
            return [name, { kind: 'text', values: new Array<null>(n).fill(null) }]
          case 'boolean':
            return [name, { kind: 'boolean', values: new Uint8Array(n).fill(missingBoolean) }]
          case 'number':
          case 'timestamp':
            return [name, { kind: column.kind, values: new Float64Array(n).fill(NaN) }]
        }
      }),
    ),
  )
}

/** Area under the receiver operating characteristic by ranks, ties at their mean rank (Mann and Whitney). */
function areaUnderCurve(scores: Float64Array, labels: Uint8Array): number {
  const order = Array.from(scores.keys()).sort((a, b) => scores[a]! - scores[b]!)
  let positives = 0
  let rankSum = 0
  for (let start = 0; start < order.length;) {
    let end = start
    while (end < order.length && scores[order[end]!] === scores[order[start]!]) end++
    for (let i = start; i < end; i++) {
      if (labels[order[i]!] !== 1) continue
      positives++
      rankSum += (start + end + 1) / 2
    }
    start = end
  }
  const negatives = order.length - positives
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives)
}
