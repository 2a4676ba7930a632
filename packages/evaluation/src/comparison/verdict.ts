import type { Difference } from './difference.ts'

/**
 * Whether two models differ, by their AUC, as a sentence.
 *
 * @param auc second less first
 * @param of names of both; confidence; whether both say the same of every row
 */
export function verdictOf(
  { difference, interval, p_value: p }: Difference,
  {
    a,
    b,
    level,
    alike,
  }: { readonly a: string; readonly b: string; readonly level: number; readonly alike: boolean },
): string {
  if (alike) return `${a} and ${b} say the same of every row.`
  if (interval === null) return `Whether ${b} ranks better than ${a} cannot be told from these rows.`
  const percent = String(Number((100 * level).toFixed(2)))
  const test = p === null ? '' : `, p ${p < 0.001 ? 'below 0.001' : `= ${p.toFixed(3)}`}`
  const figures = `${signed(difference)} (${percent} % interval ${signed(interval.lower)} to ${signed(interval.upper)}${test})`
  if (interval.lower > 0) return `They differ: ${b} has the higher AUC by ${figures}.`
  if (interval.upper < 0) return `They differ: ${a} has the higher AUC; that of ${b} differs by ${figures}.`
  return `No difference of the AUC can be told: that of ${b} differs by ${figures}.`
}

function signed(value: number): string {
  const text = value.toFixed(4)
  return value > 0 ? `+${text}` : text
}
