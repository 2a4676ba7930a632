import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import { ClaimsError } from '@claims/contracts'
import { parserRefusal, refuseConnection, refuseRequest } from './http/refuse-connection.ts'
import { silentLogger, type Logger } from './logger.ts'
import type { ApiMetrics } from './metrics.ts'

/** Where to listen and how long to be patient. */
export interface ServerOptions {
  /** 0 takes a free one. */
  readonly port: number
  /** Default `127.0.0.1`. */
  readonly host?: string
  /** Time between the beginning of the end, when readiness is refused, and the end of listening; default 0. */
  readonly noticeMilliseconds?: number
  /** Time for the requests in flight once nothing new is accepted; default 10,000. */
  readonly drainMilliseconds?: number
  /** Longest time for a whole request to arrive; default 60,000. */
  readonly requestMilliseconds?: number
  /** Called first when the server begins to close. */
  readonly onClosing?: () => void
  /** Counts what is refused before it is a request. */
  readonly metrics?: ApiMetrics
  /** Told what is refused before it is a request, and errors of the listener. */
  readonly logger?: Logger
}

/** A server that listens. */
export interface RunningServer {
  readonly url: string
  readonly port: number
  /**
   * Goes on accepting for the time of notice, with `connection: close` on every answer; then stops accepting, lets the
   * requests in flight finish within the time, and closes every connection. Further calls wait for the first.
   */
  close(): Promise<void>
}

const defaultRequestMilliseconds = 60_000
const headersMilliseconds = 15_000
const keepAliveMilliseconds = 65_000
/** Requests are held back so long before the listener closes: who calls again and again then waits, and is not cut off. */
const holdMilliseconds = 60

/**
 * Listens. What is no valid HTTP is answered with a problem document and an id as well.
 *
 * @param listener an Express application
 * @param options port, host and patience
 * @returns the address, and a way to close
 * @throws ClaimsError `address_in_use`; `invalid_configuration` where the address cannot be listened on
 */
export async function startServer(listener: RequestListener, options: ServerOptions): Promise<RunningServer> {
  const { port, host = '127.0.0.1', logger = silentLogger } = options
  const answering = new Map<Duplex, ServerResponse>()
  const gate: Gate = { held: null, closing: false }
  const { requestMilliseconds: requestTimeout = defaultRequestMilliseconds } = options
  const server = createServer({
    ...{ requireHostHeader: false, requestTimeout, keepAliveTimeout: keepAliveMilliseconds },
    headersTimeout: Math.min(headersMilliseconds, requestTimeout),
    connectionsCheckingInterval: Math.min(5_000, requestTimeout),
  })
  const sinks = { metrics: options.metrics, logger }
  const answer: RequestListener = (request, response) => {
    const { socket } = request
    request.url = pathOf(request.url ?? '')
    answering.set(socket, response)
    response.once('close', () => {
      if (answering.get(socket) === response) answering.delete(socket)
    })
    if (gate.closing) response.setHeader('connection', 'close')
    if (gate.held === null) listener(request, response)
    else
      void gate.held.then(() => {
        listener(request, response)
      })
  }
  server.on('request', answer)
  // Both may be asked for with a body that is refused: the application decides before it is sent.
  server.on('checkContinue', answer)
  server.on('checkExpectation', answer)
  server.on('connect', (_request, socket) => {
    refuseConnection(socket, methodRefusal(), sinks)
  })
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const response = answering.get(socket)
    if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy()
    else if (response === undefined) refuseConnection(socket, parserRefusal(error), sinks)
    // What follows a whole request is not its fault: it gets its own answer first.
    else if (response.req.complete)
      response.once('close', () => {
        if (socket.writable) refuseConnection(socket, parserRefusal(error), sinks)
      })
    else if (!refuseRequest(response, parserRefusal(error))) socket.destroy()
  })
  const listening = await listen(server, port, host)
  server.on('error', (error) => {
    logger.error({ err: error }, 'the listener failed')
  })
  let closing: Promise<void> | undefined
  return {
    port: listening,
    url: `http://${host.includes(':') ? `[${host}]` : host}:${String(listening)}`,
    close: () => {
      closing ??= close(server, gate, options)
      return closing
    },
  }
}

/**
 * The address as a path, which is all that the application can read: the host of an absolute one, as proxies send it,
 * is dropped, and one that cannot be taken apart is a path where nothing is.
 */
function pathOf(url: string): string {
  if (url === '*' || url.startsWith('/')) return url
  if (!URL.canParse(url)) return `/${encodeURIComponent(url)}`
  const { pathname, search } = new URL(url)
  return pathname.startsWith('/') ? pathname + search : `/${pathname}`
}

/** Holds requests back while the listener closes. */
interface Gate {
  held: Promise<unknown> | null
  closing: boolean
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void => {
      reject(listenError(error, port, host))
    }
    server.once('error', failed)
    server.listen(port, host, () => {
      server.off('error', failed)
      const address = server.address()
      resolve(address !== null && typeof address === 'object' ? address.port : port)
    })
  })
}

function listenError(error: NodeJS.ErrnoException, port: number, host: string): ClaimsError {
  const address = `${host}:${String(port)}`
  if (error.code === 'EADDRINUSE') {
    return new ClaimsError('address_in_use', `${address} is taken by another program`, {
      problems: [
        { field: 'port', problem: 'is taken', allowed: 'a free port, or 0 for any', received: port },
      ],
      cause: error,
    })
  }
  return new ClaimsError(
    'invalid_configuration',
    `Cannot listen on ${address}: ${error.code ?? error.message}`,
    {
      problems: [
        {
          field: 'host',
          problem: 'cannot be listened on',
          allowed: 'an address of this machine',
          received: host,
        },
      ],
      cause: error,
    },
  )
}

function methodRefusal(): ClaimsError {
  return new ClaimsError('method_not_allowed', 'CONNECT is not allowed here', {
    problems: [{ field: 'method', problem: 'is not allowed', allowed: 'the methods of /openapi.json' }],
  })
}

async function close(server: Server, gate: Gate, options: ServerOptions): Promise<void> {
  const { noticeMilliseconds = 0, drainMilliseconds = 10_000 } = options
  gate.closing = true
  options.onClosing?.()
  if (noticeMilliseconds > 0) await wait(noticeMilliseconds)
  let release = (): void => undefined
  gate.held = new Promise<void>((resolve) => {
    release = resolve
  })
  if (noticeMilliseconds > 0) await wait(holdMilliseconds)
  const closed = new Promise<void>((resolve) => {
    server.close(() => {
      resolve()
    })
  })
  gate.held = null
  release()
  // Node ends idle connections once; those that become idle later are ended here.
  const idle = setInterval(() => {
    server.closeIdleConnections()
  }, 20)
  const deadline = setTimeout(() => {
    server.closeAllConnections()
  }, drainMilliseconds)
  await closed
  clearInterval(idle)
  clearTimeout(deadline)
}
