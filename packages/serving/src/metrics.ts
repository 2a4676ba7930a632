import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'

/** Upper edges in seconds; the alerts at 0.1 and 0.5 are edges. */
const latencyBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]
const scoreBuckets = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]

/** What the api counts. */
export interface ApiMetrics {
  /** Media type of the exposition. */
  readonly contentType: string
  requestStarted(): void
  /** @param request its route's pattern, its status and its duration in seconds */
  requestFinished(request: { method: string; route: string; status: number; seconds: number }): void
  /** @param level `low` or `high` @param probability calibrated, 0-1 */
  predicted(level: 'low' | 'high', probability: number): void
  /** Counts a claim that was refused. */
  rejected(): void
  /** Names the model that serves. */
  served(model: { name: string; version: string }): void
  /** Everything in the text format of Prometheus. */
  expose(): Promise<string>
}

/**
 * Metrics of one api in a registry of their own, with those of the process.
 *
 * @example
 * const metrics = createMetrics()
 * metrics.predicted('high', 0.83)
 * await metrics.expose()
 */
export function createMetrics(): ApiMetrics {
  const registers = [new Registry()]
  const [registry = new Registry()] = registers
  collectDefaultMetrics({ register: registry })
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
    labelNames: ['risk_level'] as const,
  })
  const rejections = new Counter({
    name: 'claims_rejected_total',
    help: 'Claims that were refused',
    registers,
  })
  const scores = new Histogram({
    ...{
      name: 'claims_score',
      help: 'Calibrated probability of high risk',
      registers,
      buckets: scoreBuckets,
    },
  })
  const model = new Gauge({
    ...{ name: 'claims_model_info', help: 'The model that serves, with the value 1', registers },
    labelNames: ['model_name', 'model_version'] as const,
  })
  const levels = { low: predictions.labels('low'), high: predictions.labels('high') }
  levels.low.inc(0)
  levels.high.inc(0)
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
    predicted: (level, probability) => {
      levels[level].inc()
      scores.observe(probability)
    },
    rejected: () => {
      rejections.inc()
    },
    served: ({ name, version }) => {
      model.reset()
      model.labels(name, version).set(1)
    },
    expose: () => registry.metrics(),
  }
}
