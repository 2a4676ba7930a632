import type { BundleFiles } from '@claims/contracts'
import { filterOf, type ModelContent, type ModelVersion, type Run } from '@claims/mlflow'
import { versionsOf } from '../find-mlflow-version.ts'
import { tagOf, versionTags } from '../mlflow-tags.ts'
import { orAbsent, type MlflowCalls } from '../mlflow-failure.ts'
import { bundleFlavour } from '../bundle-folder.ts'
import { withBundleCopy } from './mirrored-bundle.ts'
import type { WantedVersion } from './wanted-mirror.ts'

/** What a version's page at MLflow shows beside the bundle. */
export interface VersionContent {
  readonly metrics?: Readonly<Record<string, number>> | undefined
  readonly params?: Readonly<Record<string, string>> | undefined
  /** Flavours by which other tools load the model; the bundle is added. */
  readonly model?: ModelContent | undefined
  /** What could not be told. */
  readonly notes?: readonly string[] | undefined
}

/** What a version is mirrored with. */
export interface VersionMirror {
  readonly name: string
  readonly wanted: WantedVersion
  readonly bundle: BundleFiles
  /** The experiment of the runs that versions hang on. */
  readonly experimentName: string
  /** Tells what MLflow can show of a bundle, from a copy of it in a directory. */
  readonly describe?: ((directory: string, bundle: BundleFiles) => Promise<VersionContent>) | undefined
  /** Logs the bundle again, also where a run has logged it. */
  readonly afresh: boolean
  readonly signal?: AbortSignal | undefined
}

/** Tag of a run that was made for a version. */
const runTag = 'claims.mirror'

/**
 * Makes a version at MLflow: a run with params and metrics, the whole bundle as the flavour `claims` of its model, and the
 * version with its tags in one call. A run that an earlier attempt finished is taken up. Where two make the same version at once, the
 * one with the higher number takes its own away again.
 *
 * @param mlflow the client
 * @param options what to mirror
 * @returns MLflow's version, and what could not be told
 */
export async function mirrorVersion(
  mlflow: MlflowCalls,
  options: VersionMirror,
): Promise<{ readonly version: ModelVersion; readonly notes: readonly string[] }> {
  const { name, wanted, bundle, signal } = options
  const call = signal ? { signal } : {}
  const { headline } = bundle.manifest
  const { runId, earlier, notes } = await loggedRun(mlflow, options)
  const description = `Version ${wanted.version} of ${name}: test AUC ${headline.roc_auc.toFixed(3)} (${headline.roc_auc_lower.toFixed(3)} to ${headline.roc_auc_upper.toFixed(3)}), promotable: ${headline.promotable ? 'yes' : 'no'}`
  const tags = Object.fromEntries(wanted.tags)
  const registered = mlflow.registerModel({ name, runId, tags, description, ...call })
  const created = await (earlier ? orAbsent(registered) : registered)
  // What the earlier attempt logged is gone.
  if (created === undefined) return await mirrorVersion(mlflow, { ...options, afresh: true })
  const first = (await versionsOf(mlflow, name, call)).find(
    ({ version, tags }) =>
      Number(version) < Number(created.version) &&
      tagOf(tags, versionTags.version) === wanted.version &&
      tagOf(tags, versionTags.manifestSha256) === wanted.manifestSha256,
  )
  if (first === undefined || options.afresh) return { version: created, notes }
  await mlflow.modelVersions.delete({ name, version: created.version })
  return {
    version: first,
    notes: [...notes, `another mirror made version ${wanted.version} at the same time`],
  }
}

interface LoggedRun {
  readonly runId: string
  /** Whether an earlier attempt logged it. */
  readonly earlier: boolean
  readonly notes: readonly string[]
}

