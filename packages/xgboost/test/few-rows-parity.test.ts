import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { Booster, DMatrix, train, XGBoostError } from '@claims/xgboost'
import type { BoosterParameters, XGBoostLibrary } from '@claims/xgboost'
import { libraries } from './libraries.ts'

const [ROWS, COLUMNS] = [130, 4]

interface Kind {
  readonly objective: string
  readonly params?: BoosterParameters
  /** Labels of values from 0 to 1. */
  readonly label?: (value: number, row: number) => number
  readonly group?: boolean
  readonly since?: string
}

const whole = (value: number): number => Math.floor(value * 2)
const KINDS: readonly Kind[] = [
  { objective: 'binary:logistic', label: whole },
  { objective: 'binary:logitraw', label: whole },
  { objective: 'binary:hinge', label: whole },
  { objective: 'reg:logistic' },
  { objective: 'reg:squarederror', label: (value) => value * 1e5 },
  { objective: 'reg:squaredlogerror' },
  { objective: 'reg:absoluteerror', label: (value) => value * 100 },
  { objective: 'reg:pseudohubererror' },
  { objective: 'reg:gamma', label: (value) => value + 0.1 },
  { objective: 'reg:tweedie' },
  { objective: 'reg:quantileerror', params: { quantileAlpha: [0.3] }, since: '2.0.0' },
  { objective: 'count:poisson', label: (value) => Math.floor(value * 9) },
  { objective: 'rank:pairwise', label: whole, group: true },
  { objective: 'rank:ndcg', label: whole, group: true },
  { objective: 'survival:cox', label: (value) => value + 0.1 },
  { objective: 'survival:aft', label: (value) => value + 0.1 },
  { objective: 'multi:softprob', params: { numClass: 3 }, label: (value) => Math.floor(value * 3) },
  { objective: 'multi:softmax', params: { numClass: 3 }, label: (value) => Math.floor(value * 3) },
]

/** Cells on and beside each other, missing ones, zeros of both signs. */
const cell = fc.oneof(
  fc.constantFrom(Number.NaN, 0, -0, 0.5, 0.25, 1, -1, 3.4e38, -3.4e38, 1e-45),
  fc.float({ noNaN: true, noDefaultInfinity: true, min: -2, max: 2 }),
)
const cells = fc.array(cell, { minLength: ROWS * COLUMNS, maxLength: ROWS * COLUMNS })

/** Leaves of all sizes and signs, and base scores up to the ends of what objectives allow. */
const leaf = fc.oneof(
  fc.constantFrom(0, -0, 1e-4, 1e9, -1e9, 1e30, 1e-38, 0.1, -0.3),
  fc.float({ noNaN: true, noDefaultInfinity: true, min: -10, max: 10 }),
)
const base = fc.constantFrom(
  '5E-1',
  '3E-1',
  '1E-6',
  '9.9999E-1',
  '1E-3',
  '1.5E1',
  '0E0',
  '-0E0',
  '-2E0',
  '1E0',
  '1E-9',
  '1E9',
)
const change = fc.record({
  leaves: fc.option(fc.array(leaf, { minLength: 1, maxLength: 7 })),
  base: fc.option(base),
})

/** A number that the library takes for a float: with an exponent, or the sign of zero. */
const asFloat = (value: number): string => (Object.is(value, -0) ? '-0E0' : value.toExponential())

/** The model with other leaves and another base score, as long as the library takes it. */
const changed = (
  booster: Booster,
  { leaves, base: score }: { leaves: number[] | null; base: string | null },
  library: XGBoostLibrary,
): Booster | undefined => {
  let next = 0
  const model = JSON.parse(new TextDecoder().decode(booster.saveBuffer('json'))) as {
    learner: {
      learner_model_param: { base_score: string }
      gradient_booster: { model: { trees: Record<string, (number | string)[]>[] } }
    }
  }
  for (const tree of model.learner.gradient_booster.model.trees) {
    const { left_children: left = [], split_conditions: conditions = [] } = tree
    if (leaves)
      left.forEach((child, node) => {
        if (child === -1) conditions[node] = leaves[next++ % leaves.length] ?? 0
      })
    for (const name of ['split_conditions', 'base_weights', 'loss_changes', 'sum_hessian'])
      tree[name] = (tree[name] ?? []).map((value) => `<${asFloat(Number(value))}>`)
  }
  const parameter = model.learner.learner_model_param
  if (score !== null && !parameter.base_score.includes(','))
    parameter.base_score = parameter.base_score.startsWith('[') ? `[${score}]` : score
  const bytes = new TextEncoder().encode(JSON.stringify(model).replace(/"<([^>]*)>"/g, '$1'))
  const own = Booster.fromBuffer(bytes, { library, params: { nthread: 1 } })
  try {
    own.predict(new Float32Array(COLUMNS), { rows: 1, columns: COLUMNS })
    return own
  } catch (error) {
    own.dispose()
    // A base score that the objective does not allow.
    if (error instanceof XGBoostError && error.code === 'native') return undefined
    throw error
  }
}

