import { access, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import {
  bundleFormatVersion,
  ClaimsError,
  evaluationSchema,
  type Evaluation,
  type MeasuredOn,
} from '@claims/contracts'
import {
  cautionsOf,
  checkConstraints,
  evaluateCost,
  evaluateProbabilities,
  fairness,
  globalImportance,
  promotability,
  renderReport,
} from '@claims/evaluation'
import { createRandom } from '@claims/frame'
import { canonicalJson, parseBundleFile, type Bundle } from '@claims/registry'
import { readTrainingRows } from './read-training-rows.ts'
import { prepareTrainingData, readChecked, type TrainingData } from './read-training-data.ts'
import { dependenceOf, periodOf, type ExplainedRows } from './report-input.ts'
import type { ExplainingScorer } from './scorer.ts'
import { knownRows } from './training-rows.ts'
import { writeFileAtomic } from './write-file-atomic.ts'

const explainedRows = 2000

/** How to evaluate a file. */
export interface EvaluateFileOptions {
  /** Labelled data file. */
  readonly data: string
  /** The scorer's bundle: how it was chosen, and which rows it was fitted on. */
  readonly bundle: Bundle
  readonly seed: number
  readonly now: Date
  /** Directory for `evaluation.json` and `report.html`; no bundle. */
  readonly out?: string
  readonly signal?: AbortSignal
}

/**
 * Scores a labelled file, measures the scores, and looks how many of its rows the model was fitted on: figures on rows
 * that it knows are no test, and the first warning says so.
 *
 * @param scorer of the bundle
 * @param options file, bundle, seed of the bootstrap
 * @returns the bundle's evaluation with everything that is measured on test rows measured on the file instead
 * @throws ClaimsError reading and label errors; `already_exists` when `out` is a bundle; `damaged_bundle`
 */
export async function evaluateFile(
  scorer: ExplainingScorer,
  options: EvaluateFileOptions,
): Promise<Evaluation> {
  const { blueprint } = scorer.manifest
  const { now, seed, signal, bundle } = options
  if (options.out !== undefined) await requireNoBundle(options.out)
  const trained = parseBundleFile(
    evaluationSchema,
    await bundle.readJson('evaluation.json'),
    'evaluation.json',
  )
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
  const { costs } = scorer.policy
  const test = {
    ...evaluateProbabilities({ target, probability, threshold, seed }),
    note: `${data.lineage.source}, scored by a model trained earlier`,
  }
  const constraints = checkConstraints(test, blueprint.selection.constraints)
  const cost = costs === null ? null : evaluateCost({ target, probability, threshold, costs })
  const measured = await measuredOn(bundle, data)
  const { ok, reasons } = promotability({
    test,
    constraints,
    cost,
    out_of_time: null,
    findings: trained.leakage.findings,
    measured_on: measured,
    gate: data.report.gate,
  })
  const explained = explainSample(scorer, data, seed)
  const attribution = { featureNames: scorer.features.names, sources: scorer.features.sources, blueprint }
  const global = globalImportance(explained.contributions, attribution)
  const groups = data.frame.select(blueprint.fairness.columns.filter((name) => data.frame.has(name)))
  const unlabelled = data.rejectedRows - data.report.rejected_rows
  const measuredFile: Evaluation = {
    ...trained,
    format_version: bundleFormatVersion,
    rows: data.frame.rows,
    seed,
    measured_on: measured,
    test,
    selection: { ...trained.selection, constraints, promotable: ok, reasons: [...reasons] },
    learned: test.metrics.roc_auc.lower > 0.5,
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
    explanations: { ...trained.explanations, rows: explained.frame.rows, global },
    timings_seconds: {},
    warnings: unlabelled > 0 ? [`${String(unlabelled)} rows without a label were left out.`] : [],
  }
  const warnings = cautionsOf(measuredFile, data.report).map(({ text }) => text)
  const evaluation = { ...measuredFile, warnings }
  if (options.out === undefined) return evaluation
  const report = await renderReport({
    evaluation,
    blueprint: { ...blueprint, costs },
    dataset: {
      source: data.lineage.source,
      rows: data.lineage.rows,
      rejectedRows: data.rejectedRows,
      positives: test.positives,
      period: periodOf(data.times),
    },
    test: { target, probability },
    validation: data.report,
    dependence: dependenceOf(explained, { ...attribution, leading: global }),
    createdAt: now.toISOString(),
  })
  await mkdir(options.out, { recursive: true })
  await writeFileAtomic(join(options.out, 'evaluation.json'), canonicalJson(evaluation))
  await writeFileAtomic(join(options.out, 'report.html'), report)
  return evaluation
}

async function measuredOn(bundle: Bundle, { lineage, inputs }: TrainingData): Promise<MeasuredOn> {
  const rows = await readTrainingRows(bundle)
  const names = bundle.manifest.input_schema.map(({ name }) => name)
  return {
    kind: 'file',
    source: lineage.source,
    training_file: lineage.sha256 === bundle.manifest.data.sha256,
    known_rows: rows === null ? null : knownRows(rows, inputs, names),
  }
}

/** Files of a bundle are checked by their hashes: one more or another one would make it unusable. */
async function requireNoBundle(directory: string): Promise<void> {
  try {
    await access(join(directory, 'manifest.json'))
  } catch {
    return
  }
  throw new ClaimsError(
    'already_exists',
    `${directory} is a bundle; an evaluation beside its files would damage it`,
    {
      problems: [{ field: 'out', problem: 'is a bundle', allowed: 'another directory' }],
    },
  )
}

function explainSample(scorer: ExplainingScorer, data: TrainingData, seed: number): ExplainedRows {
  const rows = createRandom(seed)
    .split('explained')
    .permutation(data.frame.rows)
    .slice(0, explainedRows)
    .sort()
  const frame = data.inputs.take(rows)
  return { frame, ...scorer.explain(frame) }
}
