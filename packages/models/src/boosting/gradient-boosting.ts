import { ClaimsError } from '@claims/contracts'
import { createRandom, type Matrix } from '@claims/frame'
import {
  DMatrix,
  loadLibrary,
  QuantileDMatrix,
  train,
  type BoosterParameters,
  type DataMatrix,
  type XGBoostLibrary,
} from '@claims/xgboost'
import type { Classifier, ClassifierDefinition, FitOptions, LabelledMatrix } from '../classifier.ts'
import { parseParameters } from '../parse-parameters.ts'
import { createPauses } from '../pauses.ts'
import { checkCells, requireFeatures, requireTrainingData } from '../training-data.ts'
import { boostingParametersSchema, type BoostingParameters } from './boosting-parameters.ts'
import {
  boostingCapabilities,
  boostingKind,
  FittedGradientBoosting,
  loadGradientBoosting,
} from './fitted-gradient-boosting.ts'
import { xgboostFailure } from './xgboost-failure.ts'

/** Where libxgboost is. */
export interface GradientBoostingOptions {
  /** A library file to use and no other; absent looks where `@claims/xgboost` looks. */
  readonly libraryPath?: string | undefined
  /** A directory that may hold the official library. */
  readonly placedDirectory?: string | undefined
}

/**
 * Gradient boosted trees by XGBoost, objective `binary:logistic`. The trees begin at the weighted share of positive
 * rows. With `early_stopping_rounds` and `options.validation` the model is cut after its best round;
 * `options.rounds` fixes the number of rounds, at most that of the parameters, and turns early stopping off.
 *
 * @param options where the library is; it is loaded when first needed
 *
 * @example
 * const model = await gradientBoosting().create({ max_depth: 4 }).fit(x, y, { seed: 1, threads: 1, validation })
 */
export function gradientBoosting(options: GradientBoostingOptions = {}): ClassifierDefinition {
  let loaded: XGBoostLibrary | undefined
  const { libraryPath, placedDirectory } = options
  const library = (): XGBoostLibrary =>
    (loaded ??= loadLibrary({
      ...(libraryPath !== undefined && { path: libraryPath }),
      ...(placedDirectory !== undefined && { placedDirectory }),
    }))
  return {
    kind: boostingKind,
    complexity: 30,
    capabilities: boostingCapabilities,
    parameters: boostingParametersSchema,
    create: (parameters) =>
      classifierOf(library, parseParameters(boostingParametersSchema, boostingKind, parameters)),
    load: (source) => loadGradientBoosting(source, library),
    libraries: () =>
      new Promise((resolve) => {
        try {
          resolve({ xgboost: library().version })
        } catch (thrown) {
          throw xgboostFailure(thrown)
        }
      }),
  }
}

function classifierOf(library: () => XGBoostLibrary, parameters: BoostingParameters): Classifier {
  return {
    kind: boostingKind,
    capabilities: boostingCapabilities,
    usesValidation: parameters.early_stopping_rounds !== null,
    fit: (x, y, options) => fit(library, parameters, { x, y, options }),
  }
}

