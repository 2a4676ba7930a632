import { once } from 'node:events'
import { createServer, request as send, type IncomingMessage, type ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

/** What to do to a request. */
export type Fault =
  /** Cut the connection before the server sees it. */
  | { readonly kind: 'cut_before' }
  /** Cut the connection after so many bytes of the request's body; the server sees nothing. */
  | { readonly kind: 'cut_request'; readonly bytes: number }
  /** Flip a bit in each of the first bytes of the request's body. */
  | { readonly kind: 'corrupt_request'; readonly bytes: number }
  /** Let the server do it, and cut the connection before its answer. */
  | { readonly kind: 'cut_after' }
  /** Cut the connection after so many bytes of the answer's body. */
  | { readonly kind: 'cut_body'; readonly bytes: number }
  | { readonly kind: 'delay'; readonly milliseconds: number }
  /** Send it to the server twice; the second answer counts. */
  | { readonly kind: 'repeat' }
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly headers?: Readonly<Record<string, string>>
      readonly body?: string
    }
  /** Flip a bit in each of the answer's first bytes. */
  | { readonly kind: 'corrupt'; readonly bytes: number }
  /** End the answer after so many bytes, as if that were all. */
  | { readonly kind: 'truncate'; readonly bytes: number }

/** Which requests. */
export interface FaultRule {
  /** Beginning of the path, or what it holds. */
  readonly path: string
  readonly method?: string
  readonly fault: Fault
  /** How many such requests, of those that meet no earlier rule, pass first. Default none. */
  readonly after?: number
  /** How often. Default once. */
  readonly times?: number
}

/** A proxy before a server that does harm as it is told. */
export interface FaultProxy {
  readonly trackingUri: string
  /** Method and path of each request, in order. */
  readonly requests: readonly string[]
  /** Adds a rule. A request meets the first that is for it and not used up. */
  fail(rule: FaultRule): void
  stop(): Promise<void>
}

/** Starts a proxy on loopback. @param target address of the server */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const requests: string[] = []
  const rules: { readonly rule: FaultRule; passing: number; left: number }[] = []
  const ended = new AbortController()
  const server = createServer((request, response) => {
    requests.push(`${request.method ?? ''} ${request.url ?? ''}`)
    const exchange = { target, request, response, signal: ended.signal }
    const { socket } = request
    handle(exchange, faultFor(request)).catch(() => socket.destroy())
  })

  function faultFor({ method, url = '' }: IncomingMessage): Fault | undefined {
    for (const one of rules) {
      const { rule } = one
      if (one.left === 0 || !url.includes(rule.path) || (rule.method ?? method) !== method) continue
      if (one.passing === 0) {
        one.left -= 1
        return rule.fault
      }
      one.passing -= 1
    }
    return undefined
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null)
    throw new TypeError('a listening server has an address')
  return {
    trackingUri: `http://127.0.0.1:${address.port}`,
    requests,
    fail: (rule) => rules.push({ rule, passing: rule.after ?? 0, left: rule.times ?? 1 }),
    async stop() {
      ended.abort()
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

interface Exchange {
  readonly target: string
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** Aborted when the proxy stops. */
  readonly signal: AbortSignal
}

interface Answer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly bytes: Buffer
}

async function handle(exchange: Exchange, fault: Fault | undefined): Promise<void> {
  const { request, response, signal } = exchange
  if (fault?.kind === 'cut_before') {
    request.socket.destroy()
    return
  }
  if (fault?.kind === 'cut_request') {
    // Who stops reading a request loses its socket.
    const { socket } = request
    await readUpTo(request, fault.bytes)
    socket.destroy()
    return
  }
  const received = Buffer.concat(await request.toArray())
  const body = fault?.kind === 'corrupt_request' ? corrupted(received, fault.bytes) : received
  if (fault?.kind === 'answer') {
    response.writeHead(fault.status, fault.headers).end(fault.body)
    return
  }
  if (fault?.kind === 'delay') await sleep(fault.milliseconds, undefined, { signal })
  if (fault?.kind === 'repeat') await ask(exchange, body)
  const answer = await ask(exchange, body)
  if (fault?.kind === 'cut_after') {
    request.socket.destroy()
    return
  }
  const bytes = harmed(answer.bytes, fault)
  // An answer to HEAD states the length of a body that it does not have.
  const length = request.method === 'HEAD' ? {} : { 'content-length': String(bytes.length) }
  response.writeHead(answer.status, { ...answer.headers, ...length })
  if (fault?.kind !== 'cut_body') {
    response.end(bytes)
    return
  }
  response.flushHeaders()
  if (fault.bytes > 0) response.write(bytes.subarray(0, fault.bytes))
  request.socket.destroySoon()
}

function harmed(bytes: Buffer, fault: Fault | undefined): Buffer {
  if (fault?.kind === 'truncate') return bytes.subarray(0, fault.bytes)
  return fault?.kind === 'corrupt' ? corrupted(bytes, fault.bytes) : bytes
}

function corrupted(bytes: Buffer, count: number): Buffer {
  const changed = Buffer.from(bytes)
  for (let at = 0; at < Math.min(count, bytes.length); at += 1) changed[at] = (bytes[at] ?? 0) ^ 1
  return changed
}

async function readUpTo(request: IncomingMessage, bytes: number): Promise<void> {
  let read = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    read += chunk.length
    if (read >= bytes) return
  }
}

/** Asks the server. Each time by a new connection: one that is kept might be closed by the server just then. */
async function ask({ target, request, signal }: Exchange, body: Buffer): Promise<Answer> {
  const { method, url, headers } = request
  const sent = send(new URL(url ?? '', target), {
    method,
    headers: { ...withoutHopHeaders(headers), host: new URL(target).host },
    agent: false,
    signal,
  })
  sent.end(body)
  const [answer] = (await once(sent, 'response')) as [IncomingMessage]
  return {
    status: answer.statusCode ?? 0,
    headers: withoutHopHeaders(answer.headers),
    bytes: Buffer.concat(await answer.toArray()),
  }
}

const hopHeaders = new Set(['connection', 'keep-alive', 'transfer-encoding'])

/** Without what one connection says for itself, not for the next. */
function withoutHopHeaders(headers: IncomingMessage['headers']): IncomingMessage['headers'] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !hopHeaders.has(name)))
}
