import type { Blueprint, Column } from '@claims/contracts'

/** Columns that a claim to score may have: all but the label and what is known only after the outcome. */
export function claimColumns(blueprint: Blueprint): Column[] {
  return blueprint.columns.filter((column) => column.role !== 'label' && column.role !== 'post_outcome')
}
