import { ClaimsError, columnRoles } from '@claims/contracts'
import type { Frame, FrameColumn } from '@claims/frame'
import { z } from 'zod'
import type { FitContext } from './step.ts'

/** Column names, or all feature columns of a kind. */
export const columnSelectorSchema: z.ZodType<ColumnSelector> = z.union([
  z.array(z.string().min(1)),
  z.enum(['number', 'category', 'text', 'timestamp', 'boolean']),
])
/** Column names, or all feature columns of a kind. */
export type ColumnSelector = readonly string[] | FrameColumn['kind']

/** Whether a column may become a feature: its role says so, or a step made it. */
export function isFeatureColumn(name: string, context: FitContext): boolean {
  const role = context.roles.get(name)
  return role === undefined || columnRoles[role].isFeature
}

/**
 * The columns that a selector means.
 *
 * @param selector names (each must exist and have a role that a step may read), or a kind (all feature columns of that
 *   kind, in frame order)
 * @returns names in order
 * @throws ClaimsError `unknown_column`; `invalid_blueprint` for a column whose role is id, entity, label, sensitive,
 *   post_outcome or ignored
 */
export function selectColumns(
  selector: ColumnSelector,
  frame: Frame,
  context: FitContext,
): readonly string[] {
  if (typeof selector !== 'string') {
    for (const name of selector) {
      if (!frame.has(name)) {
        throw new ClaimsError('unknown_column', `A step names the column "${name}", which is not there`, {
          problems: [
            { field: name, problem: 'does not exist at this step', allowed: frame.names.join(', ') },
          ],
        })
      }
      const role = context.roles.get(name)
      if (role !== undefined && !columnRoles[role].stepsMayRead) {
        throw new ClaimsError('invalid_blueprint', `A step reads the column "${name}" of role ${role}`, {
          problems: [
            {
              field: name,
              problem: `has the role ${role}, which no step may read`,
              allowed: 'numeric, categorical, date, text, document or event_time columns',
            },
          ],
        })
      }
    }
    return selector
  }
  return [...frame.entries()]
    .filter(([name, column]) => column.kind === selector && isFeatureColumn(name, context))
    .map(([name]) => name)
}

/**
 * The columns that a selector means, each checked to be of a kind that the step can work on.
 *
 * @param selector names or a kind
 * @param input the rows and context that the step is fitted on
 * @param kinds allowed kinds
 * @returns names in order
 * @throws ClaimsError `unknown_column`, `invalid_blueprint`
 */
export function selectColumnsOf(
  selector: ColumnSelector,
  { frame, context }: { readonly frame: Frame; readonly context: FitContext },
  kinds: readonly FrameColumn['kind'][],
): readonly string[] {
  const names = selectColumns(selector, frame, context)
  for (const name of names) {
    const { kind } = frame.column(name)
    if (!kinds.includes(kind)) {
      throw new ClaimsError(
        'invalid_blueprint',
        `A step reads the column "${name}" of kind ${kind}; it works on ${kinds.join(', ')}`,
        { problems: [{ field: name, problem: `is of kind ${kind}`, allowed: kinds.join(', ') }] },
      )
    }
  }
  return names
}
