import type { Evaluation } from '@claims/contracts'
import { columnContributions, dependence, type Dependence, type ReportInput } from '@claims/evaluation'
import type { TrainedParts } from './trained-parts.ts'

/** Leading columns that get a picture. */
export const picturedColumns = 6

/** What the report and the model card are made from. */
export function reportInput(parts: TrainedParts, evaluation: Evaluation): ReportInput {
  const { data, evaluated, fitted, createdAt } = parts
  return {
    evaluation,
    blueprint: data.blueprint,
    dataset: {
      source: data.lineage.source,
      rows: data.lineage.rows,
      rejectedRows: data.rejectedRows,
      positives: data.target.reduce((sum, value) => sum + value, 0),
      period: periodOf(data.times),
    },
    test: { target: evaluated.target, probability: evaluated.probability },
    validation: data.report,
    dependence: dependenceOf(parts, fitted.features.names),
    createdAt: createdAt.toISOString(),
  }
}

function dependenceOf(
  { data, evaluated, fitted }: TrainedParts,
  featureNames: readonly string[],
): Dependence[] {
  const { contributions, frame } = evaluated.explained
  const byColumn = columnContributions(contributions, {
    featureNames,
    sources: fitted.features.steps.sources,
    blueprint: data.blueprint,
  })
  return evaluated.global.slice(0, picturedColumns).flatMap(({ feature }) => {
    const values = byColumn.get(feature)
    if (values === undefined || !frame.has(feature)) return []
    return [dependence({ feature, column: frame.column(feature), contributions: values })]
  })
}

/** First and last day of event times. @param times epoch milliseconds, NaN where missing */
export function periodOf(times: Float64Array | undefined): { from: string; to: string } | null {
  if (times === undefined) return null
  let from = Infinity
  let to = -Infinity
  for (const time of times) {
    if (time < from) from = time
    if (time > to) to = time
  }
  if (from > to) return null
  return { from: new Date(from).toISOString().slice(0, 10), to: new Date(to).toISOString().slice(0, 10) }
}
