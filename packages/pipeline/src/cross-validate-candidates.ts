import {
  ClaimsError,
  type Blueprint,
  type Candidate,
  type CandidateEvaluation,
  type MetricName,
  type ProgressListener,
} from '@claims/contracts'
import {
  averagePrecisionOfSorted,
  brier,
  logLoss,
  rocAucOfSorted,
  sortScores,
  summarizeFolds,
  type SortedScores,
} from '@claims/evaluation'
import {
  crossValidate,
  findDefinition,
  testShareOf,
  type ClassifierDefinition,
  type ModelCatalog,
  type Split,
} from '@claims/models'
import { fitCandidate } from './fit-candidate.ts'
import type { TrainingData } from './read-training-data.ts'
import { takeTarget, takeValues } from './take-rows.ts'

/** A candidate with its out-of-fold predictions. */
export interface CrossValidated {
  readonly candidate: Candidate
  readonly definition: ClassifierDefinition
  readonly evaluation: Omit<CandidateEvaluation, 'selected'>
  /** Uncalibrated, length of all rows, NaN where a row was in no test fold. */
  readonly outOfFold: Float64Array
  /** Mean of the folds' rounds where the model stopped early, else undefined. */
  readonly rounds: number | undefined
}

/** How to cross-validate. */
export interface CrossValidation {
  readonly blueprint: Blueprint
  readonly catalog: ModelCatalog
  /** Rows are rows of the training data. */
  readonly splits: readonly Split[]
  readonly seed: number
  readonly threads: number
  readonly clock: () => number
  readonly signal?: AbortSignal
  readonly onProgress?: ProgressListener
}

interface ScoredFold {
  readonly target: Uint8Array
  readonly probability: Float64Array
  readonly sorted: SortedScores
}

const foldMetrics: readonly [MetricName, (fold: ScoredFold) => number][] = [
  ['roc_auc', ({ sorted }) => rocAucOfSorted(sorted)],
  ['average_precision', ({ sorted }) => averagePrecisionOfSorted(sorted)],
  ['log_loss', ({ target, probability }) => logLoss(target, probability)],
  ['brier', ({ target, probability }) => brier(target, probability)],
]

/**
 * Cross-validates every candidate of the blueprint on the same folds. Steps, encoders, early stopping and model are
 * fitted inside each fold on its training rows alone.
 *
 * @param data all accepted rows
 * @param how folds, catalog, seed
 * @returns one result per candidate, in the blueprint's order
 * @throws ClaimsError `invalid_blueprint` for an unknown kind; what fitting throws
 */
export async function crossValidateCandidates(
  data: TrainingData,
  how: CrossValidation,
): Promise<CrossValidated[]> {
  const results: CrossValidated[] = []
  const total = how.blueprint.candidates.length * how.splits.length
  for (const candidate of how.blueprint.candidates) {
    const definition = definitionOf(how.catalog, candidate)
    const started = how.clock()
    const usesValidation = definition.create(candidate.parameters).usesValidation
    const done = results.length * how.splits.length
    const { predictions, folds } = await crossValidate({
      splits: how.splits,
      target: data.target,
      ...(how.signal === undefined ? {} : { signal: how.signal }),
      onProgress: (fold) =>
        how.onProgress?.({
          kind: 'progress',
          stage: 'cross_validation',
          done: done + fold,
          total,
          unit: 'folds',
        }),
      fit: async (train, fold) => {
        const fitted = await fitCandidate(data, train, {
          blueprint: how.blueprint,
          candidate,
          definition,
          seed: how.seed,
          threads: how.threads,
          purpose: `fold-${String(fold)}`,
          onMetric: ({ name, value, round }) =>
            how.onProgress?.({
              kind: 'metric',
              name: `${candidate.name}.fold_${String(fold)}.${name}`,
              value,
              step: round,
            }),
          ...(how.signal === undefined ? {} : { signal: how.signal }),
        })
        return {
          predict: fitted.predict,
          rounds: fitted.model.rounds,
          dispose: () => {
            fitted.model.dispose()
          },
        }
      },
    })
    const rounds = folds.map((fold) => fold.rounds ?? 0)
    const summary = summarize(data, predictions, how.splits)
    for (const [metric, measured] of Object.entries(summary.metrics))
      for (const [step, value] of (measured?.folds ?? []).entries())
        how.onProgress?.({ kind: 'metric', name: `${candidate.name}.${metric}`, value, step })
    results.push({
      candidate,
      definition,
      outOfFold: predictions,
      rounds: usesValidation
        ? Math.max(1, Math.round(rounds.reduce((a, b) => a + b, 0) / rounds.length))
        : undefined,
      evaluation: {
        name: candidate.name,
        kind: candidate.kind,
        parameters: candidate.parameters,
        cross_validation: summary,
        fit_seconds: (how.clock() - started) / 1000,
      },
    })
  }
  return results
}

function summarize(
  data: TrainingData,
  predictions: Float64Array,
  splits: readonly Split[],
): CandidateEvaluation['cross_validation'] {
  const metrics: CandidateEvaluation['cross_validation']['metrics'] = {}
  const testShare = testShareOf(splits)
  let intervals = { method: '', level: 0.95 }
  const scored = splits.map(({ test }): ScoredFold => {
    const target = takeTarget(data.target, test)
    const probability = takeValues(predictions, test)
    return { target, probability, sorted: sortScores(target, probability) }
  })
  for (const [name, metric] of foldMetrics) {
    const folds = scored.map(metric)
    const summary = summarizeFolds(folds, { testShare })
    intervals = summary.intervals
    // The t interval knows no bounds; the metrics do.
    const highest = name === 'log_loss' ? Infinity : 1
    metrics[name] = {
      value: summary.value,
      lower: Math.max(0, summary.lower),
      upper: Math.min(highest, summary.upper),
      folds,
    }
  }
  return { folds: splits.length, intervals, metrics }
}

function definitionOf(catalog: ModelCatalog, candidate: Candidate): ClassifierDefinition {
  const definition = findDefinition(catalog, candidate.kind)
  if (definition === undefined) {
    const allowed = catalog.map(({ kind }) => kind).join(', ')
    throw new ClaimsError(
      'invalid_blueprint',
      `There is no model of kind "${candidate.kind}"; there are ${allowed}`,
      {
        problems: [
          { field: `candidates.${candidate.name}.kind`, problem: `"${candidate.kind}" is unknown`, allowed },
        ],
      },
    )
  }
  return definition
}
