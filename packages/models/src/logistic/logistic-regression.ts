import type { Matrix } from '@claims/frame'
import type { Classifier, ClassifierDefinition, FitOptions } from '../classifier.ts'
import { parseParameters } from '../parse-parameters.ts'
import { createPauses, type Pauses } from '../pauses.ts'
import { checkCells, requireTrainingData } from '../training-data.ts'
import { columnMoments } from './column-moments.ts'
import {
  FittedLogisticRegression,
  loadLogisticRegression,
  logisticCapabilities,
} from './fitted-logistic-regression.ts'
import type { LossRows } from './logistic-loss.ts'
import { logisticParametersSchema, type LogisticParameters } from './logistic-parameters.ts'
import { minimise, type MinimiseSettings, type Minimum } from './minimise.ts'

/** Rows of the subset that the search begins on, and from which the first curvature is made. */
const subsetRows = 20_000
const curvatureRows = 100_000

const kind = 'logistic_regression'

/**
 * Logistic regression with elastic net: the minimum of
 * `c * sum(w_i * loss_i) + (1 - l1_ratio) / 2 * |b|^2 + l1_ratio * |b|_1`, its intercept not penalised; scikit-learn's
 * `LogisticRegression`. The minimum does not depend on `seed`, `threads` or `rounds`.
 *
 * @example
 * const model = await logisticRegression.create({ c: 0.5 }).fit(x, y, { seed: 1, threads: 1 })
 */
export const logisticRegression: ClassifierDefinition = {
  kind,
  complexity: 10,
  capabilities: logisticCapabilities,
  parameters: logisticParametersSchema,
  create: (parameters) => classifierOf(parseParameters(logisticParametersSchema, kind, parameters)),
  load: loadLogisticRegression,
  libraries: () => Promise.resolve({}),
}

function classifierOf(parameters: LogisticParameters): Classifier {
  return {
    kind,
    capabilities: logisticCapabilities,
    usesValidation: false,
    fit: (x, y, options) => fit(parameters, { x, y, options }),
  }
}

async function fit(
  parameters: LogisticParameters,
  data: { readonly x: Matrix; readonly y: Uint8Array; readonly options: FitOptions },
): Promise<FittedLogisticRegression> {
  const { x, y, options } = data
  const { weights } = options
  const pauses = createPauses(options.signal)
  requireTrainingData(x, y, weights)
  await checkCells(x, false, pauses)
  const [negative, positive] = classTotals(y, weights)
  const total = negative + positive
  const classWeights: readonly [number, number] =
    parameters.class_weight === 'balanced' ? [total / (2 * negative), total / (2 * positive)] : [1, 1]
  const moments = await columnMoments(x, weights, pauses)
  const rows: LossRows = { x, y, classWeights, moments, stride: 1, ...(weights && { weights }) }
  const strength = 1 / (parameters.c * total)
  const settings = {
    ridge: (1 - parameters.l1_ratio) * strength,
    lasso: parameters.l1_ratio * strength,
    maximumIterations: parameters.maximum_iterations,
    tolerance: parameters.tolerance,
    hessianStride: Math.max(1, Math.floor(x.rows / curvatureRows)),
    onIteration: (iteration: number) => options.onProgress?.(iteration, parameters.maximum_iterations),
  }
  const start = new Float64Array(x.columns + 1)
  start[x.columns] = Math.log((positive * classWeights[1]) / (negative * classWeights[0]))
  const minimum = await minimise(rows, await nearby(rows, start, { settings, pauses }), { settings, pauses })
  return new FittedLogisticRegression({
    feature_names: [...x.names],
    base_value: minimum.position[x.columns]!,
    coefficients: Array.from(minimum.position.subarray(0, x.columns)),
    means: Array.from(moments.means),
    deviations: Array.from(moments.deviations),
    iterations: minimum.iterations,
    converged: minimum.converged,
  })
}

/** The minimum over a subset of the rows, loosely found: a start from which all rows take few steps. */
async function nearby(
  rows: LossRows,
  start: Float64Array,
  context: { readonly settings: MinimiseSettings; readonly pauses: Pauses },
): Promise<Float64Array> {
  const stride = Math.floor(rows.x.rows / Math.max(subsetRows, 50 * rows.x.columns))
  if (stride < 4 || !hasBothClasses(rows.y, stride)) return start
  const { onIteration: _, ...settings } = context.settings
  const subset: Minimum = await minimise({ ...rows, stride }, start, {
    settings: {
      ...settings,
      hessianStride: 1,
      tolerance: Math.max(1e-3, settings.tolerance),
      maximumIterations: 30,
    },
    pauses: context.pauses,
  })
  return subset.position
}

function hasBothClasses(y: Uint8Array, stride: number): boolean {
  for (let i = stride; i < y.length; i += stride) if (y[i] !== y[0]) return true
  return false
}

function classTotals(y: Uint8Array, weights: Float64Array | undefined): [number, number] {
  const totals: [number, number] = [0, 0]
  for (let i = 0; i < y.length; i++) totals[y[i] === 1 ? 1 : 0] += weights === undefined ? 1 : weights[i]!
  return totals
}
