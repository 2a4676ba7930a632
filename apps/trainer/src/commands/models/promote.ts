import { ClaimsError } from '@claims/contracts'
import { detailsOf } from '@claims/registry'
import { actorOf } from '../../actor.ts'
import type { PromoteOptions } from '../../command-options.ts'
import type { CommandContext } from '../../context.ts'
import { describeGates } from '../../describe-gates.ts'
import { withRegistry } from '../../open-model.ts'
import { versionOf } from '../../version-of.ts'

/** `claims models promote` */
export async function promoteModel(options: PromoteOptions, context: CommandContext): Promise<0> {
  const { output } = context
  const { reason, override = false, restore } = options
  const expected = options.expected === 'none' ? null : options.expected
  return await withRegistry<0>(context, async ({ registry }) => {
    const { name, version } = await versionOf(registry, options.model)
    const who = actorOf(options)
    try {
      const entry = await registry.promote(name, version, { ...who, reason, override, expected, restore })
      for (const line of describeGates(detailsOf(entry, 'promote')?.gates ?? [])) output.line(line)
      output.line(
        `${name}@${version} is champion${entry.previous === null ? '' : `, in place of version ${entry.previous}`}${entry.override ? ' (failing gates overridden)' : ''}`,
      )
      output.result(entry)
      return 0
    } catch (error) {
      if (!(error instanceof ClaimsError) || error.code !== 'promotion_refused') throw error
      const { gates } = await registry.gates.check(name, version, { actor: who.actor, override })
      for (const line of describeGates(gates)) output.line(line)
      throw error
    }
  })
}
