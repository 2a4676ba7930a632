import type { IncomingHttpHeaders, IncomingMessage, request as httpRequest } from 'node:http'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { HttpMethod } from './transport.ts'

/** One HTTP request. */
interface ExchangeRequest {
  readonly method: HttpMethod
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body?: { readonly length: number; readonly open: () => Readable | Uint8Array } | undefined
  readonly signal: AbortSignal
  /** Time without any progress, milliseconds. */
  readonly idleMilliseconds: number
  /** On a connection of its own: one that was kept open may be closed by the server at the moment it is used. */
  readonly freshConnection: boolean
}

/** Its answer; the body is unread. */
export interface ExchangeResponse {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: IncomingMessage
}

/** Sends single HTTP requests over connections that are kept open. */
export interface Exchanger {
  send(request: ExchangeRequest): Promise<ExchangeResponse>
}

/** The time without progress ran out. */
export class IdleTimeout extends Error {}

/**
 * Sends HTTP requests with `node:http`: unlike `fetch` it takes a length with a streamed body, follows no redirect by
 * itself, and can accept a certificate that nobody signed.
 *
 * @param options connections at a time, and whether certificates are left unchecked
 */
export function createExchanger(options: {
  readonly connections: number
  readonly insecureTls: boolean
}): Exchanger {
  const kept = { keepAlive: true, maxSockets: options.connections, keepAliveMsecs: 1000 }
  const tls = options.insecureTls ? { rejectUnauthorized: false } : {}
  // Loaded at the first call: these modules take longer to load than this whole package.
  const load = async () => {
    const [http, https] = await Promise.all([import('node:http'), import('node:https')])
    return {
      http: { request: http.request, agent: new http.Agent(kept), tls: {} },
      https: { request: https.request, agent: new https.Agent({ ...kept, ...tls }), tls },
    }
  }
  let loaded: ReturnType<typeof load> | undefined
  // MLflow 3 with several workers, its default, leaves Nagle's algorithm on: on a connection that is used again the end
  // of each answer waits for an acknowledgement that this side delays by 40 ms. A new connection is quicker.
  const delaying = new Set<string>()
  return {
    async send(request) {
      const protocols = await (loaded ??= load())
      const { protocol: scheme, origin } = request.url
      const protocol = scheme === 'https:' ? protocols.https : protocols.http
      const agent = request.freshConnection || delaying.has(origin) ? false : protocol.agent
      const answer = await exchange(request, { agent, ...protocol.tls }, protocol.request)
      if (scheme === 'http:' && answer.headers['server'] === 'uvicorn') delaying.add(origin)
      return answer
    },
  }
}

function exchange(
  { method, url, headers, body, signal, idleMilliseconds }: ExchangeRequest,
  connection: object,
  request: typeof httpRequest,
): Promise<ExchangeResponse> {
  return new Promise((resolve, reject) => {
    const length =
      body === undefined
        ? method === 'GET'
          ? {}
          : { 'content-length': '0' }
        : { 'content-length': String(body.length) }
    const sent = request(url, { method, headers: { ...headers, ...length }, signal, ...connection })
    let answering: IncomingMessage | undefined
    sent.setTimeout(idleMilliseconds, () => {
      const idle = new IdleTimeout()
      // Destroying the request alone would tell the reader of the answer of a connection that was reset.
      answering?.destroy(idle)
      sent.destroy(idle)
    })
    sent.on('error', reject)
    sent.on('response', (answer) => {
      answering = answer
      resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: answer })
    })
    if (body === undefined) {
      sent.end()
      return
    }
    const opened = body.open()
    if (opened instanceof Uint8Array) sent.end(opened)
    // A server may answer, or cut the connection, before it has read everything: its answer counts.
    else
      pipeline(opened, sent).catch((error: unknown) =>
        sent.destroy(error instanceof Error ? error : undefined),
      )
  })
}
