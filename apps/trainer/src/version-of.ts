import { ClaimsError } from '@claims/contracts'
import type { ModelRegistry } from '@claims/registry'

/**
 * The version that `NAME@VERSION` or `NAME@ALIAS` names.
 *
 * @throws ClaimsError `invalid_usage` for a name alone, which would mean the champion; registry errors
 */
export async function versionOf(
  registry: ModelRegistry,
  model: string,
): Promise<{ readonly name: string; readonly version: string }> {
  if (model.includes('@')) {
    const { name, version } = await registry.resolve(model)
    return { name, version }
  }
  throw new ClaimsError('invalid_usage', 'Say which version: NAME@VERSION or NAME@ALIAS', {
    problems: [
      { field: 'model', problem: `"${model}" names no version`, allowed: 'NAME@VERSION or NAME@ALIAS' },
    ],
  })
}
