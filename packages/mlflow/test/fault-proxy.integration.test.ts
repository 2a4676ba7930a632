import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { get, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { startFaultProxy, type Fault, type FaultProxy, type FaultRule } from './servers/fault-proxy.ts'
import { startLocalServer, type LocalServer } from './servers/local-server.ts'

const content = 'the answer, as the server gave it'
let server: LocalServer
let proxy: FaultProxy
/** Bodies that the server got. */
let received: string[]

beforeEach(async () => {
  received = []
  server = await startLocalServer((asked, response) => {
    text(asked).then(
      (body) => {
        received.push(body)
        response.writeHead(201, { 'content-type': 'text/plain', 'x-request-id': 'r1' }).end(content)
      },
      () => response.destroy(),
    )
  })
  proxy = await startFaultProxy(server.address)
})
afterEach(async () => {
  await proxy.stop()
  await server[Symbol.asyncDispose]()
})

const put = async (body: string, path = '/put?a=1'): Promise<Response> =>
  fetch(`${proxy.trackingUri}${path}`, { method: 'PUT', body })

/** What arrives of the body before the connection breaks. */
async function untilCut(): Promise<{ length: string | undefined; bytes: string }> {
  return new Promise((done, failed) => {
    get(proxy.trackingUri, (answer: IncomingMessage) => {
      let bytes = ''
      answer.on('data', (part: Buffer) => (bytes += part.toString()))
      answer.on('end', () => failed(new Error('the answer is whole')))
      answer.on('error', () => done({ length: answer.headers['content-length'], bytes }))
    }).on('error', failed)
  })
}

test('without a rule everything passes as it is', async () => {
  const answer = await put('question')
  expect(answer.status).toBe(201)
  expect(answer.headers.get('x-request-id')).toBe('r1')
  expect(await answer.text()).toBe(content)
  expect(received).toEqual(['question'])
  expect(server.requests).toEqual(['PUT /put?a=1'])
  expect(proxy.requests).toEqual(['PUT /put?a=1'])
})

test('an answer to HEAD keeps the length that the server states', async () => {
  await using direct = await startLocalServer((_, response) => {
    response.writeHead(200, { 'content-length': '77' }).end()
  })
  const other = await startFaultProxy(direct.address)
  const stated = await fetch(other.trackingUri, { method: 'HEAD' })
  expect(stated.headers.get('content-length')).toBe('77')
  await other.stop()
})

test('a cut before the request leaves the server alone; one after it does not', async () => {
  proxy.fail({ path: '/', fault: { kind: 'cut_before' } })
  await expect(put('first')).rejects.toThrow('fetch failed')
  expect(received).toEqual([])
  proxy.fail({ path: '/', fault: { kind: 'cut_after' } })
  await expect(put('second')).rejects.toThrow('fetch failed')
  expect(received).toEqual(['second'])
  expect((await put('third')).status).toBe(201)
  expect(proxy.requests).toHaveLength(3)
})

test.each([0, 1, 10])('a cut in the answer leaves its first %d bytes', async (bytes) => {
  proxy.fail({ path: '/', fault: { kind: 'cut_body', bytes } })
  expect(await untilCut()).toEqual({ length: String(content.length), bytes: content.slice(0, bytes) })
})

test('a delayed request reaches the server later', async () => {
  proxy.fail({ path: '/', fault: { kind: 'delay', milliseconds: 300 } })
  const sent = performance.now()
  expect((await put('slow')).status).toBe(201)
  expect(performance.now() - sent).toBeGreaterThan(290)
  expect(received).toEqual(['slow'])
})

test('a proxy that stops cuts what is delayed, which never reaches the server', async () => {
  proxy.fail({ path: '/', fault: { kind: 'delay', milliseconds: 3_600_000 } })
  const slow = put('slow')
  const cut = expect(slow).rejects.toThrow('fetch failed')
  while (proxy.requests.length === 0) await new Promise(setImmediate)
  await proxy.stop()
  await cut
  expect(received).toEqual([])
  proxy = await startFaultProxy(server.address)
})

test('a repeated request reaches the server twice, and is answered once', async () => {
  proxy.fail({ path: '/', fault: { kind: 'repeat' } })
  expect(await (await put('twice')).text()).toBe(content)
  expect(received).toEqual(['twice', 'twice'])
  expect(proxy.requests).toHaveLength(1)
})

test('an answer of the proxy does not ask the server', async () => {
  const fault: Fault = {
    kind: 'answer',
    status: 429,
    headers: { 'retry-after': '7' },
    body: '<html>busy</html>',
  }
  proxy.fail({ path: '/', fault })
  const answer = await put('unheard')
  expect(answer.status).toBe(429)
  expect(answer.headers.get('retry-after')).toBe('7')
  expect(await answer.text()).toBe('<html>busy</html>')
  expect(received).toEqual([])
})

test.each<[string, Fault, string]>([
  ['corrupted', { kind: 'corrupt', bytes: 2 }, `ui${content.slice(2)}`],
  ['truncated', { kind: 'truncate', bytes: 3 }, 'the'],
])('a %s answer is whole for HTTP', async (_, fault, expected) => {
  proxy.fail({ path: '/', fault })
  const answer = await put('question')
  expect(answer.headers.get('content-length')).toBe(String(expected.length))
  expect(await answer.text()).toBe(expected)
})

test('rules are for a method, a path and the n-th of their requests, each so often', async () => {
  const answering = (status: number): Fault => ({ kind: 'answer', status })
  const rules: FaultRule[] = [
    { method: 'GET', path: '/a', fault: answering(500) },
    { path: '/b', fault: answering(501) },
    { path: '/a', after: 2, times: 2, fault: answering(502) },
    { method: 'PUT', path: '/a', after: 4, fault: answering(503) },
  ]
  for (const rule of rules) proxy.fail(rule)
  const statuses: number[] = []
  for (let sent = 0; sent < 8; sent += 1) statuses.push((await put('x', '/a')).status)
  expect(statuses).toEqual([201, 201, 502, 502, 201, 201, 503, 201])
})

test('a server that is away is a cut', async () => {
  await server[Symbol.asyncDispose]()
  await expect(put('nobody')).rejects.toThrow('fetch failed')
  server = await startLocalServer(() => undefined)
})
