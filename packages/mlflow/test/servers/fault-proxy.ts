import { once } from 'node:events'
import { createServer, request as send, type IncomingMessage, type ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

/** What to do to a request. */
export type Fault =
  /** Cut the connection before the server sees it. */
  | { readonly kind: 'cut_before' }
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

/** Which requests. */
export interface FaultRule {
  /** Beginning of the path, or what it holds. */
  readonly path: string
  readonly method?: string
  readonly fault: Fault
  /** How often. Default once. */
  readonly times?: number
}

/** A proxy before a server that does harm as it is told. */
export interface FaultProxy {
  readonly trackingUri: string
  /** Method and path of each request, in order. */
  readonly requests: readonly string[]
  fail(rule: FaultRule): void
  stop(): Promise<void>
}

/** Starts a proxy on loopback. @param target address of the server */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const requests: string[] = []
  const rules: { rule: FaultRule; left: number }[] = []
  const server = createServer((request, response) => {
    requests.push(`${request.method ?? ''} ${request.url ?? ''}`)
    const active = rules.find(
      ({ rule, left }) =>
        left > 0 &&
        (request.url ?? '').includes(rule.path) &&
        (rule.method === undefined || rule.method === request.method),
    )
    if (active) active.left -= 1
    handle(target, { request, response, fault: active?.rule.fault }).catch(() => request.socket.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null)
    throw new TypeError('a listening server has an address')
  return {
    trackingUri: `http://127.0.0.1:${address.port}`,
    requests,
    fail: (rule) => rules.push({ rule, left: rule.times ?? 1 }),
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly fault: Fault | undefined
}

async function handle(target: string, { request, response, fault }: Exchange): Promise<void> {
  if (fault?.kind === 'cut_before') {
    request.socket.destroy()
    return
  }
  const body = Buffer.concat(await request.toArray())
  if (fault?.kind === 'answer') {
    response.writeHead(fault.status, fault.headers).end(fault.body)
    return
  }
  if (fault?.kind === 'delay') await sleep(fault.milliseconds)
  if (fault?.kind === 'repeat') await ask(target, request, body)
  const answer = await ask(target, request, body)
  if (fault?.kind === 'cut_after') {
    request.socket.destroy()
    return
  }
  const bytes =
    fault?.kind === 'corrupt'
      ? answer.bytes.map((byte, i) => (i < fault.bytes ? byte ^ 1 : byte))
      : answer.bytes
  const headers = { ...answer.headers, 'content-length': String(bytes.length) }
  Reflect.deleteProperty(headers, 'transfer-encoding')
  response.writeHead(answer.status, headers)
  if (fault?.kind !== 'cut_body') {
    response.end(bytes)
    return
  }
  response.write(bytes.subarray(0, fault.bytes), () => setTimeout(() => request.socket.destroy(), 20))
}

async function ask(
  target: string,
  { method, url, headers }: IncomingMessage,
  body: Buffer,
): Promise<{ status: number; headers: IncomingMessage['headers']; bytes: Buffer }> {
  const sent = send(new URL(url ?? '', target), {
    method,
    headers: { ...headers, host: new URL(target).host },
  })
  sent.end(body)
  const [answer] = (await once(sent, 'response')) as [IncomingMessage]
  return {
    status: answer.statusCode ?? 0,
    headers: answer.headers,
    bytes: Buffer.concat(await answer.toArray()),
  }
}
