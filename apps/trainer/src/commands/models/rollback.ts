import { actorOf } from '../../actor.ts'
import type { RollbackOptions } from '../../command-options.ts'
import type { CommandContext } from '../../context.ts'
import { withRegistry } from '../../open-model.ts'

/** `claims models rollback` */
export async function rollbackModel(options: RollbackOptions, context: CommandContext): Promise<0> {
  const { output } = context
  const entry = await withRegistry(context, ({ registry }) =>
    registry.rollback(options.model, {
      ...actorOf(options),
      reason: options.reason,
      expected: options.expected,
      restore: options.restore,
    }),
  )
  output.line(`${options.model}@${entry.version} is champion again`)
  output.result(entry)
  return 0
}
