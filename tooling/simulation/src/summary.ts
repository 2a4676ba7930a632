import type { FigureName, WorldResult } from './world.ts'

/** A figure over many worlds. */
export interface FigureSummary {
  readonly figure: FigureName
  readonly worlds: number
  readonly meanTruth: number
  /** Mean of reported less true. */
  readonly meanError: number
  /** Standard error of that mean. */
  readonly standardError: number
  /** Worlds whose interval holds the truth. */
  readonly held: number
  /** Mean half width of the interval. */
  readonly halfWidth: number
}

/**
 * What the reports of many worlds of one kind are worth: their mean error and how often their intervals hold the truth.
 *
 * @param results at least two, of one kind
 */
export function summarize(results: readonly WorldResult[]): FigureSummary[] {
  const names = Object.keys(results[0]?.figures ?? {}) as FigureName[]
  return names.map((figure) => {
    const measured = results.map(({ figures }) => figures[figure])
    const errors = measured.map(({ value, truth }) => value - truth)
    const meanError = mean(errors)
    const variance = errors.reduce((sum, error) => sum + (error - meanError) ** 2, 0) / (errors.length - 1)
    return {
      figure,
      worlds: results.length,
      meanTruth: mean(measured.map(({ truth }) => truth)),
      meanError,
      standardError: Math.sqrt(variance / errors.length),
      held: measured.filter(({ lower, upper, truth }) => lower <= truth && truth <= upper).length,
      halfWidth: mean(measured.map(({ lower, upper }) => (upper - lower) / 2)),
    }
  })
}

/** The summaries as lines of a Markdown table. */
export function tableOf(summaries: readonly FigureSummary[]): string {
  const head = ['figure', 'mean truth', 'mean error', '± (1 se)', 'interval ±', 'holds the truth']
  const rows = summaries.map((each) => {
    const digits = each.figure.endsWith('_per_claim') ? 1 : 4
    const number = (value: number): string => value.toFixed(digits)
    return [
      each.figure,
      number(each.meanTruth),
      number(each.meanError),
      number(each.standardError),
      number(each.halfWidth),
      `${String(each.held)} of ${String(each.worlds)}`,
    ]
  })
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
