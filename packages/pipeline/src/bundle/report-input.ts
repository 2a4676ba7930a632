import type { Evaluation } from '@claims/contracts'
import { dependence, wordDependence, type Dependence, type ReportInput } from '@claims/evaluation'
import type { FittedPipeline } from '@claims/scoring'
import type { ExplainedRows } from '../evaluation/evaluate-rows.ts'
import type { TrainedParts } from './trained-parts.ts'

/** Leading columns that get a picture. */
const picturedColumns = 6

/** What the report and the model card are made from. */
export function reportInput(parts: TrainedParts, evaluation: Evaluation): ReportInput {
  const { data, evaluated, pipeline, createdAt } = parts
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
    dependence: dependenceOf(evaluated.explained, pipeline, evaluation.explanations.global),
    contributionScale: pipeline.explains.contributionScale,
    createdAt: createdAt.toISOString(),
  }
}

/**
 * How scores depend on the leading raw columns: on values, on levels, and on the words of a text.
 *
 * @param rows explained rows; null where the pipeline explains nothing
 * @param pipeline that they are explained by
 * @param leading columns, first those that move scores most
 */
export function dependenceOf(
  rows: ExplainedRows | null,
  { sources }: FittedPipeline,
  leading: Evaluation['explanations']['global'],
): Dependence[] {
  if (rows === null) return []
  const { frame, matrix, contributions, byColumn } = rows
  return leading.slice(0, picturedColumns).flatMap(({ feature }) => {
    const values = byColumn.get(feature)
    if (values === undefined || !frame.has(feature)) return []
    const column = frame.column(feature)
    if (column.kind !== 'text') return [dependence({ feature, column, contributions: values })]
    const words = wordDependence({ feature, matrix, contributions, sources })
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
