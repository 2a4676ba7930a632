import { join } from 'node:path'
import { ClaimsError, systemClock } from '@claims/contracts'
import { loadScorer, type Scorer } from '@claims/scoring'
import { DirectoryModelRegistry, type ModelRegistry, openBundle } from '@claims/registry'
import type { Config } from './config.ts'
import type { ModelOptions } from './command-options.ts'
import { modelCatalog } from './model-catalog.ts'

/** The registry of this installation. */
export function openRegistry(config: Config): ModelRegistry {
  return new DirectoryModelRegistry(join(config.home, 'registry'), { clock: systemClock })
}

/**
 * Directory of the bundle that the options name.
 *
 * @throws ClaimsError `invalid_usage` unless exactly one of `--bundle` and `--model` is given; registry errors
 */
export async function bundleDirectory(options: ModelOptions, config: Config): Promise<string> {
  if ((options.bundle === undefined) === (options.model === undefined)) {
    throw new ClaimsError('invalid_usage', 'Name the model by exactly one of --bundle DIR and --model NAME')
  }
  if (options.bundle !== undefined) return options.bundle
  return (await openRegistry(config).resolve(options.model ?? '')).directory
}

/** The scorer of the bundle that the options name; one thread, as in serving. */
export async function openScorer(options: ModelOptions, config: Config): Promise<Scorer> {
  return loadScorer(await openBundle(await bundleDirectory(options, config)), {
    threads: 1,
    catalog: modelCatalog(config),
  })
}
