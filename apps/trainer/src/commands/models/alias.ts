import { parseModelReference } from '@claims/registry'
import type { AliasOptions } from '../../command-options.ts'
import type { CommandContext } from '../../context.ts'
import { withRegistry } from '../../open-model.ts'
import { namedVersion } from './named-version.ts'

/** `claims models alias`: points an alias at a version, or takes it away. */
export async function aliasModel(options: AliasOptions, context: CommandContext): Promise<0> {
  const { output } = context
  const { model, alias, actor, reason, expected } = options
  return await withRegistry<0>(context, async ({ registry }) => {
    if (options.remove === true) {
      const { name } = parseModelReference(model)
      // A version that is named is where the alias must be.
      const at = model.includes('@') ? (await namedVersion(registry, model)).version : expected
      const entry = await registry.removeAlias(name, alias, { actor, reason, expected: at })
      output.line(`${name} has no alias ${alias} any more; it pointed at version ${entry.version}`)
      output.result(entry)
      return 0
    }
    const { name, version } = await namedVersion(registry, model)
    const entry = await registry.setAlias(name, alias, { actor, reason, version, expected })
    const before = entry.previous === null ? '' : `, in place of version ${entry.previous}`
    output.line(`${name}@${alias} is version ${version}${before}`)
    output.result(entry)
    return 0
  })
}
