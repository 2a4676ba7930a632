import { openStorage, unimportedText } from '@claims/api/storage'
import { ClaimsError } from '@claims/contracts'
import { openBundle, type Bundle, type OpenRegistry } from '@claims/registry'
import { loadScorer, type Scorer } from '@claims/scoring'
import type { CommandContext } from './context.ts'
import type { ModelOptions } from './command-options.ts'
import { modelCatalog } from './model-catalog.ts'

/**
 * Opens the registry of this installation for a piece of work and closes it.
 *
 * @param context of the command; what is not in the registry is noted there
 * @param work what to do with it
 * @returns what the work returned
 */
export async function withRegistry<T>(
  { config, output }: Pick<CommandContext, 'config' | 'output'>,
  work: (opened: OpenRegistry) => Promise<T>,
): Promise<T> {
  const opened = await openStorage(config.storage)
  try {
    if (opened.unimported.length > 0)
      output.note(`note: ${unimportedText(opened.unimported)}; claims models import-directory brings them`)
    return await work(opened)
  } finally {
    await opened.close()
  }
}

/**
 * The bundle that the options name.
 *
 * @throws ClaimsError `invalid_usage` unless exactly one of `--bundle` and `--model` is given; registry errors
 */
export async function openModel(
  options: ModelOptions,
  context: Pick<CommandContext, 'config' | 'output'>,
): Promise<Bundle> {
  requireOneModel(options)
  if (options.bundle !== undefined) return await openBundle(options.bundle)
  return await withRegistry(context, async ({ registry }) =>
    (await registry.resolve(options.model ?? '')).open(),
  )
}

/** @throws ClaimsError `invalid_usage` unless exactly one of `--bundle` and `--model` is given */
export function requireOneModel(options: ModelOptions): void {
  if ((options.bundle === undefined) !== (options.model === undefined)) return
  throw new ClaimsError('invalid_usage', 'Name the model by exactly one of --bundle DIR and --model NAME')
}

/** The scorer of the bundle that the options name; one thread, as in serving. */
export async function openScorer(
  options: ModelOptions,
  context: Pick<CommandContext, 'config' | 'output'>,
): Promise<Scorer> {
  return loadScorer(await openModel(options, context), {
    threads: 1,
    catalog: modelCatalog(context.config),
  })
}
