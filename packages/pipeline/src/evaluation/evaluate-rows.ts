import type { Blueprint, CostEvaluation, Evaluation, Policy, TestEvaluation } from '@claims/contracts'
import {
  checkConstraints,
  evaluateCost,
  evaluateProbabilities,
  fairness,
  globalImportance,
  type ColumnContributions,
} from '@claims/evaluation'
import { createRandom, type Frame, type Matrix } from '@claims/frame'
import type { Contributions } from '@claims/models'
import { columnContributions, type FittedPipeline, type PreparedRows } from '@claims/scoring'
import type { TestSampling } from './test-sampling.ts'

const explainedRows = 2000

/** Labelled rows that a pipeline was fitted and chosen without. */
export interface RowsToEvaluate {
  /** Features of the rows. */
  readonly prepared: PreparedRows
  /** Raw columns of the rows: those that the pipeline reads, and those of the groups. */
  readonly frame: Frame
  readonly target: Uint8Array
  /** How their intervals are drawn. */
  readonly sampling: TestSampling
}

/** What rows are measured by. */
export interface Measures {
  readonly pipeline: FittedPipeline
  readonly blueprint: Blueprint
  readonly policy: Policy
  /** Of the bootstrap, and of the sample that is explained. */
  readonly seed: number
}

/** Rows with their raw columns, their features and what those contribute to their scores. */
export interface ExplainedRows {
  readonly frame: Frame
  readonly matrix: Matrix
  readonly contributions: Contributions
  readonly byColumn: ColumnContributions
}

/** What rows say about a pipeline. */
export interface EvaluatedRows {
  readonly test: TestEvaluation
  readonly target: Uint8Array
  /** Calibrated, one per row. */
  readonly probability: Float64Array
  /** Null where the policy has no costs. */
  readonly cost: CostEvaluation | null
  readonly fairness: Evaluation['fairness']
  readonly constraints: Evaluation['selection']['constraints']
  readonly explanations: Evaluation['explanations']
  /** A seeded sample of the rows, explained; null where the pipeline explains nothing. */
  readonly explained: ExplainedRows | null
}

/**
 * Scores rows and measures the scores.
 *
 * @param rows labelled, none with an infinite feature
 * @param by pipeline, policy and seed
 * @returns metrics with intervals, and the probabilities that they are of
 * @throws ClaimsError `label_single_class`
 */
export function measureRows(
  { prepared, target, sampling }: Pick<RowsToEvaluate, 'prepared' | 'target' | 'sampling'>,
  { policy, seed }: Pick<Measures, 'policy' | 'seed'>,
): { readonly test: TestEvaluation; readonly probability: Float64Array } {
  const probability = prepared.probabilities()
  const threshold = policy.threshold.value
  const test = evaluateProbabilities({ target, probability, threshold, seed, ...sampling })
  return { test, probability }
}

/**
 * Everything that rows say about a pipeline: metrics, cost, constraints, groups, and what moves the scores.
 *
 * @param rows as {@link measureRows} takes them
 * @param by pipeline, policy, blueprint and seed
 * @throws as measureRows
 */
export function evaluateRows(rows: RowsToEvaluate, by: Measures): EvaluatedRows {
  const { frame, target } = rows
  const { pipeline, blueprint, policy, seed } = by
  const { test, probability } = measureRows(rows, by)
  const threshold = policy.threshold.value
  const { columns, minimum_group_rows: minimumRows } = blueprint.fairness
  const groups = frame.select(columns.filter((name) => frame.has(name)))
  const explained = explainSample(rows, by)
  return {
    test,
    target,
    probability,
    cost:
      policy.costs === null
        ? null
        : evaluateCost({
            target,
            probability,
            threshold,
            costs: policy.costs,
            seed,
            groups: rows.sampling.groups,
          }),
    fairness: fairness({ groups: new Map(groups.entries()), target, probability, threshold, minimumRows }),
    constraints: checkConstraints(test, blueprint.selection.constraints),
    explanations: {
      scale: scaleText(pipeline),
      rows: explained?.contributions.rows ?? 0,
      global: explained === null ? [] : globalImportance(explained.byColumn),
    },
    explained,
  }
}

function explainSample(
  { prepared, frame }: RowsToEvaluate,
  { pipeline, blueprint, seed }: Measures,
): ExplainedRows | null {
  const sample = sampleRows(frame.rows, seed)
  const some = prepared.take(sample)
  const contributions = some.contributions()
  if (contributions === null) return null
  const { featureNames, sources } = pipeline
  return {
    frame: frame.select(pipeline.inputs).take(sample),
    matrix: some.features,
    contributions,
    byColumn: columnContributions(contributions, { featureNames, sources, blueprint }),
  }
}

/** Places of the rows to explain, ascending. */
function sampleRows(rows: number, seed: number): Uint32Array {
  if (rows <= explainedRows) return Uint32Array.from({ length: rows }, (_, row) => row)
  return createRandom(seed).split('explained').permutation(rows).slice(0, explainedRows).sort()
}

/** The scale of contributions, for people. */
function scaleText({ kind, explains: { explains, contributionScale } }: FittedPipeline): string {
  if (explains === 'none') return `none: models of kind ${kind} explain no score`
  const unit = contributionScale === 'probability' ? 'probability' : 'log-odds'
  return `${explains === 'approximate' ? 'estimated, ' : ''}${unit} of the uncalibrated model, summed to raw columns`
}
