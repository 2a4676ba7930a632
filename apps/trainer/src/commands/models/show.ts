import { ClaimsError } from '@claims/contracts'
import { championAlias, isMlflowReference, type ModelRegistry } from '@claims/registry'
import type { CommandContext } from '../../context.ts'
import { resolveAtMlflow, withRegistry } from '../../open-model.ts'
import { namedVersion, type NamedVersion } from './named-version.ts'

/** `claims models show` */
export async function showModel({ model }: { readonly model: string }, context: CommandContext): Promise<0> {
  if (isMlflowReference(model)) return await showMlflowModel(model, context)
  return await withRegistry<0>(context, async ({ registry }) => {
    const { output } = context
    const { named, newest } = await championOrNewest(registry, model)
    const version = await registry.get(named.name, named.version)
    const { headline, deleted, retired } = version
    output.line(
      `${version.name}@${version.version}, registered ${version.registered_at}, ${version.model.kind}, ${version.stage}`,
    )
    output.line(
      `test AUC ${headline.roc_auc.toFixed(3)} (${headline.roc_auc_lower.toFixed(3)} to ${headline.roc_auc_upper.toFixed(3)}), promotable: ${headline.promotable ? 'yes' : 'no'}`,
    )
    output.line(`aliases: ${version.aliases.join(', ') || 'none'}`)
    if (version.description !== '') output.line(`description: ${version.description}`)
    const tags = Object.entries(version.tags)
    if (tags.length > 0) output.line(`tags: ${tags.map(([key, value]) => `${key}=${value}`).join(', ')}`)
    if (newest) output.line('no version is champion yet; this is the newest one')
    if (retired !== null) output.line(`retired ${retired.time} by ${retired.actor}: ${retired.reason}`)
    if (deleted !== null) output.line(`deleted ${deleted.time} by ${deleted.actor}: ${deleted.reason}`)
    const directory =
      deleted === null ? await (await registry.resolve(`${named.name}@${named.version}`)).locate() : null
    if (directory !== null) output.line(`bundle: ${directory}`)
    output.result({ ...version, directory, champion: version.aliases.includes(championAlias) })
    return 0
  })
}

async function showMlflowModel(reference: string, context: CommandContext): Promise<0> {
  const { output } = context
  const found = await resolveAtMlflow(reference, context)
  const { name, version, address, manifest, manifestSha256, notes, warnings } = found
  const { headline, model } = manifest
  const directory = await found.locate()
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
async function championOrNewest(
  registry: ModelRegistry,
  model: string,
): Promise<{ readonly named: NamedVersion; readonly newest: boolean }> {
  if (model.includes('@')) return { named: await namedVersion(registry, model), newest: false }
  try {
    return { named: await namedVersion(registry, `${model}@${championAlias}`), newest: false }
  } catch (error) {
    if (!(error instanceof ClaimsError) || error.code !== 'unknown_alias') throw error
    return { named: { name: model, version: await newestVersion(registry, model) }, newest: true }
  }
}

/** The newest version that is not deleted; the newest of all where every one is. */
async function newestVersion(registry: ModelRegistry, name: string): Promise<string> {
  const first = await registry.versionsPage(name, { limit: 1 })
  for (let page = first; ; page = await registry.versionsPage(name, { cursor: page.next })) {
    const found = page.versions.find(({ deleted }) => deleted === null)
    if (found !== undefined) return found.version
    if (page.next === undefined) return String(first.total)
  }
}
