import type { ColumnRole } from '@claims/contracts'
import type { Frame, FrameColumn } from '@claims/frame'
import { ClaimsError } from '@claims/contracts'
import { z } from 'zod'
import type { FitContext } from './step.ts'

/** Column names, or all feature columns of a kind. */
export const columnSelectorSchema: z.ZodType<ColumnSelector> = z.union([
  z.array(z.string().min(1)),
  z.enum(['number', 'category', 'text', 'timestamp', 'boolean']),
])
/** Column names, or all feature columns of a kind. */
export type ColumnSelector = readonly string[] | FrameColumn['kind']

const featureRoles: ReadonlySet<ColumnRole> = new Set<ColumnRole>([
  'numeric',
  'categorical',
  'date',
  'text',
  'document',
])

/** Whether a column may become a feature: its role says so, or a step made it. */
export function isFeatureColumn(name: string, context: FitContext): boolean {
  const role = context.roles.get(name)
  return role === undefined || featureRoles.has(role)
}

/**
 * The columns that a selector means.
 *
 * @param selector names (each must exist), or a kind (all feature columns of that kind, in frame order)
 * @returns names in order
 * @throws ClaimsError `unknown_column`
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
    }
    return selector
  }
  return [...frame.entries()]
    .filter(([name, column]) => column.kind === selector && isFeatureColumn(name, context))
    .map(([name]) => name)
}
