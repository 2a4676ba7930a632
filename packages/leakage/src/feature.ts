import type { Column } from '@claims/contracts'
import type { FrameColumn } from '@claims/frame'

/** A column that would become a feature, and its values. */
export interface Feature {
  readonly declared: Column
  readonly values: FrameColumn
}

/** A share as a percentage with one decimal. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}
