import { mkdtemp, mkdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { ClaimsError, streamFile, type BundleFiles } from '@claims/contracts'
import { digestFile, sha256, writeFlushed } from '@claims/contracts/files'
import { MlflowError, type FileInfo, type ModelVersion } from '@claims/mlflow'
import { below, bundleFolder } from '../bundle-folder.ts'
import { orAbsent, type MlflowCalls } from '../mlflow-failure.ts'
import { modelSource, type ArtifactFolder } from '../model-source.ts'

interface Call {
  readonly signal?: AbortSignal | undefined
}

/** What is wrong with the files of a version at MLflow. */
export interface BundleFault {
  /** Name of the file within the bundle; `manifest.json` where the whole bundle is another one. */
  readonly file: string
  readonly problem: string
  /** Whether it is one that the bundle does not have. */
  readonly extra: boolean
}

/** Whether a version at MLflow holds the bundle with a manifest. */
export async function holdsManifest(
  mlflow: MlflowCalls,
  { version, hash, signal }: { readonly version: ModelVersion; readonly hash: string } & Call,
): Promise<boolean> {
  const folder = await folderOf(mlflow, version, { signal })
  if (folder === null) return false
  const bytes = await orAbsent(
    mlflow.artifacts.read({ ...folder.owner, path: below(folder.path, 'manifest.json'), ...calling(signal) }),
  )
  return bytes !== undefined && sha256(bytes) === hash
}

/**
 * Compares the files of a version at MLflow with the bundle of the registry.
 *
 * @param mlflow the client
 * @param version of MLflow
 * @param options `bundle` of the registry; `quick` looks at names and sizes, and at the manifest's bytes
 * @returns what is wrong; none where all is well
 */
export async function bundleFaults(
  mlflow: MlflowCalls,
  version: ModelVersion,
  { bundle, quick, signal }: { readonly bundle: BundleFiles; readonly quick: boolean } & Call,
): Promise<readonly BundleFault[]> {
  const folder = await folderOf(mlflow, version, { signal })
  const whole = (problem: string): readonly BundleFault[] => [
    { file: 'manifest.json', problem, extra: false },
  ]
  if (folder === null) return whole('is missing, with the files of the version')
  const listed = new Map<string, FileInfo>()
  const prefix = folder.path === '' ? 0 : folder.path.length + 1
  const { owner, path } = folder
  const files = mlflow.artifacts.list({ ...owner, path, recursive: true, ...calling(signal) })
  for await (const file of files) listed.set(file.path.slice(prefix), file)
  if (!listed.has('manifest.json')) return whole('is missing')
  if (!(await holdsManifest(mlflow, { version, hash: bundle.manifestSha256, signal })))
    return whole('is that of another bundle, or was altered')
  const faults: BundleFault[] = []
  for (const [file, { sha256: hash, bytes }] of Object.entries(bundle.manifest.files)) {
    const there = listed.get(file)
    listed.delete(file)
    const problem =
      there === undefined
        ? 'is missing'
        : there.fileSize !== undefined && there.fileSize !== bytes
          ? `has ${String(there.fileSize)} bytes instead of ${String(bytes)}`
          : quick || (await hashAt(mlflow, folder, { file, signal })) === hash
            ? null
            : 'was altered: its SHA-256 differs'
    if (problem !== null) faults.push({ file, problem, extra: false })
  }
  listed.delete('manifest.json')
  for (const file of listed.keys()) faults.push({ file, problem: 'is not of the bundle', extra: true })
  return faults
}

/** Puts files of a bundle back to where a version at MLflow has them. */
export async function restoreFiles(
  mlflow: MlflowCalls,
  version: ModelVersion,
  { bundle, files, signal }: { readonly bundle: BundleFiles; readonly files: readonly string[] } & Call,
): Promise<void> {
  const folder = await folderOf(mlflow, version, { signal })
  if (folder === null) throw new MlflowError('not_found', 'the files of the version are gone')
  await inTemporary(async (temporary) => {
    for (const file of files) {
      await copyFile(bundle, file, temporary)
      const above = dirname(file)
      await mlflow.artifacts.upload({
        ...folder.owner,
        source: join(temporary, file),
        path: above === '.' ? folder.path : below(folder.path, above),
        verify: 'hash',
        ...calling(signal),
      })
    }
  })
}

/** Writes a bundle to a temporary directory, each file checked, for as long as the work takes. */
export async function withBundleCopy<T>(
  bundle: BundleFiles,
  work: (directory: string) => Promise<T>,
): Promise<T> {
  return await inTemporary(async (temporary) => {
    for (const file of ['manifest.json', ...Object.keys(bundle.manifest.files)])
      await copyFile(bundle, file, temporary)
    return await work(temporary)
  })
}

async function copyFile(bundle: BundleFiles, file: string, directory: string): Promise<void> {
  await mkdir(dirname(join(directory, file)), { recursive: true })
  await writeFlushed(join(directory, file), streamFile(bundle, file))
}

async function inTemporary<T>(work: (directory: string) => Promise<T>): Promise<T> {
  const temporary = await mkdtemp(join(tmpdir(), 'claims-mlflow-mirror-'))
  try {
    return await work(temporary)
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
}

/** SHA-256 of a file at MLflow; null where it is gone. */
async function hashAt(
  mlflow: MlflowCalls,
  { owner, path }: ArtifactFolder,
  { file, signal }: { readonly file: string } & Call,
): Promise<string | null> {
  return await inTemporary(async (destination) => {
    const downloaded = await orAbsent(
      mlflow.artifacts.download({ ...owner, path: below(path, file), destination, ...calling(signal) }),
    )
    const [copy] = downloaded ?? []
    return copy === undefined ? null : (await digestFile(copy)).sha256
  })
}

/** The folder of a version's bundle; null where it has none. */
async function folderOf(
  mlflow: MlflowCalls,
  version: ModelVersion,
  { signal }: Call,
): Promise<ArtifactFolder | null> {
  try {
    const source = await modelSource(mlflow, version, calling(signal))
    return await bundleFolder(mlflow, source, { label: `version ${version.version}`, signal })
  } catch (error) {
    const gone = error instanceof MlflowError && error.code === 'not_found'
    if (gone || (error instanceof ClaimsError && error.code === 'unsupported_format')) return null
    throw error
  }
}

function calling(signal: AbortSignal | undefined): { readonly signal?: AbortSignal } {
  return signal ? { signal } : {}
}