const differences = (one: Float32Array, other: Float32Array): number =>
  one.reduce((sum, value, at) => sum + Number(!Object.is(value, other[at])), 0)

/** Compares 1 to 64 rows with the batch, in the first calls and after the trees were laid out. */
const compare = (booster: Booster, x: Float32Array): void => {
  for (const outputMargin of [true, false]) {
    const batch = booster.predict(x, { rows: ROWS, columns: COLUMNS, outputMargin })
    const outputs = batch.length / ROWS
    for (let call = 0; call < 24; call += 1) {
      const rows = [1, 2, 3, 7, 64][call % 5] ?? 1
      const begin = (call * 13) % (ROWS - rows)
      const some = booster.predict(x.subarray(begin * COLUMNS, (begin + rows) * COLUMNS), {
        rows,
        columns: COLUMNS,
        outputMargin,
      })
      expect(differences(some, batch.subarray(begin * outputs, (begin + rows) * outputs))).toBe(0)
    }
    for (let row = 0; row < ROWS; row += 1) {
      const one = booster.predict(x.subarray(row * COLUMNS, (row + 1) * COLUMNS), {
        rows: 1,
        columns: COLUMNS,
        outputMargin,
      })
      expect(differences(one, batch.subarray(row * outputs, (row + 1) * outputs))).toBe(0)
    }
  }
}

describe.each(libraries)('few rows of any model, library %s', (_version, library) => {
  const kinds = KINDS.filter(({ since }) => since === undefined || library.atLeast(since))
  const parameters = fc.record({
    maxDepth: fc.integer({ min: 1, max: 7 }),
    eta: fc.constantFrom(0.1, 0.5, 1),
    lambda: fc.constantFrom(0, 1),
    minChildWeight: fc.constantFrom(0, 1),
    numParallelTree: fc.constantFrom(1, 1, 3),
    treeMethod: fc.constantFrom('hist' as const, 'exact' as const),
    seed: fc.nat({ max: 99 }),
  })

  test.each(kinds.map((kind) => [kind.objective, kind] as const))(
    '%s: the bits of the library’s batch, before and after the seventeenth call',
    async (objective, { params, label, group }) => {
      await fc.assert(
        fc.asyncProperty(
          parameters,
          cells,
          change,
          fc.integer({ min: 1, max: 9 }),
          async (more, values, edit, rounds) => {
            const x = Float32Array.from(values)
            const labels = Float32Array.from({ length: ROWS }, (_, row) => {
              const value = Math.abs(
                Math.sin(row * 12.9898 + (Number.isFinite(x[row * COLUMNS]) ? (x[row * COLUMNS] ?? 0) : 0)),
              )
              return (label ?? ((own: number) => own))(value, row)
            })
            // The exact method sorts what is far apart with a warning of nothing; cells stay within what it takes.
            const training = x.map((value) => (Math.abs(value) > 1e30 ? 5 : value))
            using data = DMatrix.fromDense(training, {
              rows: ROWS,
              columns: COLUMNS,
              nthread: 1,
              library,
              label: labels,
              ...(group && { group: Uint32Array.of(65, 65) }),
              ...(objective === 'survival:aft' && { labelLowerBound: labels, labelUpperBound: labels }),
            })
            const { booster } = await train({
              params: { objective, nthread: 1, ...more, ...params },
              data,
              rounds,
            })
            using own = booster
            compare(own, x)
            using other = changed(own, edit, library)
            if (other) compare(other, x)
          },
        ),
        { numRuns: 5, seed: 5, endOnFailure: true },
      )
    },
    120_000,
  )

  test('base scores at the ends: the trees begin where the library begins', async () => {
    const label = Float32Array.from({ length: ROWS }, (_, row) => row % 2)
    const x = Float32Array.from({ length: ROWS * COLUMNS }, (_, at) => Math.sin(at * 12.9898))
    for (const [objective, scores] of [
      ['binary:logistic', library.atLeast('3.0.0') ? [0, 1, 1e-9, 1e-6, 0.3] : [1e-9, 1e-6, 0.3, 0.9999999]],
      ['count:poisson', [1e-9, 0.5, 1e9]],
      ['reg:squarederror', [-0, 0, 1e-9, 10, -1e30]],
    ] as const)
      for (const baseScore of scores) {
        using data = DMatrix.fromDense(x, { rows: ROWS, columns: COLUMNS, nthread: 1, library, label })
        const params = { objective, baseScore, nthread: 1, maxDepth: 2 }
        using booster = (await train({ params, data, rounds: 1 })).booster
        const { trees, baseMargins } = booster.trees()
        const row = x.subarray(0, COLUMNS)
        const [leafOf] = booster.predictLeaf(row, { rows: 1, columns: COLUMNS })
        const [margin] = booster.predict(row, { rows: 1, columns: COLUMNS, outputMargin: true })
        const sum = Math.fround((baseMargins[0] ?? Number.NaN) + (trees[0]?.value[leafOf ?? 0] ?? Number.NaN))
        expect([objective, baseScore, Object.is(sum, margin)]).toEqual([objective, baseScore, true])
        compare(booster, x)
      }
  })
})
