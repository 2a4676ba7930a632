import { actorOf } from '../../actor.ts'
import type { EnrollOptions } from '../../command-options.ts'
import type { CommandContext } from '../../context.ts'
import { withRegistry } from '../../open-model.ts'
import { readPublicKey, readSigningKey } from './key-files.ts'

/** `claims keys enroll` */
export async function enrollKey(options: EnrollOptions, context: CommandContext): Promise<0> {
  const { output } = context
  const publicKey = await readPublicKey(options.publicKey)
  const signWith = options.signedBy === undefined ? undefined : await readSigningKey(options.signedBy, output)
  return await withRegistry<0>(context, async ({ registry }) => {
    const { name, reason } = options
    const approver = await registry.approvers.enroll({
      ...actorOf(options),
      name,
      reason,
      publicKey,
      signWith,
    })
    output.line(
      `${name} may approve, with the key ${approver.key_id}${approver.signed_by === null ? '; the first key of all is trusted as it is' : `, signed for by ${approver.signed_by}`}`,
    )
    output.result(approver)
    return 0
  })
}
