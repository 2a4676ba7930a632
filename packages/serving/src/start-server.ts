import { createServer, STATUS_CODES, type RequestListener, type Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { ClaimsError, toProblem } from '@claims/contracts'

/** Where to listen and how long to be patient. */
export interface ServerOptions {
  /** 0 takes a free one. */
  readonly port: number
  /** Default `127.0.0.1`. */
  readonly host?: string
  /** Time for the requests in flight when the server closes. */
  readonly drainMilliseconds?: number
  /** Called first when the server begins to close. */
  readonly onClosing?: () => void
}

/** A server that listens. */
export interface RunningServer {
  readonly url: string
  readonly port: number
  /**
   * Stops accepting, lets the requests in flight finish within the time, then closes every connection. Further calls
   * wait for the first.
   */
  close(): Promise<void>
}

const requestMilliseconds = 60_000
const headersMilliseconds = 15_000
const keepAliveMilliseconds = 65_000

/**
 * Listens.
 *
 * @param listener an Express application
 * @param options port, host and patience
 * @returns the address, and a way to close
 * @throws ClaimsError `address_in_use`; `invalid_configuration` where the address cannot be listened on
 */
export async function startServer(listener: RequestListener, options: ServerOptions): Promise<RunningServer> {
  const { port, host = '127.0.0.1', drainMilliseconds = 10_000 } = options
  const server = createServer(listener)
  server.requestTimeout = requestMilliseconds
  server.headersTimeout = headersMilliseconds
  server.keepAliveTimeout = keepAliveMilliseconds
  server.on('clientError', refuseMalformed)
  const listening = await listen(server, port, host)
  let closing: Promise<void> | undefined
  return {
    port: listening,
    url: `http://${host.includes(':') ? `[${host}]` : host}:${String(listening)}`,
    close: () => {
      closing ??= close(server, drainMilliseconds, options.onClosing)
      return closing
    },
  }
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(listenError(error, port, host))
    })
    server.listen(port, host, () => {
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

async function close(server: Server, drainMilliseconds: number, onClosing?: () => void): Promise<void> {
  onClosing?.()
  const closed = new Promise<void>((resolve) => {
    server.close(() => {
      resolve()
    })
  })
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

function refuseMalformed(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const status =
    error.code === 'HPE_HEADER_OVERFLOW' ? 431 : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400
  const problem = toProblem(new ClaimsError('invalid_usage', 'The request is not valid HTTP'), '')
  const body = JSON.stringify({ ...problem, status })
  socket.end(
    `HTTP/1.1 ${String(status)} ${STATUS_CODES[status] ?? ''}\r\nconnection: close\r\n` +
      `content-type: application/problem+json\r\ncontent-length: ${String(Buffer.byteLength(body))}\r\n\r\n${body}`,
  )
}
