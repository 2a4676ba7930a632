import { effectiveTrials } from './grouped-variance.ts'
import type { Asked } from './kept-share.ts'
import type { SamplingUnits } from './sampling-units.ts'
import { wilsonInterval, type Interval } from './wilson.ts'

/**
 * Wilson's interval of a share of rows that hang together in groups, of as many trials as the groups are worth.
 *
 * @param asked rows that pass a question, and those that it is asked of
 * @param options what hangs together; confidence, such as 0.95
 * @returns bounds within 0 ... 1
 */
export function groupedShareInterval(
  { success, trial }: Asked,
  { units, level }: { readonly units: SamplingUnits; readonly level: number },
): Interval {
  const trials = trial.reduce((sum, value) => sum + value, 0)
  if (trials === 0) return wilsonInterval(0, 0, level)
  const successes = success.reduce((sum, value, row) => sum + value * trial[row]!, 0)
  const worth = effectiveTrials(success, trial, units)
  return wilsonInterval(successes === trials ? worth : (successes / trials) * worth, worth, level)
}
