import type { CommandContext } from '../../context.ts'
import { withRegistry } from '../../open-model.ts'

/** `claims models list`: 1 when a model is damaged, which hides no other. */
export async function listModels(_options: object, context: CommandContext): Promise<0 | 1> {
  const { output } = context
  const { models, damaged } = await withRegistry(context, ({ registry }) => registry.list())
  if (models.length === 0 && damaged.length === 0)
    output.line('no model is registered; claims train --register NAME registers one')
  for (const model of models) {
    const aliases = Object.entries(model.aliases).map(([alias, version]) => `${alias} -> ${version}`)
    const stages = Object.entries(model.stages)
      .filter(([stage]) => stage !== 'None')
      .map(([stage, version]) => `${stage} ${version}`)
    output.line(
      `${model.name}: ${String(model.versions)} ${model.versions === 1 ? 'version' : 'versions'}, latest ${model.latest_version}${aliases.length > 0 ? `, ${aliases.join(', ')}` : ''}${stages.length > 0 ? ` (${stages.join(', ')})` : ''}`,
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
