import type { CommandContext } from '../../context.ts'
import { withRegistry } from '../../open-model.ts'

/** `claims models history` */
export async function modelHistory(
  { model }: { readonly model: string },
  context: CommandContext,
): Promise<0> {
  const { output } = context
  const entries = await withRegistry(context, ({ registry }) => registry.history(model))
  for (const entry of entries) {
    output.line(
      `${entry.time}  ${entry.action.padEnd(9)} version ${entry.version}${entry.alias === null ? '' : ` as ${entry.alias}`}, by ${entry.actor}${entry.reason === '' ? '' : `: ${entry.reason}`}${entry.override ? ' (constraints overridden)' : ''}`,
    )
  }
  output.result({ entries })
  return 0
}
