import { actorOf } from '../../actor.ts'
import type { RevokeOptions } from '../../command-options.ts'
import type { CommandContext } from '../../context.ts'
import { withRegistry } from '../../open-model.ts'
import { readSigningKey } from './key-files.ts'

/** `claims keys revoke` */
export async function revokeKey(options: RevokeOptions, context: CommandContext): Promise<0> {
  const { output } = context
  const signWith = await readSigningKey(options.signedBy, output)
  return await withRegistry<0>(context, async ({ registry }) => {
    const { name, reason } = options
    const approver = await registry.approvers.revoke({ ...actorOf(options), name, reason, signWith })
    output.line(
      `the key ${approver.key_id} of ${approver.name} counts no more, for no approval that it signed`,
    )
    output.result(approver)
    return 0
  })
}
