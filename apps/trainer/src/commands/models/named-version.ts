import { ClaimsError } from '@claims/contracts'
import { parseModelReference, type ModelRegistry } from '@claims/registry'

/** A version that a command is about. */
export interface NamedVersion {
  readonly name: string
  readonly version: string
}

/**
 * The version that `NAME@VERSION` or `NAME@ALIAS` names. Its bundle is not looked at: a damaged one may be retired or deleted.
 *
 * @throws ClaimsError `invalid_usage` where no version is named; `unknown_model`; `unknown_alias`
 */
export async function namedVersion(registry: ModelRegistry, reference: string): Promise<NamedVersion> {
  if (!reference.includes('@')) {
    throw new ClaimsError('invalid_usage', 'Say which version: NAME@VERSION or NAME@ALIAS', {
      problems: [
        {
          field: 'model',
          problem: `"${reference}" names no version`,
          allowed: 'NAME@VERSION or NAME@ALIAS',
        },
      ],
    })
  }
  const { name, version, alias = '' } = parseModelReference(reference)
  return { name, version: version ?? (await registry.readAlias(name, alias)) }
}
