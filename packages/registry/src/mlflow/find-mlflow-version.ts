import { ClaimsError } from '@claims/contracts'
import { filterOf, MlflowError, type ModelVersion, type RegisteredModel } from '@claims/mlflow'
import { championAlias } from '../model-names.ts'
import { orAbsent, type MlflowCalls } from './mlflow-failure.ts'
import type { MlflowReference, MlflowStage } from './parse-mlflow-reference.ts'

/** A version that a reference means now. */
export interface FoundVersion {
  readonly version: ModelVersion
  /** How it was found, where that is not what the reference says word by word. */
  readonly notes: readonly string[]
}

interface Call {
  readonly signal?: AbortSignal
}

/**
 * Asks MLflow which version a reference means. A stage means its version with the highest number. Where no version is in
 * the stage `Production`, or the server knows no stages, the alias `champion` takes its place, and the notes say so.
 *
 * @param mlflow the client
 * @param reference parsed
 * @throws ClaimsError `unknown_model`, `unknown_version`, `unknown_alias`; MlflowError as any call
 */
export async function findMlflowVersion(
  mlflow: MlflowCalls,
  { name, target }: MlflowReference,
  call: Call = {},
): Promise<FoundVersion> {
  switch (target.kind) {
    case 'version': {
      const version = await orAbsent(mlflow.modelVersions.get({ name, version: target.version }, call))
      if (version !== undefined) return { version, notes: [] }
      await modelOf(mlflow, name, call)
      throw absent('unknown_version', `MLflow's ${name} has no version ${target.version}`, 'version')
    }
    case 'alias': {
      const model = await modelOf(mlflow, name, call)
      const number = model.aliases.find(({ alias }) => alias === target.alias)?.version
      const known = model.aliases
        .map(({ alias }) => alias)
        .sort()
        .join(', ')
      if (number === undefined)
        throw absent(
          'unknown_alias',
          `MLflow's ${name} has no alias "${target.alias}"; ${known === '' ? 'it has none' : `it has ${known}`}`,
          'alias',
        )
      return { version: await mlflow.modelVersions.get({ name, version: number }, call), notes: [] }
    }
    case 'latest': {
      const version = newest(await versionsOf(mlflow, name, call))
      if (version === undefined) throw absent('unknown_version', `MLflow's ${name} has no version`, 'version')
      return { version, notes: [] }
    }
    case 'stage':
      return await ofStage(mlflow, { name, stage: target.stage }, call)
  }
}

async function ofStage(
  mlflow: MlflowCalls,
  { name, stage }: { readonly name: string; readonly stage: MlflowStage },
  call: Call,
): Promise<FoundVersion> {
  const model = await modelOf(mlflow, name, call)
  const staged = await stagedVersions(mlflow, { name, stage }, call)
  const champion = model.aliases.find(({ alias }) => alias === championAlias)?.version
  const version = newest(staged ?? [])
  if (version !== undefined) {
    const differs = stage === 'Production' && champion !== undefined && champion !== version.version
    return {
      version,
      notes: [
        `version ${version.version} of ${name} is the newest in stage ${stage}`,
        ...(differs ? [`the alias champion points at another one, version ${champion}`] : []),
      ],
    }
  }
  const why =
    staged === null
      ? `MLflow at ${mlflow.transport.trackingUri} knows no stages`
      : `no version of ${name} is in stage ${stage}`
  if (stage !== 'Production' || champion === undefined)
    throw new ClaimsError('unknown_alias', `${why}; name an alias: models:/${name}@champion`, {
      problems: [
        {
          field: 'model',
          problem: staged === null ? 'names a stage, which the server does not know' : 'names an empty stage',
          allowed: `models:/${name}@ALIAS or models:/${name}/VERSION`,
          received: `models:/${name}/${stage}`,
        },
      ],
    })
  return {
    version: await mlflow.modelVersions.get({ name, version: champion }, call),
    notes: [`${why}; the alias champion was taken in its place, version ${champion}`],
  }
}

/** Versions that are in a stage; null where the server knows no stages. */
async function stagedVersions(
  mlflow: MlflowCalls,
  { name, stage }: { readonly name: string; readonly stage: MlflowStage },
  call: Call,
): Promise<readonly ModelVersion[] | null> {
  try {
    return await mlflow.registeredModels.getLatestVersions({ name, stages: [stage] }, call)
  } catch (error) {
    // The model is there: a server that does not find the call has lost it.
    const lost =
      error instanceof MlflowError &&
      ['unsupported_by_server', 'not_found', 'not_mlflow'].includes(error.code)
    if (lost || (error instanceof MlflowError && [404, 405, 410, 501].includes(error.status ?? 0)))
      return null
    throw error
  }
}

/** Every version of a registered model. */
export async function versionsOf(
  mlflow: MlflowCalls,
  name: string,
  call: Call = {},
): Promise<readonly ModelVersion[]> {
  await modelOf(mlflow, name, call)
  const found: ModelVersion[] = []
  const filter = filterOf([{ key: 'name', operator: '=', value: name }])
  for await (const version of mlflow.modelVersions.search({ filter }, call)) found.push(version)
  return found
}

async function modelOf(mlflow: MlflowCalls, name: string, call: Call): Promise<RegisteredModel> {
  const model = await orAbsent(mlflow.registeredModels.get({ name }, call))
  if (model !== undefined) return model
  throw absent('unknown_model', `MLflow at ${mlflow.transport.trackingUri} has no model "${name}"`, 'model')
}

function newest(versions: readonly ModelVersion[]): ModelVersion | undefined {
  return [...versions].sort((a, b) => Number(b.version) - Number(a.version))[0]
}

function absent(
  code: 'unknown_model' | 'unknown_version' | 'unknown_alias',
  message: string,
  field: string,
): ClaimsError {
  return new ClaimsError(code, message, { problems: [{ field, problem: 'does not exist at MLflow' }] })
}
