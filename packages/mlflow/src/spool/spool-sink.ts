import { randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { cp, mkdir, stat, writeFile } from 'node:fs/promises'
import { basename, join, posix } from 'node:path'
import { keepablePath, safePath } from '../artifacts/safe-path.ts'
import { sourceFiles } from '../artifacts/source-files.ts'
import type { UploadedFile } from '../artifacts/upload-files.ts'
import { runEndpoints } from '../endpoints/run-endpoints.ts'
import type { Transport } from '../http/transport.ts'
import { checkLogModel, type LoggedModelInfo } from '../model-folder/log-model.ts'
import { checkRegisterModel } from '../model-folder/register-model.ts'
import type { ModelVersion } from '../model-versions.ts'
import type { RunSink } from '../run/run-sink.ts'
import { copyModelFiles } from './model-copies.ts'
import type { SpoolSession } from './spool-session.ts'

/** What a sink of a spooled run works with. */
export interface SpoolSinkParts {
  readonly session: SpoolSession
  /** The spool's name of the run. */
  readonly run: string
  /** The spool's folder. */
  readonly folder: string
  readonly transport: Transport
  /** When the root run ends, so does the session. */
  readonly onEnd?: (() => Promise<void>) | undefined
}

/**
 * Keeps what a run logs in a spool, which sends it on. What is not valid is refused at once; what the server refuses
 * later is told to the log. Files are copied, since they may be gone when they are sent.
 */
export function createSpoolSink({ session, run, folder, transport, onEnd }: SpoolSinkParts): RunSink {
  /** @returns the copy's folder, below the spool's */
  const copyOf = async (): Promise<string> => {
    const copy = join('files', randomUUID())
    await mkdir(join(folder, copy), { recursive: true })
    return copy
  }
  return {
    keeps: true,
    get runId() {
      return session.idsOf(run)?.runId
    },
    get experimentId() {
      return session.idsOf(run)?.experimentId
    },
    async logBatch(batch) {
      const { metrics, params, tags } = batch
      await transport.check(runEndpoints.logBatch, {
        runId: run,
        ...(metrics && { metrics: [...metrics] }),
        ...(params && { params: [...params] }),
        ...(tags && { tags: [...tags] }),
      })
      await session.append({ kind: 'batch', run, ...batch }, { quick: !params && !tags })
    },
    async logInputs(datasets) {
      await transport.check(runEndpoints.logInputs, { runId: run, datasets: [...datasets] })
      await session.append({ kind: 'inputs', run, datasets })
    },
    async upload({ source, path }) {
      const folderOf = safePath(path, 'artifacts.upload')
      for (const { path: target } of await sourceFiles(source, folderOf))
        keepablePath(target, 'artifacts.upload')
      const copy = await copyOf()
      const target = (await stat(source)).isFile() ? join(copy, basename(source)) : copy
      await cp(source, join(folder, target), {
        recursive: true,
        dereference: true,
        mode: constants.COPYFILE_FICLONE,
      })
      return (await session.send({ kind: 'files', run, copy, path })) as UploadedFile[] | undefined
    },
    async uploadBytes(path, bytes) {
      const file = keepablePath(path, 'artifacts.upload')
      const copy = await copyOf()
      await writeFile(join(folder, copy, basename(file)), bytes)
      const above = posix.dirname(file)
      await session.send({ kind: 'files', run, copy, path: above === '.' ? '' : above })
    },
    async logModel(model) {
      await checkLogModel(transport, model)
      const copy = await copyOf()
      const content = await copyModelFiles(model.model, join(folder, copy))
      const sent = await session.send({ kind: 'model', run, copy, model: { ...model, model: content } })
      return sent as LoggedModelInfo | undefined
    },
    async registerModel(model) {
      await checkRegisterModel(transport, model)
      return (await session.send({ kind: 'register', run, model })) as ModelVersion | undefined
    },
    async end(status, endTime) {
      await session.send({ kind: 'end', run, status, endTime })
      await onEnd?.()
    },
  }
}
