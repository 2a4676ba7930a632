import { MlflowError } from '../errors.ts'
import type { CallOptions } from '../http/transport.ts'
import type { Metrics } from '../metrics.ts'
import type { Runs } from '../runs.ts'
import type { Point, RunBatch } from './run-batch.ts'

/** The calls that {@link logBatchOnce} makes. */
export interface BatchCalls {
  readonly runs: Pick<Runs, 'logBatch'>
  readonly metrics: Pick<Metrics, 'getHistory'>
}

/**
 * Logs a batch so that what was logged before, by a call whose answer was lost, is no error. SQL stores keep an equal
 * point once, but MLflow 2 takes no point that is not a number for equal to itself and refuses the whole batch: then
 * the history tells which of these points are missing.
 *
 * @param client sends the calls
 * @param runId the run
 * @param options the batch, within the limits of one call
 */
export async function logBatchOnce(
  client: BatchCalls,
  runId: string,
  { batch, call }: { readonly batch: Required<RunBatch>; readonly call: CallOptions },
): Promise<void> {
  const send = ({ metrics, params, tags }: Required<RunBatch>): Promise<void> =>
    client.runs.logBatch({ runId, metrics: [...metrics], params: [...params], tags: [...tags] }, call)
  try {
    await send(batch)
  } catch (error) {
    const odd = batch.metrics.filter(({ value }) => Number.isNaN(value))
    if (odd.length === 0 || !isDuplicate(error)) throw error
    await send({ ...batch, metrics: batch.metrics.filter(({ value }) => !Number.isNaN(value)) })
    const missing: Point[] = []
    for (const key of new Set(odd.map((point) => point.key))) {
      const there = new Set<string>()
      for await (const point of client.metrics.getHistory({ runId, metricKey: key }, call))
        if (Number.isNaN(point.value)) there.add(place(point))
      missing.push(...odd.filter((point) => point.key === key && !there.has(place(point))))
    }
    if (missing.length > 0) await send({ metrics: missing, params: [], tags: [] })
  }
}

const place = ({ timestamp, step = 0 }: Pick<Point, 'step'> & { timestamp?: number | undefined }): string =>
  `${timestamp} ${step}`

/** What SQLite, PostgreSQL and MySQL say of a point that is there. */
function isDuplicate(error: unknown): boolean {
  return (
    error instanceof MlflowError &&
    error.errorCode === 'BAD_REQUEST' &&
    /UNIQUE constraint failed: metrics|metric_pk|Duplicate entry .* for key 'metrics/.test(error.message)
  )
}
