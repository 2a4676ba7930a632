import type { Evaluation } from '@claims/contracts'
import {
  columnContributions,
  dependence,
  wordDependence,
  type AttributionInput,
  type Dependence,
  type ReportInput,
} from '@claims/evaluation'
import type { Frame, Matrix } from '@claims/frame'
import type { Contributions } from '@claims/models'
import type { TrainedParts } from './trained-parts.ts'

/** Leading columns that get a picture. */
const picturedColumns = 6

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
      immatureRows: data.maturity?.immature_rows ?? 0,
      positives: data.target.reduce((sum, value) => sum + value, 0),
      period: periodOf(data.times),
    },
    test: { target: evaluated.target, probability: evaluated.probability },
    validation: data.report,
    dependence: dependenceOf(evaluated.explained, {
      leading: evaluated.global,
      featureNames: fitted.features.names,
      sources: fitted.features.steps.sources,
      blueprint: data.blueprint,
    }),
    createdAt: createdAt.toISOString(),
  }
}

/** Rows with their raw columns, their features and what those contribute. */
export interface ExplainedRows {
  readonly frame: Frame
  readonly matrix: Matrix
  readonly contributions: Contributions
}

/**
 * How scores depend on the leading raw columns: on values, on levels, and on the words of a text.
 *
 * @param rows explained rows
 * @param input leading columns first, features and where they come from
 */
export function dependenceOf(
  { frame, matrix, contributions }: ExplainedRows,
  input: AttributionInput & { readonly leading: Evaluation['explanations']['global'] },
): Dependence[] {
  const byColumn = columnContributions(contributions, input)
  return input.leading.slice(0, picturedColumns).flatMap(({ feature }) => {
    const values = byColumn.get(feature)
    if (values === undefined || !frame.has(feature)) return []
    const column = frame.column(feature)
    if (column.kind !== 'text') return [dependence({ feature, column, contributions: values })]
    const words = wordDependence({ feature, matrix, contributions, sources: input.sources })
    return words === null ? [] : [words]
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
