import type { CommandContext } from '../../context.ts'
import { withRegistry } from '../../open-model.ts'

/** `claims keys list` */
export async function listKeys(_options: object, context: CommandContext): Promise<0> {
  const { output } = context
  const approvers = await withRegistry(context, ({ registry }) => registry.approvers.list())
  if (approvers.length === 0) output.line('nobody may approve yet; claims keys enroll NAME --public-key FILE')
  for (const {
    name,
    key_id: key,
    enrolled_at: at,
    signed_by: by,
    revoked_at: revoked,
    revoked_because,
  } of approvers)
    output.line(
      `${name}  key ${key.slice(0, 16)}, enrolled ${at}${by === null ? ', trusted on first use' : `, signed for by ${by}`}${revoked === null ? '' : `; revoked ${revoked}: ${String(revoked_because)}`}`,
    )
  output.result({ approvers })
  return 0
}
