import type { Finding } from '@claims/contracts'
import { createWarningSummary } from '@claims/validation'
import { withFurtherErrors } from './further-errors.ts'
import type { TrainingData } from './read-training-data.ts'
import { takeGroups, takeTarget } from './take-rows.ts'

/**
 * Takes further rows out of prepared data, as if their checks had rejected them.
 *
 * @param data accepted rows
 * @param found error findings by position among the accepted rows
 * @returns the data without those rows; the same data when there are none
 */
export function rejectRows(data: TrainingData, found: ReadonlyMap<number, readonly Finding[]>): TrainingData {
  if (found.size === 0) return data
  const kept = Uint32Array.from(data.target.keys()).filter((row) => !found.has(row))
  const errors = new Map(
    [...found].map(([row, findings]) => {
      const fileRow = data.fileRows[row]!
      return [fileRow, findings.map((finding) => ({ ...finding, row: fileRow }))]
    }),
  )
  const validation = withFurtherErrors(data.validation, errors)
  const summary = createWarningSummary()
  summary.addFindings([...errors.values()].flat())
  return {
    ...data,
    frame: data.frame.take(kept),
    inputs: data.inputs.take(kept),
    target: takeTarget(data.target, kept),
    groups: data.groups === undefined ? undefined : takeGroups(data.groups, kept),
    times: data.times === undefined ? undefined : Float64Array.from(kept, (row) => data.times![row]!),
    fileRows: kept.map((row) => data.fileRows[row]!),
    rejectedRows: data.rejectedRows + found.size,
    report: validation.report,
    warnings: [...summary.warnings(validation.report.rows), ...data.warnings],
    validation,
  }
}
