import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type Blueprint,
  type BundleFiles,
  bundleFormatVersion,
  canonicalJson,
  type DataWarning,
  type Evaluation,
  evaluationSchema,
  type MeasuredOn,
  readBundleFile,
  type Reading,
} from '@claims/contracts'
import { cautionsOf, promotability, renderReport } from '@claims/evaluation'
import {
  dataSource,
  requireOutputFolder,
  writeFileAtomic,
  type DataSource,
  type OutputRules,
} from '@claims/ingestion'
import { createScoringSummary, type Scorer } from '@claims/scoring'
import { evaluateRows } from './evaluation/evaluate-rows.ts'
import { prepareRows } from './evaluation/prepare-rows.ts'
import { readTrainingRows } from './bundle/read-training-rows.ts'
import { prepareTrainingData, readChecked, type TrainingData } from './data/read-training-data.ts'
import { dependenceOf, periodOf } from './bundle/report-input.ts'
import { knownRows } from './bundle/training-rows.ts'
import { immatureTexts } from './data/label-maturity.ts'
import { rejectionTexts } from './data/rejection-texts.ts'

const writtenFiles = ['evaluation.json', 'report.html'] as const

/** How to evaluate a file. */
export interface EvaluateFileOptions {
  /** Labelled rows: a source, or the path of a file. */
  readonly data: string | DataSource
  /** The scorer's bundle: how it was chosen, and which rows it was fitted on. */
  readonly bundle: BundleFiles
  readonly seed: number
  readonly now: Date
  /** Day on which the labels of the file were taken; that of `now` where absent. */
  readonly asOf?: Date | undefined
  /** Directory for `evaluation.json` and `report.html`; no bundle. */
  readonly out?: string | undefined
  /** What may be replaced in `out`; by default nothing that holds something. */
  readonly output?: OutputRules | undefined
  /** How the file is written, where it differs from what the blueprint says. */
  readonly reading?: Reading | undefined
  readonly signal?: AbortSignal | undefined
}

/** What evaluating a file came to. */
export interface EvaluatedFile {
  /** The bundle's evaluation with everything that is measured on test rows measured on the file instead. */
  readonly evaluation: Evaluation
  /** What is worth knowing about the file: one entry per rule and field. */
  readonly warnings: readonly DataWarning[]
}

/**
 * Scores a labelled file, measures the scores, and looks how many of its rows the model was fitted on: figures on rows
 * that it knows are no test, and the first warning says so.
 *
 * @param scorer of the bundle
 * @param options file, bundle, seed of the bootstrap
 * @returns the evaluation, and warnings about the file
 * @throws ClaimsError `output_refused` before anything is read; reading and label errors; `damaged_bundle`
 */
export async function evaluateFile(scorer: Scorer, options: EvaluateFileOptions): Promise<EvaluatedFile> {
  const { now, output = {}, seed, signal, bundle } = options
  const blueprint = readAs(scorer.manifest.blueprint, options.reading)
  if (options.out !== undefined)
    await requireOutputFolder(options.out, writtenFiles, {
      ...output,
      inputs: [...dataSource(options.data).files, ...(output.inputs ?? [])],
    })
  const trained = await readBundleFile(bundle, 'evaluation.json', evaluationSchema)
  const accepted = prepareTrainingData(
    await readChecked(options.data, { blueprint }, { now, asOf: options.asOf, purpose: 'training', signal }),
  )
  const { pipeline, policy } = scorer
  const { data, rows } = prepareRows(accepted, pipeline)
  const evaluated = evaluateRows(rows, { pipeline, policy, blueprint, seed })
  const { target, probability, cost, constraints, explained } = evaluated
  const note = `${data.lineage.source}, scored by a model trained earlier`
  const test = { ...evaluated.test, note }
  const measured = await measuredOn(bundle, data)
  const { ok, reasons, kinds, certainty } = promotability({
    test,
    constraints,
    cost,
    out_of_time: null,
    findings: trained.leakage.findings,
    measured_on: measured,
    gate: data.report.gate,
  })
  const measuredFile: Evaluation = {
    ...trained,
    format_version: bundleFormatVersion,
    rows: data.frame.rows,
    label_maturity: data.maturity,
    seed,
    measured_on: measured,
    test,
    decisions: scorer.policy.decisions,
    selection: {
      ...trained.selection,
      ...{ constraints, promotable: ok, reasons: [...reasons], reason_kinds: [...kinds], certainty },
    },
    learned: test.metrics.roc_auc.lower > 0.5,
    out_of_time: null,
    out_of_time_reason: 'this evaluation is about one file',
    external_test: null,
    best_possible: null,
    cost,
    fairness: evaluated.fairness,
    explanations: evaluated.explanations,
    timings_seconds: {},
    warnings: [...immatureTexts(data.warnings), ...rejectionTexts(data.warnings)],
  }
  const warnings = cautionsOf(measuredFile, data.report).map(({ text }) => text)
  const evaluation = { ...measuredFile, warnings }
  const result = { evaluation, warnings: [...data.warnings, ...noveltyWarnings(scorer, data, now)] }
  if (options.out === undefined) return result
  const report = await renderReport({
    evaluation,
    blueprint: { ...blueprint, costs: policy.costs },
    dataset: {
      source: data.lineage.source,
      rows: data.lineage.rows,
      rejectedRows: data.rejectedRows,
      immatureRows: data.maturity?.immature_rows ?? 0,
      positives: test.positives,
      period: periodOf(data.times),
    },
    test: { target, probability },
    validation: data.report,
    dependence: dependenceOf(explained, pipeline, evaluation.explanations.global),
    contributionScale: pipeline.explains.contributionScale,
    createdAt: now.toISOString(),
  })
  await mkdir(options.out, { recursive: true })
  const written = { ...output, signal }
  const [evaluationFile, reportFile] = writtenFiles
  await writeFileAtomic(join(options.out, evaluationFile), canonicalJson(evaluation), written)
  await writeFileAtomic(join(options.out, reportFile), report, written)
  return result
}

/** What is new in the accepted rows, and whether that can be told at all. */
function noveltyWarnings(scorer: Scorer, data: TrainingData, now: Date): DataWarning[] {
  const summary = createScoringSummary(scorer.novelty)
  summary.add({
    rows: data.frame.rows,
    validation: { counts: [], findings: [] },
    rejections: [],
    novelty: scorer.novelty?.inspect(data.inputs, now.getTime()),
  })
  const absent = new Set(
    data.warnings.filter(({ code }) => code === 'absent_column').map(({ field }) => field),
  )
  return summary.warnings().filter(({ code, field }) => code !== 'absent_column' || !absent.has(field))
}

async function measuredOn(bundle: BundleFiles, { lineage, inputs }: TrainingData): Promise<MeasuredOn> {
  const rows = await readTrainingRows(bundle)
  const names = bundle.manifest.input_schema.map(({ name }) => name)
  return {
    kind: 'file',
    source: lineage.source,
    sha256: lineage.sha256,
    manifest_sha256: bundle.manifestSha256,
    training_file: lineage.sha256 === bundle.manifest.data.sha256,
    known_rows: rows === null ? null : knownRows(rows, inputs, names),
  }
}

function readAs(blueprint: Blueprint, reading: Reading | undefined): Blueprint {
  return reading === undefined ? blueprint : { ...blueprint, reading: { ...blueprint.reading, ...reading } }
}
