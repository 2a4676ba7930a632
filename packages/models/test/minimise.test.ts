import type { Matrix } from '@claims/frame'
import { logisticRegression } from '@claims/models'
import { describe, expect, test } from '@jest/globals'
import { FittedLogisticRegression } from '../src/logistic/fitted-logistic-regression.ts'

const rows = 40

/** Most rows alike and one far off, from which Newton's whole steps lead away; the second column counts in huge units. */
function problem(positives: number, unit: number): { x: Matrix; y: Uint8Array } {
  const far = (row: number): number => (row === 0 ? 27.6 : Math.log(0.0002 * (row + 1)))
  return {
    x: {
      ...{ rows, columns: 2, names: ['far', 'huge'] },
      values: Float32Array.from({ length: 2 * rows }, (_, at) =>
        at % 2 === 0 ? far(at / 2) : unit * (((at >> 1) * 7) % 11),
      ),
    },
    y: Uint8Array.from({ length: rows }, (_, row) => (row % 7 === 0 && row < 7 * positives ? 1 : 0)),
  }
}

describe.each([0, 0.5])('with l1_ratio %d the slope of the objective vanishes', (l1_ratio) => {
  test.each([
    [1, 1],
    [2, 1e6],
    [3, 1e-6],
    [4, 1e9],
    [6, 1],
  ])('where whole steps lead away: %d positives, units of %d', async (positives, unit) => {
    const { x, y } = problem(positives, unit)
    const c = 1000
    const model = await logisticRegression
      .create({ c, l1_ratio, maximum_iterations: 200 })
      .fit(x, y, { seed: 1, threads: 1 })
    if (!(model instanceof FittedLogisticRegression)) throw new TypeError('not a logistic regression')
    expect(model.converged).toBe(true)
    expect(model.rounds).toBeLessThan(40)
    const residuals = model.predictProba(x).map((p, row) => p - y[row]!)
    expect(Math.abs(residuals.reduce((sum, r) => sum + r, 0)) / rows).toBeLessThan(1e-8)
    for (const column of [0, 1]) {
      const cell = (row: number): number => x.values[2 * row + column]!
      const mean = residuals.reduce((sum, _, row) => sum + cell(row), 0) / rows
      const spread = Math.sqrt(residuals.reduce((sum, _, row) => sum + (cell(row) - mean) ** 2, 0) / rows)
      const coefficient = model.coefficients[column]!
      const smooth =
        residuals.reduce((sum, r, row) => sum + r * (cell(row) - mean), 0) +
        ((1 - l1_ratio) / c) * coefficient
      const off =
        coefficient === 0
          ? Math.max(0, Math.abs(smooth) - l1_ratio / c)
          : Math.abs(smooth + (l1_ratio / c) * Math.sign(coefficient))
      expect(off / spread / rows).toBeLessThan(1e-8)
    }
  })
})
