import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { z } from 'zod'
import { MlflowError } from '../errors.ts'
import { addressOf } from './address.ts'
import { authHeaders } from './auth.ts'
import { createExchanger, type ExchangeResponse } from './exchange.ts'
import { answerFailure, connectionFailure, excerpt, mlflowError, neverReached } from './failures.ts'
import { limitConcurrency } from './limit-concurrency.ts'
import { malformedProblem, malformedText } from './malformed-text.ts'
import { toCamelCase, toSnakeCase } from './names.ts'
import { parseJson } from './parse-json.ts'
import { readText } from './read-text.ts'
import { retryDelay } from './retry-delay.ts'
import type { CallOptions, Endpoint, StreamRequest, StreamResponse, Transport } from './transport.ts'
import type { TransportSettings } from './transport-settings.ts'
import { olderThan } from './versions.ts'

interface Sending {
  readonly endpoint: string
  readonly method: StreamRequest['method']
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: StreamRequest['body']
  readonly repeatable: boolean
  /** Whether credentials go along. */
  readonly own: boolean
  readonly options: CallOptions
}

const mostRedirects = 5

/** A transport over `node:http`. @param settings address, credentials, limits */
export function createTransport(settings: TransportSettings): Transport {
  const { base, auth, retries, concurrency, log } = settings
  const { timeoutMilliseconds: timeout, maxResponseBytes: most } = settings
  const exchanger = createExchanger({ connections: concurrency, insecureTls: settings.insecureTls })
  const limit = limitConcurrency(concurrency)

  /** One try, redirects followed. */
  async function once(sending: Sending, requestId: string, signal: AbortSignal): Promise<ExchangeResponse> {
    let { url } = sending
    for (let hop = 0; ; hop += 1) {
      const own = sending.own && url.origin === new URL(base).origin
      const answer = await exchanger.send({
        method: sending.method,
        url,
        headers: {
          ...(own ? { ...settings.headers, ...(await authHeaders(auth)), 'x-request-id': requestId } : {}),
          ...sending.headers,
        },
        body: sending.body,
        signal,
        idleMilliseconds: sending.options.timeoutMilliseconds ?? timeout,
        freshConnection: !sending.repeatable,
      })
      const { location } = answer.headers
      if (![301, 302, 303, 307, 308].includes(answer.status) || location === undefined) return answer
      answer.body.resume()
      const next = new URL(location, url)
      if (
        hop === mostRedirects ||
        !/^https?:$/.test(next.protocol) ||
        (url.protocol === 'https:' && next.protocol === 'http:')
      )
        throw new MlflowError(
          'redirect_refused',
          `${sending.endpoint}: the server redirects ${hop === mostRedirects ? `more than ${mostRedirects} times` : `to ${next.protocol}//${next.host}`}; trackingUri must be the server's own address`,
          { endpoint: sending.endpoint, status: answer.status, requestId },
        )
      // A POST that is answered by 301, 302 or 303 would become a GET without its body.
      if (sending.method !== 'GET' && answer.status < 307)
        throw new MlflowError(
          'redirect_refused',
          `${sending.endpoint}: the server redirects ${sending.method} to ${next.origin}${next.pathname}; trackingUri must be the server's own address`,
          { endpoint: sending.endpoint, status: answer.status, requestId },
        )
      url = next
    }
  }

  /** Tries until there is an answer that is no failure, or no more try. `take` reads the answer. */
  async function send<T>(
    sending: Sending,
    take: (answer: ExchangeResponse, requestId: string) => Promise<T>,
  ): Promise<T> {
    const { endpoint, method, options: call } = sending
    const requestId = randomUUID()
    for (let attempt = 1; ; attempt += 1) {
      if (call.signal?.aborted === true) throw connectionFailure(call.signal.reason, endpoint, call.signal)
      const release = await limit.acquire(call.signal).catch((cause: unknown) => {
        throw connectionFailure(cause, endpoint, call.signal)
      })
      const began = performance.now()
      const closing = new AbortController()
      const signal = call.signal ? AbortSignal.any([call.signal, closing.signal]) : closing.signal
      let failure: MlflowError
      let unsent = false
      let headers = {}
      try {
        log({ kind: 'request', endpoint, method, attempt, requestId })
        const answer = await once(sending, requestId, signal)
        headers = answer.headers
        log({
          kind: 'response',
          endpoint,
          status: answer.status,
          milliseconds: performance.now() - began,
          requestId,
        })
        if (answer.status >= 200 && answer.status < 300) return await take(answer, requestId)
        const text = await readText(answer.body, most, endpoint)
        failure = answerFailure(text, { endpoint, status: answer.status, requestId: idOf(answer, requestId) })
        unsent = answer.status === 429
        if (answer.status === 404 && !mlflowError(text)) throw new PageMissing(failure)
      } catch (cause) {
        if (cause instanceof PageMissing) throw cause
        failure = connectionFailure(cause, endpoint, call.signal)
        unsent ||= neverReached(cause)
        closing.abort()
      } finally {
        release()
      }
      const again =
        failure.retryable && (sending.repeatable || unsent) && attempt <= (call.retries ?? retries)
      if (!again) throw failure
      const delayMilliseconds = retryDelay(attempt, Math.random(), headers)
      log({ kind: 'retry', endpoint, attempt, reason: failure.code, delayMilliseconds, requestId })
      await sleep(delayMilliseconds, undefined, call.signal ? { signal: call.signal } : {}).catch(
        (cause: unknown) => {
          throw connectionFailure(cause, endpoint, call.signal)
        },
      )
    }
  }

  const serverVersion = async (call: CallOptions): Promise<string | undefined> => {
    const text = await transport.text('/version', call)
    return text !== undefined && /^\d+\.\d+/.test(text.trim()) ? text.trim() : undefined
  }

  /** An answer 404 that is not MLflow's own: an older server, or none at all. */
  async function explainMissing(
    failure: MlflowError,
    endpoint: { name: string; since: string },
    call: CallOptions,
  ): Promise<MlflowError> {
    const version = await serverVersion(call).catch(() => undefined)
    const details = {
      endpoint: endpoint.name,
      status: 404,
      requestId: failure.requestId,
      cause: failure,
    } as const
    if (version === undefined)
      return new MlflowError(
        'not_mlflow',
        `${endpoint.name}: ${base} does not answer as an MLflow server does`,
        details,
      )
    if (olderThan(version, endpoint.since))
      return new MlflowError(
        'unsupported_by_server',
        `${endpoint.name} needs MLflow ${endpoint.since}; the server is ${version}`,
        details,
      )
    return failure
  }

  const transport: Transport = {
    trackingUri: base,

    async call<TRequest, TResponse>(
      endpoint: Endpoint<TRequest, TResponse>,
      request: TRequest,
      call: CallOptions = {},
    ): Promise<TResponse> {
      const { name } = endpoint
      const schemas = await endpoint.schemas()
      const { url, rest } = addressOf(base, endpoint, validRequest(name, schemas.request, request))
      const bytes = endpoint.method === 'GET' ? undefined : Buffer.from(JSON.stringify(rest))
      const sending: Sending = {
        endpoint: name,
        method: endpoint.method,
        url,
        headers: { accept: 'application/json', ...(bytes && { 'content-type': 'application/json' }) },
        body: bytes && { length: bytes.length, open: () => bytes },
        repeatable: endpoint.repeatable,
        own: true,
        options: call,
      }
      try {
        return await send(sending, async (answer, requestId) => {
          const text = await readText(answer.body, most, name)
          const details = { endpoint: name, status: answer.status, requestId: idOf(answer, requestId) }
          const parsed = schemas.response.safeParse(toCamelCase(jsonOf(text, answer, details)))
          if (parsed.success) return parsed.data
          const problem = parsed.error.issues
            .map(({ path, message }) => `${path.join('.')} ${message}`)
            .join('; ')
          throw new MlflowError(
            'invalid_response',
            `${name}: the answer is not what MLflow answers: ${problem.slice(0, 400)}`,
            details,
          )
        })
      } catch (error) {
        throw error instanceof PageMissing ? await explainMissing(error.failure, endpoint, call) : error
      }
    },

    async check(endpoint, request) {
      validRequest(endpoint.name, (await endpoint.schemas()).request, request)
    },

    async prepare(endpoint, request) {
      const { request: schema } = await endpoint.schemas()
      const { url, rest } = addressOf(base, endpoint, validRequest(endpoint.name, schema, request))
      const own = { ...settings.headers, ...(await authHeaders(auth)) }
      return {
        url: url.href,
        method: endpoint.method,
        headers: { ...own, 'content-type': 'application/json' },
        body: JSON.stringify(rest),
        insecureTls: settings.insecureTls,
      }
    },

    async text(path, call = {}) {
      const sending: Sending = {
        endpoint: path.slice(1),
        method: 'GET',
        url: new URL(`${base}${path}`),
        headers: {},
        body: undefined,
        repeatable: true,
        own: true,
        options: call,
      }
      try {
        return await send(sending, ({ body }) => readText(body, most, sending.endpoint))
      } catch (error) {
        if (error instanceof PageMissing) return undefined
        throw error
      }
    },

    async stream(request): Promise<StreamResponse> {
      const own = 'path' in request.target
      const sending: Sending = {
        endpoint: request.endpoint,
        method: request.method,
        url: 'path' in request.target ? new URL(`${base}${request.target.path}`) : request.target.url,
        headers: request.headers ?? {},
        body: request.body,
        repeatable: request.repeatable,
        own,
        options: request,
      }
      try {
        return await send(sending, (answer) => Promise.resolve(answer))
      } catch (error) {
        throw error instanceof PageMissing ? error.failure : error
      }
    },
  }
  return transport
}

