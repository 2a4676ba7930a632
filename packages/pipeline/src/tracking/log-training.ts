import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Evaluation, Manifest } from '@claims/contracts'
import { sha256 } from '@claims/contracts/files'
import { modelFileContent, type ActiveRun, type ModelContent } from '@claims/mlflow'
import type { PortableModel } from '@claims/models'
import type { TrainResult } from '../train.ts'
import { datasetOf } from './dataset-of.ts'
import { evaluationMetrics } from './evaluation-metrics.ts'
import { firstCharacters } from './first-characters.ts'
import type { PlainNames } from './plain-names.ts'

const longestParam = 500
const longestTag = 8000

/**
 * Logs what a training came to: params, metrics, data set, bundle and model.
 *
 * @param run at MLflow
 * @param result of the training
 * @param how the names that MLflow takes, and the name to register the model under
 * @returns the version at MLflow, when one was registered and the server answered
 */
export async function logTraining(
  run: ActiveRun,
  { directory, manifest, evaluation, blueprint, portable }: TrainResult,
  { names, register }: { readonly names: PlainNames; readonly register?: string | undefined },
): Promise<string | undefined> {
  await run.logParams(renamed(paramsOf(manifest, evaluation), names))
  const metrics = renamed(evaluationMetrics(evaluation), names)
  await run.setTags({
    'claims.blueprint': manifest.name,
    'claims.data_sha256': manifest.data.sha256,
    'claims.promotable': String(evaluation.selection.promotable),
    'mlflow.note.content': shortened(noteOf(manifest, evaluation)),
    ...(names.changed().size > 0 && {
      'claims.renamed': shortened(JSON.stringify(Object.fromEntries(names.changed()))),
    }),
  })
  await run.logInputs([datasetOf(manifest, blueprint)])
  await run.logMetrics(metrics)
  await run.logArtifacts(directory, 'bundle')
  await run.logModel({ model: modelOf(directory, manifest, portable), modelType: manifest.model.kind })
  if (register === undefined) return undefined
  const version = await run.registerModel({
    name: register,
    tags: {
      'claims.manifest_sha256': sha256(await readFile(join(directory, 'manifest.json'))),
      'claims.data_sha256': manifest.data.sha256,
      'claims.blueprint': manifest.name,
    },
  })
  return version?.version
}

/** Params of a training at MLflow. */
export function paramsOf(manifest: Manifest, evaluation: Evaluation): Record<string, string> {
  const { split, selection, threshold, candidates } = evaluation
  const parameters = candidates.flatMap(({ name, parameters: given }) =>
    Object.entries(given).map(([key, value]): [string, unknown] => [`${name}.${key}`, value]),
  )
  const params: Record<string, unknown> = {
    blueprint: manifest.name,
    label: evaluation.label,
    positive: evaluation.positive,
    model: manifest.model.candidate,
    model_kind: manifest.model.kind,
    features: manifest.features.length,
    split: split.kind,
    split_cutoff: split.cutoff,
    train_rows: split.train_rows,
    test_rows: split.test_rows,
    data_rows: manifest.data.rows,
    data_rejected_rows: manifest.data.rejected_rows,
    data_sha256: manifest.data.sha256,
    product_version: manifest.product?.version ?? null,
    product_commit: manifest.product?.commit ?? null,
    data_commit: manifest.data_commit,
    selection_metric: selection.metric,
    threshold_rule: threshold.rule,
    ...Object.fromEntries(
      Object.entries(manifest.library_versions).map(([key, value]) => [`version.${key}`, value]),
    ),
    ...Object.fromEntries(parameters),
  }
  return Object.fromEntries(
    Object.entries(params).map(([key, value]) => [key, textOf(value).slice(0, longestParam)]),
  )
}

/** Values under the names that MLflow takes. */
export function renamed<T>(values: Readonly<Record<string, T>>, names: PlainNames): Record<string, T> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [names.of(name), value]))
}

/** MLflow takes tags of at most 8,000 characters. */
function shortened(text: string): string {
  return text.length <= longestTag ? text : `${firstCharacters(text, longestTag - 1)}…`
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** What the page of the run says first, as Markdown. */
function noteOf(manifest: Manifest, { test, cost, selection, warnings }: Evaluation): string {
  const auc = test.metrics.roc_auc
  return [
    `**${manifest.model.candidate}** (${manifest.model.kind}) on ${manifest.data.rows.toLocaleString('en')} rows of \`${manifest.data.source}\``,
    '',
    `- test AUC ${auc.value.toFixed(3)} (${auc.lower.toFixed(3)} to ${auc.upper.toFixed(3)}) on ${test.rows.toLocaleString('en')} rows that nothing was fitted or chosen on`,
    costLine(cost),
    `- promotable: ${selection.promotable ? 'yes' : 'no'}`,
    ...warnings.map((warning) => `- careful: ${warning}`),
    '',
    'The report is the artifact `bundle/report.html`, the model card `bundle/model-card.md`.',
  ].join('\n')
}

function costLine(cost: Evaluation['cost']): string {
  if (cost === null) return '- no costs were given, so nothing is said in money'
  const money = (amount: number): string =>
    `${Math.round(amount).toLocaleString('en')} ${cost.currency ?? ''}`.trim()
  return `- the policy costs ${money(cost.total)}; the cheaper baseline (${cost.baseline.replace('_', ' ')}) ${money(cost.baseline_total)}`
}

/**
 * The model as MLflow loads it: the flavour `claims` is the whole bundle, from rows of the file to decisions; that of the
 * kind of model, where it has one, is the model alone, from features to the uncalibrated probability.
 */
export function modelOf(directory: string, manifest: Manifest, portable: PortableModel | null): ModelContent {
  const claims = { bundle: 'bundle', format_version: manifest.format_version, name: manifest.name }
  const bundle = { path: directory }
  if (portable === null)
    return {
      flavors: { claims },
      files: { bundle },
      metadata: { data_sha256: manifest.data.sha256 },
    }
  const { flavour, file, format, version, inputs } = portable
  const { flavors, files, ...native } = modelFileContent({
    ...{ flavour, format, version },
    model: { path: join(directory, file) },
  })
  return {
    ...native,
    flavors: { ...flavors, claims },
    files: { ...files, bundle },
    metadata: {
      data_sha256: manifest.data.sha256,
      output: `the flavour ${flavour} answers probabilities before calibration; the flavour claims holds the calibrator and the policy`,
    },
    signature: {
      inputs: inputs.map((name) => ({ name, type: 'float', required: true })),
      outputs: [{ type: 'tensor', dtype: 'float32', shape: [-1] }],
    },
  }
}
