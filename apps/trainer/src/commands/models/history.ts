import type { CommandContext } from '../../context.ts'
import { detailsOf, type HistoryEntry } from '@claims/registry'
import { withRegistry } from '../../open-model.ts'

/** `claims models history` */
export async function modelHistory(
  { model }: { readonly model: string },
  context: CommandContext,
): Promise<0> {
  const { output } = context
  const entries = await withRegistry(context, ({ registry }) => registry.history(model))
  for (const entry of entries) {
    output.line(
      `${entry.time}  ${entry.action.padEnd(9)} version ${entry.version}${entry.alias === null ? '' : ` as ${entry.alias}`}, by ${entry.actor}${entry.reason === '' ? '' : `: ${entry.reason}`}${entry.override ? ' (constraints overridden)' : ''}${notesOf(entry)}`,
    )
  }
  output.result({ entries })
  return 0
}

/** What was written to a version. */
function notesOf(entry: HistoryEntry): string {
  const description = detailsOf(entry, 'describe')?.description
  if (description !== undefined) return ` "${description}"`
  const tags = detailsOf(entry, 'tag')
  if (tags === undefined) return ''
  const set = tags.set.map(([key, value]) => ` ${key}=${value}`)
  return [...set, ...tags.removed.map((key) => ` -${key}`)].join('')
}
