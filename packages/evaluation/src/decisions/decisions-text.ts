import type { Blueprint, Evaluation } from '@claims/contracts'
import { decimal } from '../report/format.ts'

/**
 * Which decision holds from where, as text: those in force, or as declared where an older evaluation does not say.
 *
 * @param evaluation threshold and decisions
 * @param blueprint the declared decisions
 * @example
 * decisionsText(evaluation, blueprint) // 'auto_approve below 0.3100, manual_review from 0.3100'
 */
export function decisionsText(
  { decisions, threshold }: Pick<Evaluation, 'decisions' | 'threshold'>,
  { policy }: Pick<Blueprint, 'policy'>,
): string {
  const edges = decisions ?? policy.decisions
  const at = (from: number | 'threshold'): string => decimal(from === 'threshold' ? threshold.value : from, 4)
  return edges
    .map(({ from, decision }, i) =>
      i === 0 ? `${decision} below ${at(edges[1]?.from ?? 1)}` : `${decision} from ${at(from)}`,
    )
    .join(', ')
}
