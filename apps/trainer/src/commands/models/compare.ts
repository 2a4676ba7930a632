import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ClaimsError } from '@claims/contracts'
import { compareBundles, type ComparedBundle } from '@claims/pipeline'
import { openBundle, parseModelReference, type ModelRegistry } from '@claims/registry'
import { loadScorer } from '@claims/scoring'
import { readingOf } from '../../apply-options.ts'
import type { CompareOptions } from '../../command-options.ts'
import type { CommandContext } from '../../context.ts'
import { describeComparison } from '../../describe-comparison.ts'
import { modelCatalog } from '../../model-catalog.ts'
import { withRegistry } from '../../open-model.ts'

/** `claims models compare` */
export async function compareModelVersions(options: CompareOptions, context: CommandContext): Promise<0> {
  const { config, output, signal } = context
  const [a, b] = [await comparedBundle(options.first, context), await comparedBundle(options.second, context)]
  const names = a.name === b.name ? { a: `${a.name} (1)`, b: `${b.name} (2)` } : { a: a.name, b: b.name }
  const models = { a: { ...a, name: names.a }, b: { ...b, name: names.b } }
  const { data, seed } = options
  if (data === undefined) {
    const compared = await compareBundles({ ...models, seed })
    for (const line of describeComparison(compared)) output.line(line)
    output.result(compared)
    return 0
  }
  const load = { threads: config.threads, catalog: modelCatalog(config) }
  const first = await loadScorer(a.bundle, load)
  try {
    const second = await loadScorer(b.bundle, load)
    try {
      const file = { data, scorers: { a: first, b: second }, now: new Date(), asOf: options.asOf }
      const compared = await compareBundles({
        ...models,
        file: { ...file, reading: readingOf(options), signal },
        seed,
      })
      for (const line of describeComparison(compared)) output.line(line)
      output.result(compared)
      return 0
    } finally {
      second.dispose()
    }
  } finally {
    first.dispose()
  }
}

/**
 * The bundle that an argument names: a registered model, or a directory.
 *
 * @throws ClaimsError `invalid_usage` where it could be either; registry and bundle errors
 */
async function comparedBundle(argument: string, context: CommandContext): Promise<ComparedBundle> {
  const isDirectory = await holdsBundle(argument)
  const isReference = isModelReference(argument)
  if (!isReference) return { name: argument, bundle: await openBundle(argument) }
  return await withRegistry(context, async ({ registry }) => {
    const known = !isDirectory || (await isRegistered(registry, argument))
    if (!known) return { name: argument, bundle: await openBundle(argument) }
    if (isDirectory) {
      throw new ClaimsError(
        'invalid_usage',
        `"${argument}" is a registered model and a bundle in this folder`,
        {
          problems: [
            {
              field: 'model',
              problem: `"${argument}" names two things`,
              allowed: `./${argument} or ${argument}@VERSION`,
            },
          ],
        },
      )
    }
    const resolved = await registry.resolve(argument)
    return { name: `${resolved.name}@${resolved.version}`, bundle: await resolved.open() }
  })
}

function isModelReference(text: string): boolean {
  try {
    parseModelReference(text)
    return true
  } catch {
    return false
  }
}

async function isRegistered(registry: ModelRegistry, name: string): Promise<boolean> {
  try {
    await registry.history(parseModelReference(name).name)
    return true
  } catch (error) {
    if (error instanceof ClaimsError && error.code === 'unknown_model') return false
    throw error
  }
}

async function holdsBundle(path: string): Promise<boolean> {
  return await stat(join(path, 'manifest.json')).then(
    () => true,
    () => false,
  )
}
