import { championAlias, isMlflowReference, type ModelRegistry, type ResolvedModel } from '@claims/registry'
import type { CommandContext } from '../../context.ts'
import { resolveAtMlflow, withRegistry } from '../../open-model.ts'

/** `claims models show` */
export async function showModel({ model }: { readonly model: string }, context: CommandContext): Promise<0> {
  if (isMlflowReference(model)) return await showMlflowModel(model, context)
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

async function showMlflowModel(reference: string, context: CommandContext): Promise<0> {
  const { output } = context
  const { name, version, address, manifest, manifestSha256, notes, warnings, locate } = await resolveAtMlflow(
    reference,
    context,
  )
  const { headline, model } = manifest
  const directory = await locate()
  output.line(`${name}, version ${version} of MLflow at ${address}, ${model.kind}`)
  output.line(
    `test AUC ${headline.roc_auc.toFixed(3)} (${headline.roc_auc_lower.toFixed(3)} to ${headline.roc_auc_upper.toFixed(3)}), promotable: ${headline.promotable ? 'yes' : 'no'}`,
  )
  output.line(`manifest ${manifestSha256}${warnings.length === 0 ? ', as the version’s tag says' : ''}`)
  output.line(`bundle: ${directory}`)
  output.result({
    ...{ source: 'mlflow', address, reference, name, version, manifest_sha256: manifestSha256 },
    ...{ model, headline, directory, notes, warnings },
  })
  return 0
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
