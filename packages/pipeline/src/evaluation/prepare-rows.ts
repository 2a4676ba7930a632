import type { FittedPipeline } from '@claims/scoring'
import type { RowsToEvaluate } from './evaluate-rows.ts'
import type { TrainingData } from '../data/read-training-data.ts'
import { rejectRows } from '../data/reject-rows.ts'
import { takeTarget } from '../data/take-rows.ts'
import { fileSampling, testSampling } from './test-sampling.ts'

/**
 * A labelled file ready to be evaluated by a pipeline: rows that it cannot score are rejected.
 *
 * @param accepted rows of the file
 * @param pipeline that the rows are for
 * @returns the data without the rows that have an infinite feature, and the rows as `evaluateRows` takes them
 */
export function prepareRows(
  accepted: TrainingData,
  pipeline: FittedPipeline,
): { readonly data: TrainingData; readonly rows: RowsToEvaluate } {
  const prepared = pipeline.prepare(accepted.inputs)
  const infinite = prepared.infinite()
  const data = rejectRows(accepted, infinite)
  const finite = Uint32Array.from(accepted.target.keys()).filter((row) => !infinite.has(row))
  const { frame, target } = data
  const kept = infinite.size === 0 ? prepared : prepared.take(finite)
  return { data, rows: { prepared: kept, frame, target, sampling: fileSampling(data) } }
}

/** Some rows of data that is known to have finite features. @param rows 0-based */
export function rowsToEvaluate(
  data: TrainingData,
  rows: Uint32Array,
  pipeline: FittedPipeline,
): RowsToEvaluate {
  const frame = data.frame.take(rows)
  const sampling = testSampling(data, rows, data.blueprint.split.kind)
  return { prepared: pipeline.prepare(frame), frame, target: takeTarget(data.target, rows), sampling }
}