/** A run whose model holds the bundle; one that is finished already is taken. */
async function loggedRun(
  mlflow: MlflowCalls,
  { name, wanted, bundle, experimentName, describe, afresh, signal }: VersionMirror,
): Promise<LoggedRun> {
  const call = signal ? { signal } : {}
  const { experimentId } = await mlflow.experiments.getOrCreate(experimentName, call)
  const label = `${name}@${wanted.version}`
  const found = afresh ? [] : await runsOf(mlflow, { experimentId, label, hash: wanted.manifestSha256 }, call)
  const finished = found.find(({ info }) => info.status === 'FINISHED')
  if (finished !== undefined) return { runId: finished.info.runId, earlier: true, notes: [] }
  // One that is not finished may be another mirror's at this moment.
  const run = await mlflow.runs.create(
    {
      experimentId,
      runName: label,
      startTime: Date.now(),
      tags: [
        { key: runTag, value: label },
        { key: versionTags.manifestSha256, value: wanted.manifestSha256 },
      ],
    },
    call,
  )
  const { runId } = run.info
  try {
    const notes = await withBundleCopy(bundle, (directory) =>
      logBundle(mlflow, { runId, directory, bundle, describe, signal }),
    )
    await mlflow.runs.update({ runId, status: 'FINISHED', endTime: Date.now() }, call)
    return { runId, earlier: false, notes }
  } catch (error) {
    const ended = { runId, status: 'FAILED', endTime: Date.now() } as const
    // The page would show a run that goes on for ever; where MLflow is away, it does.
    await mlflow.runs.update(ended, { retries: 0, timeoutMilliseconds: 2000 }).catch(() => undefined)
    throw error
  }
}

/** Logs params, metrics and the model with the bundle. */
async function logBundle(
  mlflow: MlflowCalls,
  {
    runId,
    directory,
    bundle,
    describe,
    signal,
  }: Pick<VersionMirror, 'bundle' | 'describe' | 'signal'> & {
    readonly runId: string
    readonly directory: string
  },
): Promise<readonly string[]> {
  const call = signal ? { signal } : {}
  const content = (await describe?.(directory, bundle)) ?? {}
  const { manifest } = bundle
  const timestamp = Date.now()
  const metrics = { 'test.roc_auc': manifest.headline.roc_auc, ...content.metrics }
  const params = pairs({
    model_kind: manifest.model.kind,
    data_sha256: manifest.data.sha256,
    ...content.params,
  })
  for (let at = 0; at < params.length; at += 100)
    await mlflow.runs.logBatch({ runId, params: params.slice(at, at + 100) }, call)
  const points = Object.entries(metrics).map(([key, value]) => ({ key, value, timestamp, step: 0 }))
  for (let at = 0; at < points.length; at += 1000)
    await mlflow.runs.logBatch({ runId, metrics: points.slice(at, at + 1000) }, call)
  const claims = { bundle: 'bundle', format_version: manifest.format_version, name: manifest.name }
  const { model = {} } = content
  await mlflow.logModel({
    ...{ runId, modelType: manifest.model.kind, ...call },
    model: {
      ...model,
      flavors: { ...model.flavors, [bundleFlavour]: claims },
      files: { ...model.files, bundle: { path: directory } },
    },
  })
  return content.notes ?? []
}

async function runsOf(
  mlflow: MlflowCalls,
  {
    experimentId,
    label,
    hash,
  }: { readonly experimentId: string; readonly label: string; readonly hash: string },
  call: { readonly signal?: AbortSignal },
): Promise<readonly Run[]> {
  const filter = filterOf([
    { entity: 'tags', key: runTag, operator: '=', value: label },
    { entity: 'tags', key: versionTags.manifestSha256, operator: '=', value: hash },
  ])
  const runs: Run[] = []
  for await (const run of mlflow.runs.search({ experimentIds: [experimentId], filter }, call)) runs.push(run)
  return runs
}

function pairs(values: Readonly<Record<string, string>>): { key: string; value: string }[] {
  return Object.entries(values).map(([key, value]) => ({ key, value }))
}
