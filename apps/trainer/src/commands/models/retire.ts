import { ClaimsError } from '@claims/contracts'
import type { DeleteOptions, VersionOptions } from '../../command-options.ts'
import type { CommandContext } from '../../context.ts'
import { withRegistry } from '../../open-model.ts'
import { namedVersion } from './named-version.ts'

/** `claims models retire`: takes a version out of use. */
export async function retireModel(options: VersionOptions, context: CommandContext): Promise<0> {
  const { output } = context
  return await withRegistry<0>(context, async ({ registry }) => {
    const { name, version } = await namedVersion(registry, options.model)
    const entry = await registry.retire(name, version, options)
    output.line(`${name}@${version} is retired (Archived); claims models restore takes it back into use`)
    output.result(entry)
    return 0
  })
}

/** `claims models restore`: takes a retired version back into use. */
export async function restoreModel(options: VersionOptions, context: CommandContext): Promise<0> {
  const { output } = context
  return await withRegistry<0>(context, async ({ registry }) => {
    const { name, version } = await namedVersion(registry, options.model)
    const entry = await registry.restore(name, version, options)
    output.line(`${name}@${version} is in use again; no alias points at it yet`)
    output.result(entry)
    return 0
  })
}

/** `claims models delete`: gives up the bundle of a version; its line stays. */
export async function deleteModel(options: DeleteOptions, context: CommandContext): Promise<0> {
  const { output } = context
  return await withRegistry<0>(context, async ({ registry }) => {
    const { name, version } = await namedVersion(registry, options.model)
    if (options.yes !== true) {
      const what = `the bundle of ${name}@${version} is given up for good; its line in the history stays`
      throw new ClaimsError('invalid_usage', `Say --yes to delete: ${what}`, {
        problems: [
          { field: '--yes', problem: 'is not given', allowed: '--yes, since nothing brings it back' },
        ],
      })
    }
    const entry = await registry.delete(name, version, options)
    output.line(`${name}@${version} is deleted; its line stays, and its bundle may be collected`)
    output.result(entry)
    return 0
  })
}
