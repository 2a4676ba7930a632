import type { CommandContext } from '../../context.ts'
import { detailsOf, type HistoryEntry } from '@claims/registry'
import { withRegistry } from '../../open-model.ts'

/** `claims models history`: 1 when the signature of an approval does not hold. */
export async function modelHistory(
  { model }: { readonly model: string },
  context: CommandContext,
): Promise<0 | 1> {
  const { output } = context
  const { entries, approvals } = await withRegistry(context, async ({ registry }) => ({
    entries: await registry.history(model),
    approvals: await registry.gates.verifyApprovals(model),
  }))
  const wrong = approvals.filter(({ problem }) => problem !== null)
  for (const entry of entries) {
    output.line(
      `${entry.time}  ${entry.action.padEnd(15)} ${entry.version === '' ? 'the model' : `version ${entry.version}`}${entry.alias === null ? '' : ` as ${entry.alias}`}, by ${entry.actor}${entry.reason === '' ? '' : `: ${entry.reason}`}${entry.override ? ' (failing gates overridden)' : ''}${notesOf(entry)}`,
    )
  }
  for (const { position, approver, problem } of wrong)
    output.note(`warning: line ${String(position)}, the approval of ${approver}: ${String(problem)}`)
  output.result({ entries, approvals })
  return wrong.length === 0 ? 0 : 1
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
