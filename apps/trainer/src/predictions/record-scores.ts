import { ClaimsError, type PredictionRecord } from '@claims/contracts'
import type { RecordRows } from '@claims/pipeline'
import { createPredictionRecorder, frameInputs, type RecordedModel } from '@claims/predictions'
import { isMlflowReference, openBundle, parseModelReference, type Bundle } from '@claims/registry'
import { loadScorer, type Scorer } from '@claims/scoring'
import type { ScoreCommandOptions } from '../command-options.ts'
import { modelCatalog } from '../model-catalog.ts'
import { requireOneModel, resolveAtMlflow, type ModelContext } from '../open-model.ts'
import { systemUser } from '../system-user.ts'
import { productFacts } from './product-facts.ts'
import type { OpenPredictions } from './with-predictions.ts'

/** A scorer whose predictions are recorded. */
export interface RecordingScorer {
  readonly scorer: Scorer
  readonly record: RecordRows
  /** The moment that rules count from: now, or that of the run that the idempotency key stands for. */
  readonly now: Date
  /** Whether the run was recorded before, at least in part. */
  readonly repeats: boolean
}

/**
 * Opens the model that the options name, so that what it scores is recorded. A bundle that is no version of the registry
 * here is kept in the store of bundles first: without it no prediction of it could be made again.
 *
 * @throws ClaimsError `idempotency_conflict` where the key stands for a run of another model; registry errors
 */
export async function openRecordingScorer(
  options: ScoreCommandOptions,
  opened: OpenPredictions,
  context: ModelContext,
): Promise<RecordingScorer> {
  const { config, output } = context
  requireOneModel(options)
  const { bundle, arm, ...named } = await namedModel(options, opened, context)
  const vault = await opened.vault()
  const run = await runOf(opened, options.idempotencyKey, {
    key: options.idempotencyKey === undefined ? '' : vault.idempotencyOf(options.idempotencyKey),
    manifestSha256: bundle.manifestSha256,
  })
  const catalog = modelCatalog(config)
  const { manifest, manifestSha256 } = bundle
  const product = await productFacts(catalog, manifest.model.kind)
  const scorer = await loadScorer(bundle, { threads: 1, catalog })
  const model: RecordedModel = { ...named, manifest, manifestSha256, policy: scorer.policy }
  const recorder = createPredictionRecorder({
    ...{ log: opened.log, vault, model, idempotencyKey: options.idempotencyKey },
    facts: {
      caller: { actor: systemUser(), source: 'operating_system' },
      purpose: options.purpose ?? null,
      legal_basis: options.legalBasis ?? null,
      ...{ arm, product },
      retention: {
        class: options.retentionClass ?? null,
        delete_after: options.deleteAfter?.toISOString().slice(0, 10) ?? null,
      },
    },
  })
  if (run !== null)
    output.note(
      `note: this run was recorded before; its rules count from ${run.toISOString()}, as they did then`,
    )
  return {
    ...{ scorer, now: run ?? new Date(), repeats: run !== null },
    record: (rows) => recorder.record({ ...rows, inputOf: frameInputs(rows.frame, rows.findings) }),
  }
}

interface NamedModel extends Pick<RecordedModel, 'name' | 'version' | 'requested'> {
  readonly bundle: Bundle
  readonly arm: PredictionRecord['arm']
}

async function namedModel(
  { bundle: directory, model: reference = '' }: ScoreCommandOptions,
  { registry, artifacts }: OpenPredictions,
  context: ModelContext,
): Promise<NamedModel> {
  if (directory !== undefined) {
    const bundle = await openBundle(directory)
    await artifacts.put(bundle)
    return { bundle, name: bundle.manifest.name, version: null, requested: 'a bundle', arm: 'none' }
  }
  if (isMlflowReference(reference)) {
    const found = await resolveAtMlflow(reference, context)
    const bundle = await found.open()
    await artifacts.put(bundle)
    // The version is MLflow's, and none of the registry here; what was asked for says it.
    return { bundle, name: found.name, version: null, requested: reference, arm: 'none' }
  }
  const resolved = await registry.resolve(reference)
  const { name, version } = resolved
  return { bundle: await resolved.open(), name, version, requested: reference, arm: armOf(reference) }
}

function armOf(reference: string): PredictionRecord['arm'] {
  const { alias } = parseModelReference(reference)
  return alias === 'champion' || alias === 'challenger' || alias === 'shadow' ? alias : 'none'
}

async function runOf(
  { log }: OpenPredictions,
  idempotencyKey: string | undefined,
  { key, manifestSha256 }: { readonly key: string; readonly manifestSha256: string },
): Promise<Date | null> {
  if (idempotencyKey === undefined) return null
  const { predictions } = await log.list({ idempotency: key, limit: 1 })
  const record = predictions[0]?.record
  if (record === undefined) return null
  if (record.model.manifest_sha256 === manifestSha256) return new Date(record.now)
  const problem = `stands for a run of ${record.model.name} with another bundle`
  throw new ClaimsError('idempotency_conflict', `The idempotency key ${problem}`, {
    problems: [{ field: 'idempotency_key', problem, allowed: 'the same model, or another key' }],
  })
}