/** Leaves the loop of tries with an answer 404 that is not MLflow's own. */
class PageMissing extends Error {
  readonly failure: MlflowError
  constructor(failure: MlflowError) {
    super(failure.message)
    this.failure = failure
  }
}

function jsonOf(
  text: string,
  { headers }: ExchangeResponse,
  details: { endpoint: string; status: number; requestId: string },
): unknown {
  const { endpoint } = details
  if (/^\s*<(?:!doctype|html|head|body)/i.test(text) || /text\/html/i.test(headers['content-type'] ?? ''))
    throw new MlflowError(
      'not_mlflow',
      `${endpoint}: the answer is an HTML page, not JSON: ${excerpt(text)}; is trackingUri an MLflow server?`,
      details,
    )
  if (text.trim() === '')
    throw new MlflowError('invalid_response', `${endpoint}: the answer is empty`, { ...details })
  try {
    return parseJson(text)
  } catch (cause) {
    throw new MlflowError('invalid_response', `${endpoint}: the answer is no JSON: ${excerpt(text)}`, {
      ...details,
      cause,
    })
  }
}

/** How many problems of a request a message tells. */
const mostProblems = 5

/** A request with names as the server has them. @throws MlflowError `invalid_argument` with the first field at fault */
function validRequest(endpoint: string, schema: z.ZodType, request: unknown): Record<string, unknown> {
  const checked = schema.safeParse(request)
  const malformedPath = checked.success ? malformedText(checked.data) : undefined
  const issues = malformedPath
    ? [{ path: malformedPath, message: malformedProblem }]
    : (checked.error?.issues ?? [])
  const [first] = issues
  if (first === undefined) return toSnakeCase(checked.data) as Record<string, unknown>
  const fieldOf = ({ path }: { readonly path: readonly PropertyKey[] }): string => path.map(String).join('.')
  const told = issues.slice(0, mostProblems).map((issue) => `${fieldOf(issue)}: ${issue.message}`)
  if (issues.length > mostProblems) told.push(`and ${issues.length - mostProblems} more`)
  throw new MlflowError('invalid_argument', `${endpoint}: ${told.join('; ')}`, {
    endpoint,
    field: fieldOf(first),
  })
}

const idOf = ({ headers }: ExchangeResponse, sent: string): string => {
  const own = headers['x-request-id']
  return typeof own === 'string' && /^[\w.:-]{1,128}$/.test(own) ? own : sent
}
