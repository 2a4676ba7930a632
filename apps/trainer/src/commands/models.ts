import type { CommandContext } from '../context.ts'
import type { PromoteOptions, RollbackOptions } from '../command-options.ts'
import { openRegistry } from '../open-model.ts'
import { ClaimsError } from '@claims/contracts'
import { championAlias, type ModelRegistry, type ResolvedModel } from '@claims/registry'

/** `claims models list`: 1 when a model is damaged, which hides no other. */
export async function listModels(_options: object, { config, output }: CommandContext): Promise<0 | 1> {
  const { models, damaged } = await openRegistry(config).list()
  if (models.length === 0 && damaged.length === 0)
    output.line('no model is registered; claims train --register NAME registers one')
  for (const model of models) {
    const aliases = Object.entries(model.aliases).map(([alias, version]) => `${alias} -> ${version}`)
    output.line(
      `${model.name}: ${String(model.versions)} ${model.versions === 1 ? 'version' : 'versions'}, latest ${model.latest_version}${aliases.length > 0 ? `, ${aliases.join(', ')}` : ''}`,
    )
  }
  for (const { name, error } of damaged)
    output.note(`warning: ${name} is damaged: ${error.message} [${error.code}]`)
  output.result({
    models,
    damaged: damaged.map(({ name, error: { code, message, problems } }) => ({
      name,
      code,
      message,
      problems,
    })),
  })
  return damaged.length === 0 ? 0 : 1
}

/** `claims models show` */
export async function showModel(
  { model }: { readonly model: string },
  { config, output }: CommandContext,
): Promise<0> {
  const registry = openRegistry(config)
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

/** `claims models promote` */
export async function promoteModel(options: PromoteOptions, { config, output }: CommandContext): Promise<0> {
  const registry = openRegistry(config)
  if (!options.model.includes('@')) {
    throw new ClaimsError('invalid_usage', 'Say which version to promote: NAME@VERSION or NAME@ALIAS', {
      problems: [
        {
          field: 'model',
          problem: `"${options.model}" names no version`,
          allowed: 'NAME@VERSION or NAME@ALIAS',
        },
      ],
    })
  }
  const { name, version } = await registry.resolve(options.model)
  const entry = await registry.promote(name, version, {
    actor: options.actor,
    reason: options.reason,
    ...(options.override === true ? { override: true } : {}),
  })
  output.line(
    `${name}@${version} is champion${entry.previous === null ? '' : `, in place of version ${entry.previous}`}`,
  )
  output.result(entry)
  return 0
}

/** `claims models rollback` */
export async function rollbackModel(
  options: RollbackOptions,
  { config, output }: CommandContext,
): Promise<0> {
  const entry = await openRegistry(config).rollback(options.model, {
    actor: options.actor,
    reason: options.reason,
    expected: options.expected,
  })
  output.line(`${options.model}@${entry.version} is champion again`)
  output.result(entry)
  return 0
}

/** `claims models history` */
export async function modelHistory(
  { model }: { readonly model: string },
  { config, output }: CommandContext,
): Promise<0> {
  const entries = await openRegistry(config).history(model)
  for (const entry of entries) {
    output.line(
      `${entry.time}  ${entry.action.padEnd(9)} version ${entry.version}${entry.alias === null ? '' : ` as ${entry.alias}`}, by ${entry.actor}${entry.reason === '' ? '' : `: ${entry.reason}`}${entry.override ? ' (constraints overridden)' : ''}`,
    )
  }
  output.result({ entries })
  return 0
}
