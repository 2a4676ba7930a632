import { ClaimsError, columnRoles, type Blueprint, type StepSpecification } from '@claims/contracts'
import { toMatrix, type Frame, type Matrix, type Random } from '@claims/frame'
import type { ClassifierCapabilities } from '@claims/models'
import { fitSteps, isFeatureColumn } from '@claims/preprocessing'
import { stepDefinitions, type FittedFeatures } from '@claims/scoring'

/** Rows that features are learnt on. */
export interface FeatureTraining {
  readonly frame: Frame
  readonly target: Uint8Array
  readonly groups?: Int32Array
  readonly random: Random
}

/** Raw columns that the steps may read: features and the event time, never identifiers, labels or sensitive columns. */
export function modelColumns(blueprint: Blueprint): readonly string[] {
  return blueprint.columns
    .filter((column) => columnRoles[column.role].stepsMayRead)
    .map((column) => column.name)
}

/**
 * Fits the blueprint's steps, then what the kind of model needs: imputing where it cannot read missing values, scaling
 * last where it wants one scale.
 *
 * @param blueprint its `steps` in order
 * @param capabilities of the kind of model
 * @param training the rows to learn from, and nothing else
 * @returns the fitted steps, and the matrix of the same rows with out-of-fold values where a step looks at the label
 * @throws ClaimsError `no_features` when nothing numeric is left; `invalid_blueprint` when a category is left unencoded
 */
export function fitFeatures(
  blueprint: Blueprint,
  capabilities: ClassifierCapabilities,
  training: FeatureTraining,
): { readonly fitted: FittedFeatures; readonly matrix: Matrix } {
  const roles = new Map(blueprint.columns.map((column) => [column.name, column.role]))
  const context = {
    roles,
    random: training.random,
    ...(training.groups === undefined ? {} : { groups: training.groups }),
  }
  const { fitted, frame } = fitSteps(stepDefinitions, [...blueprint.steps, ...modelSteps(capabilities)], {
    frame: training.frame.select(modelColumns(blueprint).filter((name) => training.frame.has(name))),
    target: training.target,
    context,
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

function modelSteps(capabilities: ClassifierCapabilities): StepSpecification[] {
  const steps: StepSpecification[] = []
  if (!capabilities.handlesMissing) {
    for (const columns of ['number', 'boolean'])
      steps.push({ kind: 'impute', parameters: { columns, strategy: 'median', missing_flags: true } })
  }
  if (capabilities.needsScaling) steps.push({ kind: 'standardize', parameters: { columns: 'number' } })
  return steps
}
