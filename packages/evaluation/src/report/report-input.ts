import type { Blueprint, Evaluation, ValidationReport } from '@claims/contracts'
import type { Dependence } from '../explanations/dependence.ts'

/** Where the rows came from. */
export interface ReportDataset {
  /** File name or URI as it should be shown, without secrets. */
  readonly source: string
  /** Rows read, before any was rejected. */
  readonly rows: number
  readonly rejectedRows: number
  /** Left out because their outcome could not be known yet. */
  readonly immatureRows: number
  /** Positive rows among those used. */
  readonly positives: number
  /** First and last event time as ISO dates; null without a time column. */
  readonly period: { readonly from: string; readonly to: string } | null
}

/** Everything that a report shows; it is made from stored facts and reads no clock. */
export interface ReportInput {
  readonly evaluation: Evaluation
  readonly blueprint: Blueprint
  readonly dataset: ReportDataset
  /** The rows of `evaluation.test`: outcome 0 or 1 and calibrated probability. */
  readonly test: { readonly target: Uint8Array; readonly probability: Float64Array }
  readonly validation: ValidationReport
  /** Pictures of the leading columns, most important first; six are shown. */
  readonly dependence: readonly Dependence[]
  /** ISO 8601 moment that the report shows as its own. */
  readonly createdAt: string
}
