import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Tally } from './scoring/tally.ts'

interface ModelCounters {
  readonly low: Counter.Internal
  readonly high: Counter.Internal
  readonly score: Histogram.Internal<(typeof modelLabels)[number]>
  readonly rejected: Counter.Internal
}

/** Upper edges in seconds; the alerts at 0.1 and 0.5 are edges. */
const latencyBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]
const scoreBuckets = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]

/** Gauges that prom-client names like counters; those without `_total` say the same by kind. */
const misnamedDefaults = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
]

/** Which model something is counted of. */
interface ModelLabel {
  readonly name: string
  readonly version: string
}

const modelLabels = ['model_name', 'model_version'] as const

/** What the api counts. */
export interface ApiMetrics {
  /** Media type of the exposition. */
  readonly contentType: string
  requestStarted(): void
  /** @param request its route's pattern, its status and its duration in seconds */
  requestFinished(request: { method: string; route: string; status: number; seconds: number }): void
  /** Adds what was counted while claims were scored. @param model that scored them */
  scored(tally: Tally, model: ModelLabel): void
  /** Counts a request that was refused before it could be read as one. @param status of the answer */
  malformed(status: number): void
  /** Counts a model that could not take over. */
  modelFailed(): void
  /** Says whether the model that is wanted serves. @param wanted false where another one goes on serving */
  modelWanted(wanted: boolean): void
  /** Counts a death of the thread that scores large bodies. */
  threadDied(): void
  /** Names the model that serves. */
  served(model: ModelLabel): void
  /** Everything in the text format of Prometheus. */
  expose(): Promise<string>
}

/**
 * Metrics of one api in a registry of their own, with those of the process.
 *
 * @example
 * const metrics = createMetrics()
 * metrics.malformed(400)
 * await metrics.expose()
 */
export function createMetrics(): ApiMetrics {
  const registers = [new Registry()]
  const [registry = new Registry()] = registers
  collectDefaultMetrics({ register: registry })
  for (const name of misnamedDefaults) registry.removeSingleMetric(name)
  const requests = new Counter({
    ...{ name: 'claims_http_requests_total', help: 'Requests that were answered', registers },
    labelNames: ['method', 'route', 'status'] as const,
  })
  const latency = new Histogram({
    ...{ name: 'claims_http_request_duration_seconds', help: 'Time from request to answer', registers },
    ...{ labelNames: ['route', 'status'] as const, buckets: latencyBuckets },
  })
  const inFlight = new Gauge({
    name: 'claims_http_requests_in_flight',
    help: 'Requests being answered',
    registers,
  })
  const predictions = new Counter({
    ...{ name: 'claims_predictions_total', help: 'Claims that were scored', registers },
    labelNames: ['risk_level', ...modelLabels] as const,
  })
  const rejections = new Counter({
    name: 'claims_rejected_total',
    help: 'Claims that were refused',
    registers,
    labelNames: modelLabels,
  })
  const scores = new Histogram({
    ...{
      name: 'claims_score',
      help: 'Calibrated probability of high risk',
      registers,
      buckets: scoreBuckets,
    },
    labelNames: modelLabels,
  })
  const warnings = new Counter({
    ...{ name: 'claims_warnings_total', help: 'Warnings about claims that were scored', registers },
    labelNames: ['code', ...modelLabels] as const,
  })
  const unknownFields = new Counter({
    ...{ name: 'claims_unknown_fields_total', registers },
    help: 'Fields of claims that the use case does not know, or that were given twice with different values',
    labelNames: ['kind'] as const,
  })
  const modelFailures = new Counter({
    name: 'claims_model_load_failures_total',
    help: 'Models that could not take over',
    registers,
  })
  const modelWanted = new Gauge({
    name: 'claims_model_up_to_date',
    help: 'Whether the model that is wanted serves: 1, or 0 where another one goes on serving',
    registers,
  })
  const threadDeaths = new Counter({
    name: 'claims_scoring_thread_restarts_total',
    help: 'Times that the thread for large bodies died and was started anew',
    registers,
  })
  const model = new Gauge({
    ...{ name: 'claims_model_info', help: 'The model that serves, with the value 1', registers },
    labelNames: modelLabels,
  })
  for (const kind of ['near_miss', 'unexpected', 'conflicting']) unknownFields.labels(kind).inc(0)
  const byModel = new Map<string, ModelCounters>()
  const countersOf = (name: string, version: string): ModelCounters => {
    const key = JSON.stringify([name, version])
    let known = byModel.get(key)
    if (known === undefined) {
      known = {
        low: predictions.labels('low', name, version),
        high: predictions.labels('high', name, version),
        score: scores.labels(name, version),
        rejected: rejections.labels(name, version),
      }
      // What has not happened yet is 0, not absent.
      for (const counter of [known.low, known.high, known.rejected]) counter.inc(0)
      byModel.set(key, known)
    }
    return known
  }
  const answered = new Map<string, { count: () => void; observe: (seconds: number) => void }>()

  return {
    contentType: registry.contentType,
    requestStarted: () => {
      inFlight.inc()
    },
    requestFinished: ({ method, route, status, seconds }) => {
      inFlight.dec()
      const key = `${method} ${route} ${String(status)}`
      let child = answered.get(key)
      if (child === undefined) {
        const counter = requests.labels(method, route, String(status))
        const histogram = latency.labels(route, String(status))
        child = {
          count: () => {
            counter.inc()
          },
          observe: (value) => {
            histogram.observe(value)
          },
        }
        answered.set(key, child)
      }
      child.count()
      child.observe(seconds)
    },
    scored: (tally, { name, version }) => {
      const { low, high, score, rejected } = countersOf(name, version)
      for (const { level, probability } of tally.scores) {
        ;(level === 'high' ? high : low).inc()
        score.observe(probability)
      }
      for (const count of Object.values(tally.rejected)) rejected.inc(count)
      for (const [code, count] of Object.entries(tally.warnings))
        warnings.labels(code, name, version).inc(count)
      for (const [kind, count] of Object.entries<number>({ ...tally.fields }))
        if (count > 0) unknownFields.labels(kind).inc(count)
    },
    malformed: (status) => {
      requests.labels('unknown', 'unmatched', String(status)).inc()
    },
    modelFailed: () => {
      modelFailures.inc()
    },
    modelWanted: (wanted) => {
      modelWanted.set(wanted ? 1 : 0)
    },
    threadDied: () => {
      threadDeaths.inc()
    },
    served: ({ name, version }) => {
      countersOf(name, version)
      model.reset()
      model.labels(name, version).set(1)
    },
    expose: () => registry.metrics(),
  }
}
