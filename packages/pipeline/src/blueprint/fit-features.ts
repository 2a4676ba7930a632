import { ClaimsError, columnRoles, type Blueprint, type StepSpecification } from '@claims/contracts'
import { Frame, toMatrix, type Matrix, type Random } from '@claims/frame'
import type { ClassifierCapabilities } from '@claims/models'
import {
  fitSteps,
  isFeatureColumn,
  type Columns,
  type FitStepsInput,
  type FittedSteps,
} from '@claims/preprocessing'
import { stepDefinitions, type FittedFeatures } from '@claims/scoring'

/** Rows that features are learnt on. */
export interface FeatureTraining {
  readonly frame: Frame
  readonly target: Uint8Array
  readonly groups?: Int32Array | undefined
  readonly random: Random
}

/** Raw columns that the steps may read: features and the event time, never identifiers, labels or sensitive columns. */
export function modelColumns(blueprint: Blueprint): readonly string[] {
  return blueprint.columns
    .filter((column) => columnRoles[column.role].stepsMayRead)
    .map((column) => column.name)
}

/** The blueprint's own steps, fitted, and the rows that they learnt from, transformed. Shared by every kind of model. */
export interface FittedBlueprintSteps {
  readonly steps: FittedSteps
  readonly frame: Frame
  readonly training: FeatureTraining
}

/**
 * Fits the steps of a blueprint.
 *
 * @param blueprint its `steps` in order
 * @param training the rows to learn from, and nothing else
 * @returns the fitted steps, and the same rows with out-of-fold values where a step looks at the label
 * @throws ClaimsError of the steps
 */
export function fitBlueprintSteps(blueprint: Blueprint, training: FeatureTraining): FittedBlueprintSteps {
  const { fitted, frame } = fitSteps(stepDefinitions, blueprint.steps, {
    frame: training.frame.select(modelColumns(blueprint).filter((name) => training.frame.has(name))),
    target: training.target,
    context: contextOf(blueprint, training),
  })
  return { steps: fitted, frame, training }
}

/**
 * Fits behind the blueprint's steps what a kind of model needs: imputing where it cannot read missing values, scaling
 * last where it wants one scale.
 *
 * @param blueprint whose steps they are
 * @param capabilities of the kind of model
 * @param fitted the blueprint's steps
 * @returns all fitted steps, and the matrix of the rows that they learnt from
 * @throws ClaimsError `no_features` when nothing numeric is left; `invalid_blueprint` when a category is left unencoded
 */
export function fitFeatures(
  blueprint: Blueprint,
  capabilities: ClassifierCapabilities,
  { steps, frame: base, training }: FittedBlueprintSteps,
): { readonly fitted: FittedFeatures; readonly matrix: Matrix } {
  const context = contextOf(blueprint, training)
  const { fitted, frame } = fitSteps(stepDefinitions, modelSteps(capabilities), {
    frame: base,
    target: training.target,
    context,
    after: steps,
  })
  const features = [...frame.entries()].filter(([name]) => isFeatureColumn(name, context))
  const unencoded = features.find(([, column]) => column.kind === 'category')
  if (unencoded !== undefined) {
    throw new ClaimsError(
      'invalid_blueprint',
      `The category "${unencoded[0]}" is left unencoded by the steps`,
      {
        problems: [
          {
            field: `steps (${unencoded[0]})`,
            problem: 'leave a category',
            allowed: 'one_hot, target_encode, ordinal or drop',
          },
        ],
      },
    )
  }
  const names = features
    .filter(([, column]) => column.kind === 'number' || column.kind === 'boolean')
    .map(([name]) => name)
  if (names.length === 0) {
    throw new ClaimsError('no_features', 'No usable feature is left', {
      problems: [
        {
          field: 'columns',
          problem: 'give no feature',
          allowed: 'at least one numeric, categorical, date or text column that varies',
        },
      ],
    })
  }
  return { fitted: { steps: fitted, names }, matrix: toMatrix(frame, names) }
}

/** The matrix of rows that the first `done` of the steps have transformed already. */
export function finishFeatures(fitted: FittedFeatures, frame: Frame, done: number): Matrix {
  const further = fitted.steps.steps.slice(done)
  if (further.length === 0) return toMatrix(frame, fitted.names)
  const columns: Columns = new Map(frame.entries())
  for (const step of further) step.apply(columns, frame.rows)
  return toMatrix(Frame.fromColumns(columns), fitted.names)
}

function contextOf(blueprint: Blueprint, { random, groups }: FeatureTraining): FitStepsInput['context'] {
  return {
    roles: new Map(blueprint.columns.map((column) => [column.name, column.role])),
    random,
    ...(groups === undefined ? {} : { groups }),
  }
}

function modelSteps(capabilities: ClassifierCapabilities): StepSpecification[] {
  const steps: StepSpecification[] = []
  if (!capabilities.handlesMissing) {
    for (const columns of ['number', 'boolean'])
      steps.push({ kind: 'impute', parameters: { columns, strategy: 'median', missing_flags: true } })
  }
  if (capabilities.needsScaling) steps.push({ kind: 'standardize', parameters: { columns: 'number' } })
  return steps
}
