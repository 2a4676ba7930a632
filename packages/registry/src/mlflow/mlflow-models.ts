import { ClaimsError, damagedFile, type ArtifactStore } from '@claims/contracts'
import type { ModelVersion } from '@claims/mlflow'
import { sealBundle } from '../bundle/bundle.ts'
import type { ResolvedModel } from '../model-registry.ts'
import { bundleFolder } from './bundle-folder.ts'
import { fetchBundle } from './fetch-bundle.ts'
import { findMlflowVersion } from './find-mlflow-version.ts'
import { atMlflow, type MlflowCalls } from './mlflow-failure.ts'
import { tagOf, versionTags } from './mlflow-tags.ts'
import { modelSource } from './model-source.ts'
import { parseMlflowReference } from './parse-mlflow-reference.ts'

/** A model of MLflow that was resolved, its bundle checked and kept. */
export interface MlflowModel extends ResolvedModel {
  /** As it was given. */
  readonly reference: string
  /** Address of the server, without credentials. */
  readonly address: string
  /** How the version was found, where the reference leaves that open. */
  readonly notes: readonly string[]
  /** What nobody vouches for. */
  readonly warnings: readonly string[]
}

/** What models of MLflow are read with. */
export interface MlflowModelsParts {
  readonly mlflow: MlflowCalls
  /** Keeps what was downloaded, by the hash of the manifest. */
  readonly cache: ArtifactStore
}

/**
 * Models of MLflow's registry that hold a bundle of this product. An alias, a stage and `latest` are asked for anew each
 * time; a bundle is downloaded once and kept by the hash of its manifest.
 *
 * @example
 * const models = new MlflowModels({ mlflow, cache: new DirectoryArtifactStore(join(home, 'mlflow-bundles')) })
 * const { version, warnings, open } = await models.resolve('models:/motor@champion')
 */
export class MlflowModels {
  readonly #mlflow: MlflowCalls
  readonly #cache: ArtifactStore

  constructor({ mlflow, cache }: MlflowModelsParts) {
    this.#mlflow = mlflow
    this.#cache = cache
  }

  /** Address of the server, without credentials. */
  get address(): string {
    return this.#mlflow.transport.trackingUri
  }

  /**
   * The version that a reference means now. One or two calls, nothing is downloaded.
   *
   * @throws ClaimsError as `resolve`
   */
  async currentVersion(reference: string, options: { readonly signal?: AbortSignal } = {}): Promise<string> {
    const parsed = parseMlflowReference(reference)
    return await atMlflow(
      this.#mlflow,
      async () => (await findMlflowVersion(this.#mlflow, parsed, options)).version.version,
    )
  }

  /**
   * Finds a version, downloads its bundle where it is not kept, and checks every file by its SHA-256. The manifest is
   * compared with the version's tag `claims.manifest_sha256`; where there is no such tag, a warning says so.
   *
   * @param reference `models:/NAME/3`, `models:/NAME@ALIAS`, `models:/NAME/Production`, `models:/NAME/latest`
   * @throws ClaimsError `invalid_parameter` for another reference; `unknown_model`, `unknown_version`, `unknown_alias`;
   *   `unsupported_format` for a version that is no bundle of this product; `damaged_bundle`; `tracking_unavailable`,
   *   `tracking_refused`, `invalid_configuration`
   */
  async resolve(reference: string, options: { readonly signal?: AbortSignal } = {}): Promise<MlflowModel> {
    const parsed = parseMlflowReference(reference)
    return await atMlflow(this.#mlflow, async () => {
      const found = await findMlflowVersion(this.#mlflow, parsed, options)
      return await this.#open(found.version, { reference, notes: found.notes, ...options })
    })
  }

  async #open(
    version: ModelVersion,
    { reference, notes, signal }: { reference: string; notes: readonly string[]; signal?: AbortSignal },
  ): Promise<MlflowModel> {
    const mlflow = this.#mlflow
    const { address } = this
    const { name, version: number } = version
    const label = `models:/${name}/${number} of ${address}`
    if (version.status !== 'READY')
      throw new ClaimsError('unknown_version', `${label} is not ready: ${version.status}`, {
        problems: [{ field: 'version', problem: `is ${version.status}`, allowed: 'a version that is READY' }],
      })
    const vouched = vouchedHash(version, label)
    const call = signal ? { signal } : {}
    const folder = await bundleFolder(mlflow, await modelSource(mlflow, version, call), { label, signal })
    const files = await fetchBundle(mlflow, this.#cache, {
      ...{ folder, label, manifestSha256: vouched, signal },
    })
    const { manifest, manifestSha256 } = files
    return {
      ...{ name, version: number, manifest, manifestSha256, reference, address, notes },
      warnings:
        vouched === null
          ? [
              `${label} has no tag ${versionTags.manifestSha256}: nothing but the bundle's own hashes vouches for it, and who can write there can replace it`,
            ]
          : [],
      open: async () => await sealBundle(files, label),
      locate: () => this.#cache.locate(manifestSha256),
    }
  }
}

function vouchedHash({ tags }: ModelVersion, label: string): string | null {
  const tag = tagOf(tags, versionTags.manifestSha256)
  if (tag === undefined) return null
  if (/^[0-9a-f]{64}$/.test(tag)) return tag
  throw damagedFile(
    label,
    'manifest.json',
    `cannot be checked: the tag ${versionTags.manifestSha256} is no SHA-256`,
  )
}
