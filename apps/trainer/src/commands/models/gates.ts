import { actorOf } from '../../actor.ts'
import type { GatesOptions } from '../../command-options.ts'
import type { CommandContext } from '../../context.ts'
import { describeGates } from '../../describe-gates.ts'
import { withRegistry } from '../../open-model.ts'
import { versionOf } from '../../version-of.ts'

/** `claims models gates`: 1 when a promotion would be refused. */
export async function modelGates(options: GatesOptions, context: CommandContext): Promise<0 | 1> {
  const { output } = context
  return await withRegistry<0 | 1>(context, async ({ registry }) => {
    const { name, version } = await versionOf(registry, options.model)
    const { actor } = actorOf(options)
    const report = await registry.gates.check(name, version, { actor, override: options.override === true })
    for (const line of describeGates(report.gates)) output.line(line)
    output.line(
      `${name}@${version} ${report.passed ? 'may' : 'may not'} be promoted by ${actor}${report.overridden ? ', passing over failing gates' : ''}`,
    )
    output.result({ model: name, version, actor, ...report })
    return report.passed ? 0 : 1
  })
}
