import { MlflowError, type MlflowErrorCode } from '../errors.ts'
import type { CallOptions } from '../http/transport.ts'
import { workThrough } from '../work-through.ts'
import { cutBatches } from './cut-batches.ts'
import { logBatchOnce, type BatchCalls } from './log-batch-once.ts'
import type { Pair, Point, RunBatch } from './run-batch.ts'

/** A point, param or tag that the server will not take. */
export type RefusedEntry = Entry & { readonly error: MlflowError }

type Entry =
  { readonly kind: 'metric'; readonly item: Point } | { readonly kind: 'param' | 'tag'; readonly item: Pair }

/** What {@link sendBatch} sends. */
export interface SendBatchOptions {
  readonly batch: RunBatch
  readonly call: CallOptions
  /** Told of each entry that the server will never take. */
  readonly onRefused: (entry: RefusedEntry) => void
}

/** Answers that are about what was sent, and that another try would not change. */
const refusals: ReadonlySet<MlflowErrorCode> = new Set([
  'invalid_argument',
  'conflict',
  'already_exists',
  'not_found',
])
const tooLarge = 413
/** Batches of points at a time: what a server does in Python for one overlaps with the database's work for another. */
const batchesAtATime = 2

/**
 * Logs points, params and tags, in calls that the server takes. A call is all or nothing on the server: one that is
 * refused is halved until only what is refused is left, so that nothing else is lost with it.
 *
 * @param client sends the calls
 * @param runId the run
 * @param options what to log, options of each call, and who is told of what the server refuses
 * @throws MlflowError when the server cannot be reached, or refuses the run whatever is logged to it
 *
 * @example
 * await sendBatch(client, runId, { batch: { metrics }, call: {}, onRefused: (entry) => refused.push(entry) })
 */
export async function sendBatch(
  client: BatchCalls,
  runId: string,
  { batch, call, onRefused }: SendBatchOptions,
): Promise<void> {
  const halve = async (entries: readonly Entry[], error: MlflowError): Promise<void> => {
    const [first, ...others] = entries
    if (first !== undefined && others.length === 0) {
      onRefused({ ...first, error })
      return
    }
    const middle = Math.ceil(entries.length / 2)
    for (const half of [entries.slice(0, middle), entries.slice(middle)]) {
      const refusal = await refusalOfCall(logBatchOnce(client, runId, { batch: batchOf(half), call }))
      if (refusal) await halve(half, refusal)
    }
  }
  const sendPart = async (part: Required<RunBatch>): Promise<void> => {
    const refusal = await refusalOfCall(logBatchOnce(client, runId, { batch: part, call }))
    if (refusal === undefined) return
    // Throws what is wrong with the run, should it be that.
    await client.runs.logBatch({ runId, metrics: [], params: [], tags: [] }, call)
    await halve(entriesOf(part), refusal)
  }
  // Params come before tags and points. Points need no order of arrival: step and time say which is the last.
  const parts = cutBatches(batch)
  const isOfPoints = ({ params, tags }: Required<RunBatch>): boolean => params.length + tags.length === 0
  for (const part of parts) if (!isOfPoints(part)) await sendPart(part)
  await workThrough(parts.filter(isOfPoints), sendPart, { atATime: batchesAtATime, signal: call.signal })
}

/** The error of entries that the server refused, which names the first five. */
export function refusalOf(refused: readonly RefusedEntry[], total: number): MlflowError | undefined {
  const [first] = refused
  if (first === undefined) return undefined
  const { code, status, errorCode, requestId, endpoint } = first.error
  const details = {
    endpoint,
    status,
    errorCode,
    requestId,
    field: first.item.key.slice(0, 200),
    cause: first.error,
  }
  const named = refused.slice(0, 5).map(describeRefusal).join('; ')
  const more = refused.length > 5 ? `; and ${refused.length - 5} more` : ''
  const others = total > refused.length ? '; the others are logged' : ''
  return new MlflowError(
    code,
    `runs.logBatch: the server refused ${refused.length} of ${total}${others}: ${named}${more}`,
    details,
  )
}

/** Which entry, and what the server says of it. */
export function describeRefusal({ kind, item, error }: RefusedEntry): string {
  const key = JSON.stringify(item.key.length > 80 ? `${item.key.slice(0, 80)}...` : item.key)
  const step = 'step' in item && item.step !== undefined ? ` at step ${item.step}` : ''
  return `${kind} ${key}${step}: ${error.message.slice(0, 200)}`
}

/** What the server says of a call that it refuses; other failures are thrown. */
async function refusalOfCall(call: Promise<void>): Promise<MlflowError | undefined> {
  try {
    await call
    return undefined
  } catch (error) {
    if (!(error instanceof MlflowError) || error.retryable) throw error
    if (!refusals.has(error.code) && error.status !== tooLarge) throw error
    return error
  }
}

function entriesOf({ params, tags, metrics }: Required<RunBatch>): Entry[] {
  return [
    ...params.map((item): Entry => ({ kind: 'param', item })),
    ...tags.map((item): Entry => ({ kind: 'tag', item })),
    ...metrics.map((item): Entry => ({ kind: 'metric', item })),
  ]
}

function batchOf(entries: readonly Entry[]): Required<RunBatch> {
  return {
    params: entries.flatMap(({ kind, item }) => (kind === 'param' ? [item] : [])),
    tags: entries.flatMap(({ kind, item }) => (kind === 'tag' ? [item] : [])),
    metrics: entries.flatMap((entry) => (entry.kind === 'metric' ? [entry.item] : [])),
  }
}
