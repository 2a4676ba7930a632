import { ClaimsError } from '@claims/contracts'
import type { RetentionCommandOptions } from '../../command-options.ts'
import type { CommandContext } from '../../context.ts'
import { withRegistry } from '../../open-model.ts'

/** `claims models retention`: says what would be deleted and why the rest is kept; with `--apply` deletes it. */
export async function retentionOfModel(
  options: RetentionCommandOptions,
  context: CommandContext,
): Promise<0> {
  const { output } = context
  const { name, keep, actor, apply = false } = options
  const reason = options.reason ?? ''
  if (apply && reason === '') {
    throw new ClaimsError('invalid_usage', 'Say why with --reason where --apply is given', {
      problems: [{ field: '--reason', problem: 'is not given', allowed: 'text that the history keeps' }],
    })
  }
  const plan = await withRegistry(context, ({ registry }) =>
    apply ? registry.applyRetention(name, { keep, actor, reason }) : registry.planRetention(name, { keep }),
  )
  for (const { version, reasons } of plan.kept)
    output.line(`keep    version ${version}: ${reasons.join('; ')}`)
  for (const { version } of plan.deletes)
    output.line(`${apply ? 'deleted' : 'delete '} version ${version}: nothing needs it`)
  const before = plan.deleted_before === 0 ? '' : `, ${String(plan.deleted_before)} were deleted before`
  output.line(
    `${name}: ${String(plan.kept.length)} kept, ${String(plan.deletes.length)} ${apply ? 'deleted' : 'to delete'}${before}`,
  )
  if (!apply && plan.deletes.length > 0)
    output.line('nothing was changed; --apply deletes them: lines stay, bundles may be collected')
  output.result({ ...plan, applied: apply })
  return 0
}
