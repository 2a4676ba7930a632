import { registryIn } from '@claims/api/settings'
import { ClaimsError, systemClock } from '@claims/contracts'
import { DirectoryModelRegistry, openBundle, type Bundle, type ModelRegistry } from '@claims/registry'
import { loadScorer, type Scorer } from '@claims/scoring'
import type { Config } from './config.ts'
import type { ModelOptions } from './command-options.ts'
import { modelCatalog } from './model-catalog.ts'

/** The registry of this installation. */
export function openRegistry(config: Config): ModelRegistry {
  return new DirectoryModelRegistry(registryIn(config.home), { clock: systemClock })
}

/**
 * The bundle that the options name.
 *
 * @throws ClaimsError `invalid_usage` unless exactly one of `--bundle` and `--model` is given; registry errors
 */
export async function openModel(options: ModelOptions, config: Config): Promise<Bundle> {
  requireOneModel(options)
  if (options.bundle !== undefined) return await openBundle(options.bundle)
  return await (await openRegistry(config).resolve(options.model ?? '')).open()
}

/** @throws ClaimsError `invalid_usage` unless exactly one of `--bundle` and `--model` is given */
export function requireOneModel(options: ModelOptions): void {
  if ((options.bundle === undefined) !== (options.model === undefined)) return
  throw new ClaimsError('invalid_usage', 'Name the model by exactly one of --bundle DIR and --model NAME')
}

/** The scorer of the bundle that the options name; one thread, as in serving. */
export async function openScorer(options: ModelOptions, config: Config): Promise<Scorer> {
  return loadScorer(await openModel(options, config), {
    threads: 1,
    catalog: modelCatalog(config),
  })
}
