import { dirname } from 'node:path'
import { bundlesOfMlflow, openStorage, unimportedText } from '@claims/api/storage'
import { ClaimsError } from '@claims/contracts'
import {
  isMlflowReference,
  MlflowModels,
  openBundle,
  type Bundle,
  type MlflowModel,
  type OpenRegistry,
} from '@claims/registry'
import { loadScorer, type Scorer } from '@claims/scoring'
import type { Config } from './config.ts'
import type { CommandContext } from './context.ts'
import type { ModelOptions } from './command-options.ts'
import { modelCatalog } from './model-catalog.ts'
import { openMlflow } from './open-mlflow.ts'

/** What a model is opened with. */
export type ModelContext = Pick<CommandContext, 'config' | 'output' | 'signal'>

/**
 * Opens the registry of this installation for a piece of work and closes it. Where the configuration names a server of
 * MLflow, what the work changed is mirrored there before it returns; a server that is away changes nothing but a note.
 *
 * @param context of the command; what is not in the registry is noted there
 * @param work what to do with it
 * @param options `mirror: false` leaves the mirror to the caller
 * @returns what the work returned
 */
export async function withRegistry<T>(
  context: ModelContext,
  work: (opened: OpenRegistry) => Promise<T>,
  { mirror = true }: { readonly mirror?: boolean } = {},
): Promise<T> {
  const { config, output } = context
  const changed = new Set<string>()
  const opened = await openStorage(config.storage, { onChange: (name) => changed.add(name) })
  try {
    const { database, migrated, schema } = opened
    if (migrated.length === schema.version && dirname(database.place) !== config.home)
      output.note(`note: made the database ${database.place}, which was not there`)
    if (opened.unimported.length > 0)
      output.note(`note: ${unimportedText(opened.unimported)}; claims models import-directory brings them`)
    const result = await work(opened)
    if (mirror && config.mlflow !== undefined && changed.size > 0) {
      const { mirrorChanges } = await import('./mirror-changes.ts')
      await mirrorChanges(opened, [...changed], context)
    }
    return result
  } finally {
    await opened.close()
  }
}

/**
 * The bundle that the options name.
 *
 * @throws ClaimsError `invalid_usage` unless exactly one of `--bundle` and `--model` is given; registry errors
 */
export async function openModel(options: ModelOptions, context: ModelContext): Promise<Bundle> {
  requireOneModel(options)
  if (options.bundle !== undefined) return await openBundle(options.bundle)
  if (options.model !== undefined && isMlflowReference(options.model))
    return await (await resolveAtMlflow(options.model, context)).open()
  return await withRegistry(context, async ({ registry }) =>
    (await registry.resolve(options.model ?? '')).open(),
  )
}

/** Models of the server that the configuration names. @throws ClaimsError `invalid_configuration` where it names none */
export function mlflowModels(config: Config): MlflowModels {
  return new MlflowModels({ mlflow: openMlflow(config), cache: bundlesOfMlflow(config.home) })
}

/**
 * A model of MLflow by its reference. What was taken where the reference leaves it open, and what nobody vouches for, is
 * noted.
 *
 * @throws ClaimsError as `MlflowModels.resolve`; `invalid_configuration` where no server is named
 */
export async function resolveAtMlflow(
  reference: string,
  { config, output, signal }: ModelContext,
): Promise<MlflowModel> {
  const found = await mlflowModels(config).resolve(reference, { signal })
  for (const note of found.notes) output.note(`note: ${note}`)
  for (const warning of found.warnings) output.note(`warning: ${warning}`)
  return found
}

/** @throws ClaimsError `invalid_usage` unless exactly one of `--bundle` and `--model` is given */
export function requireOneModel(options: ModelOptions): void {
  if ((options.bundle === undefined) !== (options.model === undefined)) return
  throw new ClaimsError('invalid_usage', 'Name the model by exactly one of --bundle DIR and --model NAME')
}

/** The scorer of the bundle that the options name; one thread, as in serving. */
export async function openScorer(options: ModelOptions, context: ModelContext): Promise<Scorer> {
  return loadScorer(await openModel(options, context), {
    threads: 1,
    catalog: modelCatalog(context.config),
  })
}
