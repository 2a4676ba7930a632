import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  bundleFormatVersion,
  canonicalJson,
  requireBundleFile,
  type Evaluation,
  type Manifest,
} from '@claims/contracts'
import { renderModelCard, renderReport } from '@claims/evaluation'
import { outputError } from '@claims/ingestion'
import { writeBundle } from '@claims/registry'
import { seenValues } from '@claims/scoring'
import { assembleEvaluation } from './assemble-evaluation.ts'
import { hasSystemCall, quarantineOf, type TrainingOutput } from './require-training-output.ts'
import { referenceProfile } from './reference-profile.ts'
import { reportInput } from './report-input.ts'
import { takeTarget, takeValues } from '../data/take-rows.ts'
import type { TrainedParts } from './trained-parts.ts'
import { writeRejected } from './write-rejected.ts'
import { encodeTestPredictions, testPredictionsFile } from './test-predictions-file.ts'
import { testPredictionsOf } from './test-predictions.ts'
import { encodeTrainingRows, trainingRowsFile } from './training-rows.ts'

/**
 * Writes the bundle in one atomic step, and rejected rows beside it.
 *
 * @param places where the bundle goes, an earlier one is replaced whole; and rejected rows
 * @param parts what training came to
 * @throws ClaimsError `already_exists` when the directory is no bundle, `unreadable_file` when there is no space
 */
export async function writeTrainedBundle(
  places: TrainingOutput,
  parts: TrainedParts,
): Promise<{ manifest: Manifest; evaluation: Evaluation; quarantine: string | null }> {
  const { options, data, split, chosen, fitted, pipeline } = parts
  const trainInputs = data.inputs.take(split.train)
  const profile = referenceProfile({
    inputs: trainInputs,
    features: fitted.matrix,
    target: takeTarget(data.target, split.train),
    score: takeValues(chosen.calibrated, split.train),
  })
  const evaluation = assembleEvaluation({ ...parts, seed: options.seed, timings: parts.seconds() })
  const input = reportInput(parts, evaluation)
  const report = await renderReport(input)
  const card = renderModelCard(input)
  const { rows, testKnown } = await parts.trainingRows
  const json: Record<string, unknown> = {
    'policy.json': chosen.policy,
    'reference-profile.json': profile,
    'seen-values.json': seenValues(trainInputs, { sha256: data.lineage.sha256, seed: options.seed }),
    'evaluation.json': evaluation,
  }
  const libraries = await chosen.selected.definition.libraries()
  const fill = async (temporary: string): Promise<Omit<Manifest, 'files'>> => {
    await mkdir(join(temporary, 'model'))
    for (const [name, value] of Object.entries(json))
      await writeFile(join(temporary, name), canonicalJson(requireBundleFile(name, value)))
    for (const [name, bytes] of await pipeline.save()) await writeFile(join(temporary, name), bytes)
    await writeFile(join(temporary, 'report.html'), report)
    await writeFile(join(temporary, 'model-card.md'), card)
    await writeFile(join(temporary, trainingRowsFile), encodeTrainingRows(rows))
    await writeFile(
      join(temporary, testPredictionsFile),
      encodeTestPredictions(testPredictionsOf({ ...parts, testKnown })),
    )
    return manifestFacts(parts, evaluation, libraries)
  }
  const overwrite = options.output?.overwrite === true
  const manifest = await writeBundle(places.bundle, fill, { overwrite }).catch((error: unknown) => {
    throw hasSystemCall(error) ? outputError(error, places.bundle) : error
  })
  const rejected = await writeRejected(places, data, options.output)
  return { manifest, evaluation, quarantine: rejected > 0 ? quarantineOf(options) : null }
}

function manifestFacts(
  { options, createdAt, data, chosen, pipeline }: TrainedParts,
  evaluation: Evaluation,
  libraries: Readonly<Record<string, string>>,
): Omit<Manifest, 'files'> {
  const { blueprint } = data
  const auc = evaluation.test.metrics.roc_auc
  return {
    format_version: bundleFormatVersion,
    name: blueprint.name,
    blueprint,
    input_schema: data.inputs.names.map((name) => {
      const column = blueprint.columns.find((each) => each.name === name)
      return { name, type: column?.type ?? 'text', required: column?.required ?? false }
    }),
    features: pipeline.featureNames.map((name) => ({
      name,
      sources: [...(pipeline.sources.get(name) ?? [name])],
    })),
    model: { kind: chosen.selected.candidate.kind, candidate: chosen.selected.candidate.name },
    library_versions: { node: process.versions.node, ...libraries },
    data: {
      source: data.lineage.source,
      sha256: data.lineage.sha256,
      rows: data.lineage.rows,
      rejected_rows: data.rejectedRows,
      positives: data.target.reduce((sum, value) => sum + value, 0),
    },
    label_maturity: data.maturity,
    seed: options.seed,
    product: options.product ?? null,
    data_commit: options.dataCommit ?? null,
    created_at: createdAt.toISOString(),
    headline: {
      roc_auc: auc.value,
      roc_auc_lower: auc.lower,
      roc_auc_upper: auc.upper,
      promotable: evaluation.selection.promotable,
      reasons: evaluation.selection.reasons,
      reason_kinds: evaluation.selection.reason_kinds,
    },
  }
}
