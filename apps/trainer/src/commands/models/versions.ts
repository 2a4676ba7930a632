import type { ModelVersion } from '@claims/registry'
import type { VersionsOptions } from '../../command-options.ts'
import type { CommandContext } from '../../context.ts'
import { withRegistry } from '../../open-model.ts'

/** `claims models versions`: a page of versions, the newest first. */
export async function listVersions(options: VersionsOptions, context: CommandContext): Promise<0> {
  const { output } = context
  const { name, limit, after, oldestFirst = false } = options
  const page = await withRegistry(context, ({ registry }) =>
    registry.versionsPage(name, { limit, cursor: after, newestFirst: !oldestFirst }),
  )
  for (const version of page.versions) output.line(lineOf(version))
  output.line(`${String(page.versions.length)} of ${String(page.total)} versions`)
  if (page.next !== undefined) output.line(`next page: --after ${page.next}`)
  output.result({ name, ...page, next: page.next ?? null })
  return 0
}

function lineOf(version: ModelVersion): string {
  const { roc_auc: auc, promotable } = version.headline
  const aliases = version.aliases.length === 0 ? '' : `, ${version.aliases.join(', ')}`
  const ending = version.deleted === null ? '' : `, deleted ${version.deleted.time}`
  const described = version.description === '' ? '' : `: ${version.description}`
  return `${version.version.padStart(5)}  ${version.stage.padEnd(10)}  ${version.registered_at}  AUC ${auc.toFixed(3)}${promotable ? '' : ', not promotable'}${aliases}${ending}${described}`
}
