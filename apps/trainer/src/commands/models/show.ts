import { championAlias, type ModelRegistry, type ResolvedModel } from '@claims/registry'
import type { CommandContext } from '../../context.ts'
import { withRegistry } from '../../open-model.ts'

/** `claims models show` */
export async function showModel({ model }: { readonly model: string }, context: CommandContext): Promise<0> {
  return await withRegistry<0>(context, async ({ registry }) => {
    const { output } = context
    const { resolved, newest } = await resolveOrNewest(registry, model)
    const version = await registry.get(resolved.name, resolved.version)
    output.line(
      `${version.name}@${version.version}, registered ${version.registered_at}, ${version.model.kind}`,
    )
    output.line(
      `test AUC ${version.headline.roc_auc.toFixed(3)} (${version.headline.roc_auc_lower.toFixed(3)} to ${version.headline.roc_auc_upper.toFixed(3)}), promotable: ${version.headline.promotable ? 'yes' : 'no'}`,
    )
    output.line(`aliases: ${version.aliases.join(', ') || 'none'}`)
    if (newest) output.line('no version is champion yet; this is the newest one')
    const directory = await resolved.locate()
    output.line(`bundle: ${directory}`)
    output.result({
      ...version,
      directory,
      champion: version.aliases.includes(championAlias),
    })
    return 0
  })
}

/** A version by its reference; a name alone is its champion, or the newest version where none is champion. */
async function resolveOrNewest(
  registry: ModelRegistry,
  model: string,
): Promise<{ readonly resolved: ResolvedModel; readonly newest: boolean }> {
  if (!model.includes('@')) {
    const history = await registry.history(model)
    const latest = history.findLast(({ action }) => action === 'register')
    if (latest !== undefined && !history.some((entry) => entry.alias === championAlias))
      return { resolved: await registry.resolve(`${model}@${latest.version}`), newest: true }
  }
  return { resolved: await registry.resolve(model), newest: false }
}
