import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Blueprint, Evaluation, Reading } from '@claims/contracts'
import {
  checkConstraints,
  dependence,
  evaluateCost,
  evaluateProbabilities,
  fairness,
  renderReport,
  type ReportInput,
} from '@claims/evaluation'
import { createRandom } from '@claims/frame'
import { requireOutputFolder, type OutputRules } from '@claims/ingestion'
import { canonicalJson } from '@claims/registry'
import { prepareTrainingData, readChecked, type TrainingData } from './read-training-data.ts'
import { periodOf, picturedColumns } from './report-input.ts'
import type { ExplainingScorer } from './scorer.ts'
import { writeFileAtomic } from './write-file-atomic.ts'

const explainedRows = 2000
const writtenFiles = ['evaluation.json', 'report.html'] as const

/** How to evaluate a file. */
export interface EvaluateFileOptions {
  /** Labelled data file. */
  readonly data: string
  /** The bundle's own evaluation: what the model was trained on and how it was chosen. */
  readonly trained: Evaluation
  readonly seed: number
  readonly now: Date
  /** Directory for `evaluation.json` and `report.html`. */
  readonly out?: string
  /** What may be replaced in `out`; by default nothing that holds something. */
  readonly output?: OutputRules
  /** How the file is written, where it differs from what the blueprint says. */
  readonly reading?: Reading
  readonly signal?: AbortSignal
}

/**
 * Scores a labelled file and measures the scores. Warns where it is the file that the model was trained on; whether the
 * model knows rows of another file is for the caller to know.
 *
 * @param scorer a loaded bundle
 * @param options file, the bundle's evaluation, seed of the bootstrap
 * @returns the bundle's evaluation with everything that is measured on test rows measured on the file instead
 * @throws ClaimsError `output_refused` before anything is read; reading and label errors
 */
export async function evaluateFile(
  scorer: ExplainingScorer,
  options: EvaluateFileOptions,
): Promise<Evaluation> {
  const { now, output = {}, seed, signal, trained } = options
  const blueprint = readAs(scorer.manifest.blueprint, options.reading)
  if (options.out !== undefined)
    await requireOutputFolder(options.out, writtenFiles, {
      ...output,
      inputs: [options.data, ...(output.inputs ?? [])],
    })
  const data = prepareTrainingData(
    await readChecked(
      options.data,
      { blueprint },
      { now, purpose: 'training', ...(signal === undefined ? {} : { signal }) },
    ),
  )
  const { target } = data
  const probability = scorer.probabilities(data.inputs)
  const threshold = scorer.policy.threshold.value
  const test = evaluateProbabilities({ target, probability, threshold, seed })
  const constraints = checkConstraints(test, blueprint.selection.constraints)
  const cost = evaluateCost({ target, probability, threshold, costs: scorer.policy.costs })
  const learned = test.metrics.roc_auc.lower > 0.5
  const explained = explainSample(scorer, data, seed)
  const groups = data.frame.select(blueprint.fairness.columns.filter((name) => data.frame.has(name)))
  const evaluation: Evaluation = {
    ...trained,
    rows: data.frame.rows,
    seed,
    test: { ...test, note: `${data.lineage.source}, scored by a model trained earlier` },
    selection: {
      ...trained.selection,
      constraints,
      promotable: learned && cost.saved > 0 && constraints.every(({ met }) => met),
    },
    learned,
    out_of_time: null,
    out_of_time_reason: 'this evaluation is about one file',
    external_test: null,
    best_possible: null,
    cost,
    fairness: fairness({
      groups: new Map(groups.entries()),
      target,
      probability,
      threshold,
      minimumRows: blueprint.fairness.minimum_group_rows,
    }),
    explanations: { ...trained.explanations, rows: explained.frame.rows, global: explained.global },
    timings_seconds: {},
    warnings: [
      ...(data.lineage.sha256 === scorer.manifest.data.sha256
        ? ['The model was trained on this very file: expect less on rows that it has not seen.']
        : []),
      ...(learned ? [] : ['The interval of the AUC on this file contains 0.5, which is what guessing gets.']),
      ...(data.rejectedRows > 0
        ? [
            `${String(data.rejectedRows)} of ${String(data.lineage.rows)} rows were rejected by the checks and not used.`,
          ]
        : []),
    ],
  }
  if (options.out !== undefined) {
    const input: ReportInput = {
      evaluation,
      blueprint,
      dataset: {
        source: data.lineage.source,
        rows: data.lineage.rows,
        rejectedRows: data.rejectedRows,
        positives: test.positives,
        period: periodOf(data.times),
      },
      test: { target, probability },
      validation: data.report,
      dependence: explained.global.slice(0, picturedColumns).flatMap(({ feature }) => {
        const contributions = explained.byColumn.get(feature)
        return contributions === undefined || !explained.frame.has(feature)
          ? []
          : [dependence({ feature, column: explained.frame.column(feature), contributions })]
      }),
      createdAt: now.toISOString(),
    }
    await mkdir(options.out, { recursive: true })
    const [evaluationFile, reportFile] = writtenFiles
    await writeFileAtomic(join(options.out, evaluationFile), canonicalJson(evaluation), output)
    await writeFileAtomic(join(options.out, reportFile), await renderReport(input), output)
  }
  return evaluation
}

function readAs(blueprint: Blueprint, reading: Reading | undefined): Blueprint {
  return reading === undefined ? blueprint : { ...blueprint, reading: { ...blueprint.reading, ...reading } }
}

function explainSample(
  scorer: ExplainingScorer,
  data: TrainingData,
  seed: number,
): {
  frame: TrainingData['inputs']
  byColumn: ReadonlyMap<string, Float64Array>
  global: Evaluation['explanations']['global']
} {
  const rows = createRandom(seed)
    .split('explained')
    .permutation(data.frame.rows)
    .slice(0, explainedRows)
    .sort()
  const frame = data.inputs.take(rows)
  const byColumn = scorer.contributionsByColumn(frame)
  const means = [...byColumn].map(([feature, values]) => ({
    feature,
    mean: values.reduce((sum, value) => sum + Math.abs(value), 0) / Math.max(values.length, 1),
  }))
  const total = means.reduce((sum, { mean }) => sum + mean, 0)
  const global = means
    .sort((a, b) => b.mean - a.mean || (a.feature < b.feature ? -1 : 1))
    .map(({ feature, mean }) => ({
      feature,
      mean_absolute_contribution: mean,
      share: total === 0 ? 0 : mean / total,
    }))
  return { frame, byColumn, global }
}
