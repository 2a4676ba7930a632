import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { MlflowError } from '../errors.ts'
import { filterOf } from '../filter.ts'
import type { CallOptions } from '../http/transport.ts'
import { logModel, type LoggedModelInfo } from '../model-folder/log-model.ts'
import { registerModel } from '../model-folder/register-model.ts'
import { createDirectSink, type RunClient } from '../run/direct-sink.ts'
import { sendBatch, type RefusedEntry } from '../run/send-batch.ts'
import type { JournalEntry } from './journal-line.ts'
import { placed } from './model-copies.ts'
import type { Operation } from './operation.ts'
import type { RunIds } from './progress-file.ts'

/** The tag of a run with the spool's name of it. */
const runTag = 'mlflow_spool.run'
/** The tag of a logged model or a version with the operation that made it. */
const operationTag = 'mlflow_spool.operation'

/** What an operation is sent with. */
export interface SendContext {
  readonly client: RunClient
  /** The spool's folder of the run. */
  readonly folder: string
  /** The server's ids of a run. @throws MlflowError `spool_damaged` for one that was not created */
  readonly idsOf: (run: string) => RunIds
  readonly call: CallOptions
}

/**
 * Sends an operation so that sending it again has the effect of once: what the server would make anew, such as runs and
 * versions, is looked for by its tag before.
 *
 * @returns the run's ids for one that creates or resumes a run, what the server refuses of a batch, else what the call
 *   resolves to
 */
export async function sendOperation(entry: JournalEntry, context: SendContext): Promise<unknown> {
  const { client, folder, call } = context
  const { operation } = entry
  if (operation.kind === 'create') return createRun(operation, context)
  if (operation.kind === 'resume') return resumeRun(operation.runId, context)
  const ids = context.idsOf(operation.run)
  const sink = createDirectSink(client, ids, call)
  const tag = `${operation.run}/${entry.sequence}`
  if (operation.kind === 'batch') {
    const refused: RefusedEntry[] = []
    const onRefused = (each: RefusedEntry): void => void refused.push(each)
    await sendBatch(client, ids.runId, { batch: operation, call, onRefused })
    return refused
  }
  if (operation.kind === 'inputs') return sink.logInputs(operation.datasets)
  if (operation.kind === 'end') return sink.end(operation.status, operation.endTime)
  if (operation.kind === 'register') return registerOnce(operation, { ...context, ids, tag })
  const copy = join(folder, operation.copy)
  const result =
    operation.kind === 'files'
      ? await sink.upload({ source: copy, path: operation.path })
      : await logModelOnce(operation, { ...context, ids, tag })
  await rm(copy, { recursive: true, force: true })
  return result
}

type OperationOf<TKind extends Operation['kind']> = Extract<Operation, { kind: TKind }>
type Once = SendContext & { readonly ids: RunIds; readonly tag: string }

async function createRun(
  { run, start, tags, parent }: OperationOf<'create'>,
  { client, call, idsOf }: SendContext,
): Promise<RunIds> {
  const experimentId =
    start.experimentId ??
    (start.experimentName === undefined && parent !== undefined
      ? idsOf(parent).experimentId
      : (
          await client.experiments.getOrCreate(start.experimentName ?? '', {
            ...call,
            tags: start.experimentTags,
          })
        ).experimentId)
  const filter = filterOf([{ entity: 'tags', key: runTag, operator: '=', value: run }])
  const search = { experimentIds: [experimentId], filter, runViewType: 'ALL' as const, limit: 1 }
  for await (const { info } of client.runs.search(search, call)) return { runId: info.runId, experimentId }
  const { info } = await client.runs.create(
    {
      experimentId,
      startTime: start.startTime,
      ...(start.runName !== undefined && { runName: start.runName }),
      tags: [
        ...tags,
        { key: runTag, value: run },
        ...(parent === undefined ? [] : [{ key: 'mlflow.parentRunId', value: idsOf(parent).runId }]),
      ],
    },
    call,
  )
  return { runId: info.runId, experimentId }
}

async function resumeRun(runId: string, { client, call }: SendContext): Promise<RunIds> {
  const { info } = await client.runs.get({ runId }, call)
  await client.runs.update({ runId, status: 'RUNNING' }, call)
  return { runId, experimentId: info.experimentId }
}

async function logModelOnce(
  { model, copy }: OperationOf<'model'>,
  { client, call, ids, tag, folder }: Once,
): Promise<LoggedModelInfo | undefined> {
  if (await isModelThere(client, { ids, tag, call })) return undefined
  return logModel(client, {
    ...call,
    ...model,
    model: await placed(model.model, join(folder, copy)),
    runId: ids.runId,
    tags: { ...model.tags, [operationTag]: tag },
  })
}

/** Whether an earlier try logged the model to the end. Old servers know no logged models: there files are replaced. */
async function isModelThere(
  client: RunClient,
  { ids, tag, call }: Pick<Once, 'ids' | 'tag' | 'call'>,
): Promise<boolean> {
  try {
    const search = client.loggedModels.search({ experimentIds: [ids.experimentId], maxResults: 50 }, call)
    for await (const { info } of search)
      if (
        info.status === 'LOGGED_MODEL_READY' &&
        info.tags.some(({ key, value }) => key === operationTag && value === tag)
      )
        return true
    return false
  } catch (error) {
    if (error instanceof MlflowError && error.code === 'unsupported_by_server') return false
    throw error
  }
}

async function registerOnce(
  { model }: OperationOf<'register'>,
  { client, call, ids, tag }: Once,
): Promise<unknown> {
  const filter = filterOf([
    { key: 'name', operator: '=', value: model.name },
    { key: 'run_id', operator: '=', value: ids.runId },
  ])
  for await (const version of client.modelVersions.search({ filter, maxResults: 200 }, call))
    if (version.tags.some(({ key, value }) => key === operationTag && value === tag)) return version
  return registerModel(client, {
    ...call,
    ...model,
    runId: ids.runId,
    tags: { ...model.tags, [operationTag]: tag },
  })
}
