import type { MetricPoint, Metrics } from '../metrics.ts'
import {
  keyProblem,
  metricValueProblem,
  quoted,
  stepProblem,
  timestampProblem,
  wellFormedProblem,
} from '../endpoints/given-problems.ts'
import { MlflowError } from '../errors.ts'
import type { UploadedFile } from '../artifacts/upload-files.ts'
import type { LoggedModelInfo } from '../model-folder/log-model.ts'
import type { ModelVersion } from '../model-versions.ts'
import { createMetricBuffer } from './metric-buffer.ts'
import type { ModelSource, RegisteredSource } from './model-options.ts'
import { paramTexts, type ParamValue } from './param-text.ts'
import type { Dataset, Point } from './run-batch.ts'
import type { RunSink } from './run-sink.ts'
import type { NewRun, RunOptions } from './run-start.ts'

/** Of which step, time, model and data set the metrics are. */
export interface PointOptions {
  /** Default 0. */
  readonly step?: number | bigint | undefined
  /** Milliseconds since 1970. Default now. */
  readonly timestamp?: number | undefined
  /** Logged model that they belong to. MLflow 3. */
  readonly modelId?: string | undefined
  readonly datasetName?: string | undefined
  readonly datasetDigest?: string | undefined
}

/** A run while it is worked on. */
export interface ActiveRun {
  /** The server's id; `undefined` while a spool waits for a server. */
  readonly runId: string | undefined
  readonly experimentId: string | undefined
  /**
   * Sets params, which never change again.
   *
   * @throws MlflowError `conflict` when one has another value already, `invalid_argument` for one that is too long
   */
  logParams(params: Readonly<Record<string, ParamValue>>): Promise<void>
  /**
   * Logs metrics of a step. They are collected and sent together; the call waits only while too many wait.
   *
   * @throws MlflowError `invalid_argument` for a name, value, step or time that no server keeps as it is, and then none
   *   of the call's points is kept; what sending earlier metrics threw, and then these are
   */
  logMetrics(metrics: Readonly<Record<string, number>>, options?: PointOptions): Promise<void>
  /** Sets tags. */
  setTags(tags: Readonly<Record<string, string>>): Promise<void>
  /** Names data sets that the run reads. */
  logInputs(datasets: readonly Dataset[]): Promise<void>
  /** Uploads a file into a folder of the run's artifacts, or a folder's contents. Undefined: kept in the spool. */
  logArtifacts(source: string, path?: string): Promise<UploadedFile[] | undefined>
  /** Uploads bytes, or a text as UTF-8, as one file. */
  logBytes(path: string, bytes: Uint8Array | string): Promise<void>
  /** Writes a model folder and gives it to the run. Undefined: kept in the spool. */
  logModel(model: ModelSource): Promise<LoggedModelInfo | undefined>
  /** Registers the run's model of a name (default `model`). Undefined: kept in the spool. */
  registerModel(model: RegisteredSource): Promise<ModelVersion | undefined>
  /** Every point of a metric that has been sent. @throws MlflowError `conflict` while a spool waits for a server */
  metricHistory(key: string): AsyncGenerator<MetricPoint, void, undefined>
  /** Sends the metrics that wait. @throws what sending them threw */
  flush(): Promise<void>
  /** Works on a run that is part of this one. */
  withRun<T>(start: Omit<NewRun, 'parentRunId'>, body: (run: ActiveRun) => Promise<T>): Promise<T>
}

/** How {@link createActiveRun} logs. */
export interface ActiveRunParts {
  readonly sink: RunSink
  readonly metrics: Pick<Metrics, 'getHistory'>
  readonly options: RunOptions
  readonly withChild: ActiveRun['withRun']
}

/** A run that logs to a sink. */
export function createActiveRun({ sink, metrics, options, withChild }: ActiveRunParts): ActiveRun {
  const buffer = createMetricBuffer((points) => sink.logBatch({ metrics: points }), options)
  return {
    get runId() {
      return sink.runId
    },
    get experimentId() {
      return sink.experimentId
    },
    async logParams(params) {
      await sink.logBatch({ params: paramTexts(params) })
    },
    async logMetrics(values, point = {}) {
      const points = pointsOf(values, point)
      await (sink.keeps ? sink.logBatch({ metrics: points }) : buffer.add(points))
    },
    async setTags(tags) {
      await sink.logBatch({ tags: Object.entries(tags).map(([key, value]) => ({ key, value })) })
    },
    logInputs: (datasets) => sink.logInputs(datasets),
    logArtifacts: (source, path = '') => sink.upload({ source, path }),
    logBytes: (path, bytes) => sink.uploadBytes(path, typeof bytes === 'string' ? Buffer.from(bytes) : bytes),
    logModel: (model) => sink.logModel(model),
    registerModel: (model) => sink.registerModel(model),
    async *metricHistory(metricKey) {
      await buffer.flush()
      const { runId } = sink
      if (runId === undefined)
        throw new MlflowError(
          'conflict',
          'metricHistory: the run waits in the spool; the server has no run yet',
          {
            endpoint: 'metricHistory',
          },
        )
      yield* metrics.getHistory({ runId, metricKey })
    },
    flush: () => buffer.flush(),
    withRun: withChild,
  }
}

/** @throws MlflowError `invalid_argument` for what no server keeps as it is; then none of the points is added */
function pointsOf(values: Readonly<Record<string, number>>, options: PointOptions): Point[] {
  const { timestamp = Date.now(), step = 0, modelId, datasetName, datasetDigest } = options
  demand('step', stepProblem(step))
  demand('timestamp', timestampProblem(timestamp))
  for (const [field, text] of Object.entries({ modelId, datasetName, datasetDigest }))
    if (text !== undefined) demand(field, wellFormedProblem(text))
  const shared = {
    timestamp,
    step,
    ...(modelId !== undefined && { modelId }),
    ...(datasetName !== undefined && { datasetName }),
    ...(datasetDigest !== undefined && { datasetDigest }),
  }
  return Object.entries(values).map(([key, value]) => {
    demand(key, keyProblem(key), 'the name of a metric')
    demand(key, metricValueProblem(value))
    return { key, value, ...shared }
  })
}

function demand(field: string, problem: string | undefined, what = quoted(field)): void {
  if (problem === undefined) return
  throw new MlflowError('invalid_argument', `logMetrics: ${what} ${problem}`, {
    endpoint: 'logMetrics',
    field: field.slice(0, 200),
  })
}
