import { filterOf, type ModelVersion, type RegisteredModel } from '@claims/mlflow'
import { modelTags, tagOf, versionTags } from '../mlflow-tags.ts'
import { orAbsent, type MlflowCalls } from '../mlflow-failure.ts'
import { versionsOf } from '../find-mlflow-version.ts'
import { holdsManifest } from './mirrored-bundle.ts'
import type { HashedHistory, WantedMirror, WantedVersion } from './wanted-mirror.ts'

/** What MLflow holds of a model. */
export interface FoundMirror {
  readonly model: RegisteredModel
  /** Every version that MLflow has, others' included. */
  readonly versions: readonly ModelVersion[]
  /** MLflow's version by version of the registry. */
  readonly mapped: ReadonlyMap<string, ModelVersion>
}

interface Call {
  readonly signal?: AbortSignal
}

/** The registered model of a name; null where MLflow has none. */
export async function findModel(
  mlflow: MlflowCalls,
  name: string,
  call: Call,
): Promise<RegisteredModel | null> {
  return (await orAbsent(mlflow.registeredModels.get({ name }, call))) ?? null
}

/** Registered models of other names whose tag says that they mirror a model. */
export async function findRenamed(
  mlflow: MlflowCalls,
  name: string,
  call: Call,
): Promise<readonly RegisteredModel[]> {
  const filter = filterOf([{ entity: 'tags', key: modelTags.model, operator: '=', value: name }])
  const found: RegisteredModel[] = []
  for await (const model of mlflow.registeredModels.search({ filter }, call))
    if (model.name !== name) found.push(model)
  return found
}

/** Reads what MLflow holds of a model, and tells which version is which of the registry's. */
export async function readMirror(
  mlflow: MlflowCalls,
  model: RegisteredModel,
  { wanted, signal }: { readonly wanted: WantedMirror; readonly signal?: AbortSignal | undefined },
): Promise<FoundMirror> {
  const versions = await versionsOf(mlflow, model.name, signal ? { signal } : {})
  const mapped = await mapVersions(wanted, versions, (version, hash) =>
    holdsManifest(mlflow, { version, hash, signal }),
  )
  return { model, versions, mapped }
}

/**
 * Tells which version of MLflow is which of the registry's; their numbers differ where others register too. A version is
 * known by its tags `claims.version` and `claims.manifest_sha256`. Where one of them was edited or is absent, as after a
 * training that registered at MLflow by itself, the other is enough if the bundle is the right one. Of several the one
 * with the lowest number counts.
 *
 * @param wanted by the registry
 * @param versions of MLflow
 * @param holds whether a version of MLflow holds the bundle with a manifest
 * @returns MLflow's version by version of the registry
 */
async function mapVersions(
  wanted: WantedMirror,
  versions: readonly ModelVersion[],
  holds: (version: ModelVersion, manifestSha256: string) => Promise<boolean>,
): Promise<ReadonlyMap<string, ModelVersion>> {
  const free = new Set(
    [...versions]
      .filter(({ status }) => status !== 'FAILED_REGISTRATION')
      .sort((a, b) => Number(a.version) - Number(b.version)),
  )
  const mapped = new Map<string, ModelVersion>()
  const take = async (
    matches: (found: ModelVersion, wanted: WantedVersion) => boolean | Promise<boolean>,
  ): Promise<void> => {
    for (const version of wanted.versions.values()) {
      if (mapped.has(version.version)) continue
      for (const found of free) {
        if (!(await matches(found, version))) continue
        free.delete(found)
        mapped.set(version.version, found)
        break
      }
    }
  }
  const says = ({ tags }: ModelVersion): string | undefined => tagOf(tags, versionTags.version)
  const hashOf = ({ tags }: ModelVersion): string | undefined => tagOf(tags, versionTags.manifestSha256)
  await take(
    (found, { version, manifestSha256 }) => says(found) === version && hashOf(found) === manifestSha256,
  )
  await take(
    async (found, { version, manifestSha256 }) =>
      says(found) === version && !known(wanted, hashOf(found)) && (await holds(found, manifestSha256)),
  )
  await take(
    async (found, { manifestSha256 }) =>
      hashOf(found) === manifestSha256 &&
      !copyOf(mapped, says(found), manifestSha256) &&
      (await holds(found, manifestSha256)),
  )
  return mapped
}

/** Whether a hash is that of some version of the registry. */
function known(wanted: WantedMirror, hash: string | undefined): boolean {
  return [...wanted.versions.values()].some(({ manifestSha256 }) => manifestSha256 === hash)
}

/** Whether a version is a second one of a version that is mapped already. */
function copyOf(mapped: ReadonlyMap<string, ModelVersion>, says: string | undefined, hash: string): boolean {
  const first = says === undefined ? undefined : mapped.get(says)
  return first !== undefined && tagOf(first.tags, versionTags.manifestSha256) === hash
}

/** Where a mirror stands in a history. */
export type MirrorPlace =
  /** Nothing of it is mirrored, as far as the tags say. */
  | { readonly kind: 'unmarked' }
  | { readonly kind: 'at'; readonly position: number }
  /** The tags name an entry that the history does not have. */
  | { readonly kind: 'foreign'; readonly sha256: string; readonly position: string }

/** Where the tags of a registered model say that its mirror stands. The hash counts; the position is for people. */
export function placeOf(model: RegisteredModel | null, { hashes }: HashedHistory): MirrorPlace {
  const sha256 = model === null ? undefined : tagOf(model.tags, modelTags.sha256)
  if (model === null || sha256 === undefined) return { kind: 'unmarked' }
  const at = hashes.indexOf(sha256)
  if (at >= 0) return { kind: 'at', position: at + 1 }
  return { kind: 'foreign', sha256, position: tagOf(model.tags, modelTags.position) ?? 'unknown' }
}
