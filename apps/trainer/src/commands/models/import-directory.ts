import { stat } from 'node:fs/promises'
import { openStorage } from '@claims/api/storage'
import { ClaimsError } from '@claims/contracts'
import { importDirectory, type ImportedModel } from '@claims/registry'
import { actorOf } from '../../actor.ts'
import type { ImportDirectoryOptions } from '../../command-options.ts'
import type { CommandContext } from '../../context.ts'

/** `claims models import-directory`: 1 where something could not be brought. */
export async function importDirectoryModels(
  options: ImportDirectoryOptions,
  { config, output }: CommandContext,
): Promise<0 | 1> {
  const { directory = config.storage.directory } = options
  if (options.directory !== undefined) await requireDirectory(options.directory)
  const opened = await openStorage(config.storage)
  try {
    const { models, refused, skipped } = await importDirectory({
      directory,
      to: opened,
      actor: actorOf(options).actor,
      onModel: (model) => {
        if ('error' in model)
          output.note(`warning: ${model.name} was not brought: ${model.error.message} [${model.error.code}]`)
        else say(model, output)
      },
    })
    if (skipped.length > 0)
      output.note(`note: ${skipped.join(', ')} of the directory stay there: they are no models`)
    const damaged = models.reduce((sum, model) => sum + model.damaged.length, 0)
    const [lines, bundles] = [sumOf(models, ({ lines }) => lines), sumOf(models, countOf)]
    output.line(
      models.length + refused.length === 0
        ? `${directory} holds no model`
        : `verified: ${String(models.length)} models with ${String(lines)} lines and ${String(bundles)} bundles are the same on both sides`,
    )
    if (refused.length + damaged > 0)
      output.line(`not brought: ${String(refused.length)} models, ${String(damaged)} bundles`)
    output.result({
      ...{ directory, database: opened.database.place, verified: { models: models.length, lines, bundles } },
      models: models.map((model) => ({ ...model, damaged: model.damaged.map(errorOf) })),
      refused: refused.map(errorOf),
      skipped,
    })
    return refused.length + damaged > 0 ? 1 : 0
  } finally {
    await opened.close()
  }
}

function say(model: ImportedModel, output: CommandContext['output']): void {
  const { name, versions, lines, appended, bundles, damaged, unchecked } = model
  const what =
    appended === 0 ? 'its history was there' : `${String(appended)} of ${String(lines)} lines brought`
  output.line(
    `${name}: ${String(versions)} versions, ${what}, ${String(bundles.brought)} bundles brought, ${String(bundles.there)} there`,
  )
  if (unchecked.promotions > 0)
    output.note(
      `warning: ${String(unchecked.promotions)} promotions of ${name} are taken over as they stand; no gate was checked`,
    )
  if (unchecked.approvals > 0)
    output.note(
      `warning: ${String(unchecked.approvals)} approvals of ${name} are not signed with a key that is enrolled here, or not for this history; they do not count`,
    )
  for (const { version, error } of damaged)
    output.note(`warning: the bundle of ${name}@${version} was not brought: ${error.message} [${error.code}]`)
}

function errorOf<T extends { readonly error: ClaimsError }>({
  error,
  ...rest
}: T): Omit<T, 'error'> & Pick<ClaimsError, 'code' | 'message' | 'problems'> {
  return { ...rest, code: error.code, message: error.message, problems: error.problems }
}

function countOf({ bundles }: ImportedModel): number {
  return bundles.brought + bundles.there
}

function sumOf(models: readonly ImportedModel[], count: (model: ImportedModel) => number): number {
  return models.reduce((sum, model) => sum + count(model), 0)
}

async function requireDirectory(directory: string): Promise<void> {
  const found = await stat(directory).catch(() => null)
  if (found?.isDirectory() === true) return
  const problem = found === null ? 'does not exist' : 'is no directory'
  throw new ClaimsError('file_not_found', `${directory} ${problem}`, {
    problems: [{ field: 'directory', problem, allowed: 'the directory of a registry', received: directory }],
  })
}
