import { ClaimsError } from '@claims/contracts'
import type { PromoteOptions } from '../../command-options.ts'
import type { CommandContext } from '../../context.ts'
import { withRegistry } from '../../open-model.ts'

/** `claims models promote` */
export async function promoteModel(options: PromoteOptions, context: CommandContext): Promise<0> {
  if (!options.model.includes('@')) {
    throw new ClaimsError('invalid_usage', 'Say which version to promote: NAME@VERSION or NAME@ALIAS', {
      problems: [
        {
          field: 'model',
          problem: `"${options.model}" names no version`,
          allowed: 'NAME@VERSION or NAME@ALIAS',
        },
      ],
    })
  }
  const { output } = context
  return await withRegistry<0>(context, async ({ registry }) => {
    const { name, version } = await registry.resolve(options.model)
    const entry = await registry.promote(name, version, {
      actor: options.actor,
      reason: options.reason,
      ...(options.override === true ? { override: true } : {}),
      restore: options.restore,
    })
    output.line(
      `${name}@${version} is champion${entry.previous === null ? '' : `, in place of version ${entry.previous}`}`,
    )
    output.result(entry)
    return 0
  })
}
