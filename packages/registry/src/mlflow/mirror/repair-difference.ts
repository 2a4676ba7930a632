import { ClaimsError } from '@claims/contracts'
import { MlflowError } from '@claims/mlflow'
import { openRegistered } from './open-registered.ts'
import type { Repair } from './mirror-difference.ts'
import type { MirrorParts } from './mirror-parts.ts'
import { mirrorVersion } from './mirror-version.ts'

/** What to repair. */
export interface RepairOrder {
  readonly name: string
  readonly repair: Repair
  /** MLflow's number by version of the registry; a version that is made is added. */
  readonly numbers: Map<string, string>
}

/**
 * Makes MLflow agree in one place.
 *
 * @param parts of the mirror
 * @param order what to repair
 * @returns what could not be told
 * @throws MlflowError as any call; errors of the registry where the bundle cannot be read
 */
export async function repairDifference(
  parts: MirrorParts,
  { name, repair, numbers }: RepairOrder,
): Promise<readonly string[]> {
  const { mlflow, artifacts, experimentName = 'claims', describe, signal } = parts
  const call = signal ? { signal } : {}
  const numberOf = (version: string): string => {
    const number = numbers.get(version)
    if (number !== undefined) return number
    throw new MlflowError('not_found', `version ${version} of ${name} is not at MLflow`)
  }
  switch (repair.kind) {
    case 'create_version': {
      const { version: wanted } = repair
      const bundle = await openRegistered(artifacts, wanted.manifestSha256)
      const { version, notes } = await mirrorVersion(mlflow, {
        ...{ name, wanted, bundle, experimentName, describe, signal },
        afresh: false,
      })
      numbers.set(wanted.version, version.version)
      return notes
    }
    case 'set_version_tag': {
      const { key, value } = repair
      const at = { name, version: numberOf(repair.version), key }
      if (value === null) await mlflow.modelVersions.deleteTag(at, call)
      else await mlflow.modelVersions.setTag({ ...at, value }, call)
      return []
    }
    case 'set_alias': {
      const { alias, version } = repair
      await mlflow.registeredModels.setAlias({ name, alias, version: numberOf(version) }, call)
      return []
    }
    case 'delete_alias':
      await mlflow.registeredModels.deleteAlias({ name, alias: repair.alias }, call)
      return []
    case 'set_model_tag': {
      const { key, value } = repair
      if (value === null) await mlflow.registeredModels.deleteTag({ name, key }, call)
      else await mlflow.registeredModels.setTag({ name, key, value }, call)
      return []
    }
  }
}

/** What concerns the whole server and not the one place. */
const ofServer: ReadonlySet<string> = new Set([
  'aborted',
  'unauthenticated',
  'not_mlflow',
  'redirect_refused',
])

/**
 * Tries a repair.
 *
 * @returns why it failed; null where it did not
 * @throws what would fail in every other place, too
 */
export async function attempt(work: () => Promise<void>): Promise<string | null> {
  try {
    await work()
    return null
  } catch (error) {
    if (error instanceof MlflowError && !error.retryable && !ofServer.has(error.code)) return error.message
    if (error instanceof ClaimsError && error.code === 'damaged_bundle') return error.message
    throw error
  }
}