async function fit(
  findLibrary: () => XGBoostLibrary,
  parameters: BoostingParameters,
  data: { readonly x: Matrix; readonly y: Uint8Array; readonly options: FitOptions },
): Promise<FittedGradientBoosting> {
  const { x, y, options } = data
  const { weights, validation, signal, threads } = options
  const pauses = createPauses(signal)
  requireTrainingData(x, y, weights)
  await checkCells(x, true, pauses)
  const rounds = Math.min(options.rounds ?? parameters.rounds, parameters.rounds)
  const stopping =
    validation !== undefined && options.rounds === undefined ? parameters.early_stopping_rounds : null
  const native = nativeParameters(parameters, data)
  if (stopping !== null && validation !== undefined) {
    requireTrainingData(validation.x, validation.y, validation.weights)
    requireFeatures(validation.x, x.names)
    await checkCells(validation.x, true, pauses)
  }
  const matrices: DataMatrix[] = []
  try {
    const library = findLibrary()
    const bins = parameters.tree_method === 'hist' ? { maxBin: parameters.max_bin } : undefined
    const matrixOf = async (rows: LabelledMatrix, ref?: DataMatrix): Promise<DataMatrix> => {
      const shape = {
        rows: rows.x.rows,
        columns: rows.x.columns,
        label: rows.y,
        ...(rows.weights && { weight: rows.weights }),
        nthread: threads,
        library,
      }
      const matrix = bins
        ? await QuantileDMatrix.fromDense(rows.x.values, { ...shape, ...bins, ...(ref && { ref }) })
        : DMatrix.fromDense(rows.x.values, shape)
      matrices.push(matrix)
      return matrix
    }
    const training = await matrixOf({ x, y, ...(weights && { weights }) })
    const { booster } = await train({
      params: native,
      data: training,
      rounds,
      ...(stopping !== null && validation !== undefined
        ? { evals: { validation: await matrixOf(validation, training) }, earlyStoppingRounds: stopping }
        : {}),
      onRound: ({ round, metrics }) => {
        options.onProgress?.(round + 1, rounds)
        for (const [name, value] of Object.entries(metrics['validation'] ?? {}))
          options.onMetric?.({ name, value, round })
      },
      ...(signal && { signal }),
    })
    return new FittedGradientBoosting(booster, [...x.names], threads)
  } catch (thrown) {
    throw xgboostFailure(thrown, signal)
  } finally {
    for (const matrix of matrices.reverse()) matrix.dispose()
  }
}

function nativeParameters(
  parameters: BoostingParameters,
  data: { readonly x: Matrix; readonly y: Uint8Array; readonly options: FitOptions },
): BoosterParameters {
  const { x, y, options } = data
  let [negative, positive] = [0, 0]
  for (let i = 0; i < y.length; i++) {
    const weight = options.weights === undefined ? 1 : options.weights[i]!
    if (y[i] === 1) positive += weight
    else negative += weight
  }
  const scale = parameters.scale_pos_weight === 'balanced' ? negative / positive : parameters.scale_pos_weight
  const constraints = constraintsOf(parameters, x.names)
  return {
    objective: 'binary:logistic',
    evalMetric: parameters.eval_metric,
    baseScore: (scale * positive) / (scale * positive + negative),
    treeMethod: parameters.tree_method,
    maxDepth: parameters.max_depth,
    eta: parameters.eta,
    subsample: parameters.subsample,
    colsampleBytree: parameters.colsample_bytree,
    minChildWeight: parameters.min_child_weight,
    regLambda: parameters.reg_lambda,
    regAlpha: parameters.reg_alpha,
    gamma: parameters.gamma,
    scalePosWeight: scale,
    ...(parameters.tree_method !== 'exact' && { maxBin: parameters.max_bin }),
    ...(constraints && { monotoneConstraints: constraints }),
    nthread: options.threads,
    seed: createRandom(options.seed).uint32() >>> 1,
  }
}

function constraintsOf(
  { monotone_constraints }: BoostingParameters,
  names: readonly string[],
): (-1 | 0 | 1)[] | undefined {
  const constrained = Object.keys(monotone_constraints)
  const unknown = constrained.find((name) => !names.includes(name))
  if (unknown !== undefined) {
    throw new ClaimsError('unknown_column', `monotone_constraints names "${unknown}", which is no feature`, {
      problems: [
        {
          field: `monotone_constraints.${unknown}`,
          problem: 'is no feature',
          allowed: names.slice(0, 20).join(', '),
        },
      ],
    })
  }
  if (constrained.length === 0) return undefined
  return names.map((name) => (Object.hasOwn(monotone_constraints, name) ? monotone_constraints[name]! : 0))
}
