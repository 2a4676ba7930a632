import { ClaimsError } from '@claims/contracts'
import type { ArtifactOwner, ModelVersion } from '@claims/mlflow'
import type { MlflowCalls } from './mlflow-failure.ts'

/** A folder among the artifacts of MLflow. */
export interface ArtifactFolder {
  readonly owner: ArtifactOwner
  /** Below the owner's root; empty for the root. */
  readonly path: string
}

/** How many versions a version may be a copy of. */
const mostCopies = 8

/**
 * Where the files of a model version are. MLflow says it in four ways: a logged model, another version, a path of a run,
 * or an address.
 *
 * @param mlflow the client
 * @param version of MLflow
 * @throws ClaimsError `unsupported_format` for a source that leads nowhere; MlflowError as any call
 */
export async function modelSource(
  mlflow: MlflowCalls,
  version: ModelVersion,
  call: { readonly signal?: AbortSignal } = {},
): Promise<ArtifactFolder> {
  let { source, runId } = version
  for (let copy = 0; copy < mostCopies; copy += 1) {
    const logged = /^models:\/(m-[^/@]+)$/.exec(source)?.[1]
    if (logged !== undefined) return { owner: { modelId: logged }, path: '' }
    const other = /^models:\/([^/]+)\/(\d+)$/.exec(source)
    if (other !== null) {
      const [, name = '', number = ''] = other
      ;({ source, runId } = await mlflow.modelVersions.get({ name, version: number }, call))
      continue
    }
    const [, ofRun, below = ''] = /^runs:\/([^/]+)\/(.*)$/.exec(source) ?? []
    if (ofRun !== undefined) return { owner: { runId: ofRun }, path: below }
    if (source === '') break
    return await atAddress(mlflow, { source, runId }, call)
  }
  const problem = `has the source "${version.source}", which leads to no files`
  throw new ClaimsError('unsupported_format', `Version ${version.version} of ${version.name} ${problem}`, {
    problems: [{ field: 'model', problem, allowed: 'a version whose files MLflow keeps' }],
  })
}

/** A store that servers sign addresses for is reached through the run alone, so an address below a run's root is the run's. */
async function atAddress(
  mlflow: MlflowCalls,
  { source, runId }: { readonly source: string; readonly runId: string },
  call: { readonly signal?: AbortSignal },
): Promise<ArtifactFolder> {
  const address = source.replace(/\/+$/, '')
  if (runId !== '' && /^[a-z][\w+.-]*:/i.test(address)) {
    const { info } = await mlflow.runs.get({ runId }, call)
    const root = info.artifactUri.replace(/\/+$/, '')
    if (address === root) return { owner: { runId }, path: '' }
    if (address.startsWith(`${root}/`)) return { owner: { runId }, path: address.slice(root.length + 1) }
  }
  return { owner: { artifactUri: address }, path: '' }
}
