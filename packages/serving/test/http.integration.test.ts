import { mkdtemp, rm } from 'node:fs/promises'
import { Agent, request as httpRequest } from 'node:http'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { problemSchema } from '@claims/contracts'
import {
  createApi,
  createMetrics,
  ModelHolder,
  startServer,
  type Logger,
  type RunningServer,
} from '@claims/serving'
import { loadExampleScorer, writeExampleModel } from './example-model.ts'

const claim = { claim_id: 'C-1', claim_amount: 25_000, policy_duration: 24, claim_type: 'auto' }
const metrics = createMetrics()
const lines: { fields: Record<string, unknown>; message: string }[] = []
const keep = (fields: object, message: string): void => {
  lines.push({ fields: fields as Record<string, unknown>, message })
}
const logger: Logger = { debug: keep, info: keep, warn: keep, error: keep }
let root: string
let holder: ModelHolder
let server: RunningServer

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'claims-http-'))
  await writeExampleModel(join(root, 'bundle'))
  holder = new ModelHolder({ loadScorer: loadExampleScorer, clock: { now: () => new Date() }, reasons: 3 })
  await holder.serve({ directory: join(root, 'bundle') })
  const app = createApi({ holder, environment: 'development', metrics, logger })
  server = await startServer(app, { port: 0, metrics, logger, requestMilliseconds: 1_000 })
})
beforeEach(() => {
  lines.length = 0
})
afterAll(async () => {
  await server.close()
  await holder.dispose()
  await rm(root, { recursive: true, force: true })
})

/** What comes back for bytes on a connection of their own, until it ends. */
async function raw(text: string, milliseconds = 5_000): Promise<string> {
  return await new Promise((resolve) => {
    const socket = createConnection(server.port, '127.0.0.1', () => socket.write(text))
    let received = ''
    const timer = setTimeout(() => socket.destroy(), milliseconds)
    socket.on('data', (data) => (received += String(data)))
    socket.on('error', () => undefined)
    socket.on('close', () => {
      clearTimeout(timer)
      resolve(received)
    })
  })
}

async function counted(status: number): Promise<number> {
  const all = (await metrics.expose()).split('\n')
  return all
    .filter(
      (line) => line.startsWith('claims_http_requests_total') && line.includes(`status="${String(status)}"`),
    )
    .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
}

describe('every answer has an id, a problem document with its code, a count and a line of the log', () => {
  const post = 'POST /api/v1/predict HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n'
  const end = 'connection: close\r\n\r\n'
  test.each([
    ['no HTTP', 'NONSENSE\r\n\r\n', 400, 'malformed_request'],
    ['an unknown method', 'FOO / HTTP/1.1\r\nhost: x\r\n\r\n', 400, 'malformed_request'],
    ['no host', `GET /health/live HTTP/1.1\r\n${end}`, 400, 'malformed_request'],
    ['large headers', `GET / HTTP/1.1\r\nx: ${'a'.repeat(20_000)}\r\n\r\n`, 431, 'headers_too_large'],
    ['an expectation', `${post}expect: tea\r\ncontent-length: 2\r\n${end}{}`, 417, 'expectation_failed'],
    ['CONNECT', 'CONNECT example.org:443 HTTP/1.1\r\nhost: x\r\n\r\n', 405, 'method_not_allowed'],
    ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01', 400, 'malformed_request'],
    ['a bad chunk', `${post}transfer-encoding: chunked\r\n\r\nzz\r\n`, 400, 'malformed_request'],
    ['two lengths', `${post}content-length: 2\r\ncontent-length: 3\r\n\r\n{}`, 400, 'malformed_request'],
    ['half a body', `${post}content-length: 20\r\n\r\n{`, 408, 'request_timeout'],
    ['half a head', 'GET / HTTP/1.1\r\nhost', 408, 'request_timeout'],
    ['no body', `${post}${end}`, 400, 'invalid_json'],
    ['a body of no chunks', `${post}transfer-encoding: chunked\r\n${end}0\r\n\r\n`, 400, 'invalid_json'],
    ['an empty archive', `${post}content-encoding: gzip\r\ncontent-length: 0\r\n${end}`, 400, 'invalid_json'],
    [
      'an archive of no chunks',
      `${post}content-encoding: gzip\r\ntransfer-encoding: chunked\r\n${end}0\r\n\r\n`,
      ...([400, 'invalid_json'] as const),
    ],
    ['two hosts', `GET /health/live HTTP/1.1\r\nhost: a\r\nhost: b\r\n${end}`, 400, 'malformed_request'],
    ['a bad host', `GET /health/live HTTP/1.1\r\nhost: a/b c\r\n${end}`, 400, 'malformed_request'],
    ['HTTP/2 by name', `GET /health/live HTTP/2.0\r\nhost: x\r\n${end}`, 400, 'malformed_request'],
    ['an address of no host', `GET http://[::1/health/live HTTP/1.1\r\nhost: x\r\n${end}`, 404, 'not_found'],

    [
      'two types',
      `${post}content-type: text/plain\r\ncontent-length: 2\r\n${end}{}`,
      400,
      'malformed_request',
    ],
    [
      'a coding of transfer',
      `${post}transfer-encoding: gzip, chunked\r\n${end}2\r\n{}\r\n0\r\n\r\n`,
      ...([400, 'malformed_request'] as const),
    ],
    ['blanks', `${post}content-length: 2\r\n${end}  `, 400, 'invalid_json'],
  ])('%s', async (_, text, status, code) => {
    const before = await counted(status)
    const answer = await raw(text)
    const [head = '', body = ''] = answer.split('\r\n\r\n')
    expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${String(status)} `))
    const id = /^x-request-id: (\S+)$/im.exec(head)?.[1]
    expect(head).toMatch(/^content-type: application\/problem\+json$/im)
    expect(problemSchema.parse(JSON.parse(body))).toMatchObject({ status, code, request_id: id })
    expect(await counted(status)).toBe(before + 1)
    expect(lines.filter(({ fields }) => fields['request_id'] === id)).toMatchObject([
      { fields: { status, code }, message: 'refused' },
    ])
  })

  test('a body that was announced as too large is refused before it is sent', async () => {
    const answer = await raw(`${post}expect: 100-continue\r\ncontent-length: 99000000\r\n\r\n`)
    expect(answer).toMatch(/^HTTP\/1\.1 413 /)
    expect(answer).not.toContain('100 Continue')
  })

  test('a body that was announced and is wanted is asked for', async () => {
    const body = JSON.stringify(claim)
    const text = `${post}expect: 100-continue\r\ncontent-length: ${String(body.length)}\r\n${end}${body}`
    expect(await raw(text)).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /)
  })

  test('what follows a whole request does not take its answer away', async () => {
    const body = JSON.stringify(claim)
    const whole = `${post}content-length: ${String(body.length)}\r\n\r\n${body}`
    const answer = await raw(`${whole}${whole}NONSENSE\r\n\r\n`)
    expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 200', 'HTTP/1.1 400'])
    expect(answer.match(/x-request-id: /g)).toHaveLength(3)
  })

  test('an absolute address is its path, as proxies send it', async () => {
    expect(await raw(`GET http://x:1/health/live?a=b HTTP/1.1\r\nhost: x:1\r\n${end}`)).toMatch(
      /^HTTP\/1\.1 200 /,
    )
    expect(await raw(`GET /health/live HTTP/1.1\r\nhost: [::1]:80\r\n${end}`)).toMatch(/^HTTP\/1\.1 200 /)
  })

  test('OPTIONS of the server, HEAD of what is not there', async () => {
    expect(await raw(`OPTIONS * HTTP/1.1\r\nhost: x\r\n${end}`)).toMatch(/^HTTP\/1\.1 204 [^]*allow: GET/i)
    const head = await raw(`HEAD /nothing HTTP/1.1\r\nhost: x\r\n${end}`)
    expect(head).toMatch(/^HTTP\/1\.1 404 /)
    expect(head.split('\r\n\r\n')[1]).toBe('')
  })
})

describe('bodies', () => {
  async function send(body: string | Uint8Array, headers: Record<string, string> = {}): Promise<Response> {
    return await fetch(`${server.url}/api/v1/predict`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: body as string,
    })
  }

  test.each([
    ['not UTF-8', Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d), {}, 'invalid_json', 'UTF-8'],
    ['a name twice', '{"claim_id": "a", "claim_id": "b"}', {}, 'invalid_json', '"claim_id" twice'],
    ['a name twice, escaped', '{"claim_id": "a", "claim\\u005fid": "b"}', {}, 'invalid_json', 'twice'],
    [
      'half a gzip',
      gzipSync('{}').subarray(0, 12),
      { 'content-encoding': 'gzip' },
      'malformed_request',
      'unpacked',
    ],
    ['no gzip', '{}', { 'content-encoding': 'gzip' }, 'malformed_request', 'unpacked'],
  ])('%s', async (_, body, headers, code, words) => {
    const response = await send(body, headers)
    const problem = problemSchema.parse(await response.json())
    expect(problem).toMatchObject({ status: 400, code })
    expect(problem.detail).toContain(words)
  })

  test('deflate, a byte order mark and a charset of UTF-8 are read', async () => {
    expect((await send(deflateSync(JSON.stringify(claim)), { 'content-encoding': 'deflate' })).status).toBe(
      200,
    )
    expect((await send(`\uFEFF${JSON.stringify(claim)}`)).status).toBe(200)
    expect(
      (await send(JSON.stringify(claim), { 'content-type': 'application/json; charset="utf-8"' })).status,
    ).toBe(200)
  })

  test('the log of a refused claim names the code and known fields, never what a caller made up', async () => {
    const { status } = await send(
      JSON.stringify({ ...claim, claim_amount: -1, 'Jane Doe': 1, claimType: 'x', claim_type: null }),
    )
    expect(status).toBe(422)
    const logged = lines.find(({ message }) => message === 'refused')
    expect(logged?.fields).toMatchObject({
      code: 'near_miss_field',
      fields: ['almost claim_type', 'claim_amount'],
    })
    expect(JSON.stringify(lines)).not.toContain('Jane')
  })
})

describe('shutting down', () => {
  test('gives notice: ready is 503, callers are told to close, nobody is reset', async () => {
    const shutdown = new AbortController()
    const app = createApi({ holder, environment: 'development', shutdown: shutdown.signal })
    const own = await startServer(app, {
      port: 0,
      noticeMilliseconds: 400,
      onClosing: () => {
        shutdown.abort()
      },
    })
    const agent = new Agent({ keepAlive: true, maxSockets: 8 })
    let ended = false
    const failures: string[] = []
    const seen = new Set<string>()
    const callOnce = (): Promise<void> =>
      new Promise((resolve) => {
        const call = httpRequest(
          { port: own.port, host: '127.0.0.1', path: '/health/ready', agent },
          (answer) => {
            seen.add(`${String(answer.statusCode)} ${answer.headers.connection ?? ''}`)
            answer.resume().on('end', resolve)
          },
        )
        call.on('error', (error: NodeJS.ErrnoException) => {
          if (error.code === 'ECONNREFUSED') ended = true
          else failures.push(error.code ?? error.message)
          resolve()
        })
        call.end()
      })
    const callers = Array.from({ length: 8 }, async () => {
      while (!ended) await callOnce()
    })
    await new Promise((resolve) => setTimeout(resolve, 200))
    await own.close()
    await Promise.all(callers)
    agent.destroy()
    expect(failures).toEqual([])
    expect([...seen].sort()).toEqual(['200 keep-alive', '503 close'])
  })
})

describe('leases', () => {
  test('a model is freed only when the last request gave it back', async () => {
    const loaded: Awaited<ReturnType<typeof loadExampleScorer>>[] = []
    const own = new ModelHolder({
      loadScorer: async (bundle) => {
        const scorer = await loadExampleScorer(bundle)
        loaded.push(scorer)
        return scorer
      },
      ...{ clock: { now: () => new Date() }, reasons: 0 },
    })
    await own.serve({ directory: join(root, 'bundle') })
    const [one, two] = [own.lease(), own.lease()]
    await own.serve({ directory: join(root, 'bundle') })
    one.release()
    one.release()
    expect(loaded.map((scorer) => scorer.disposed())).toEqual([false, false])
    expect(two.model.scorer.scoreRecords([claim], { reasons: 0, now: new Date() })).toMatchObject([
      { ok: true },
    ])
    two.release()
    expect(loaded.map((scorer) => scorer.disposed())).toEqual([true, false])
    await own.dispose()
    expect(loaded.map((scorer) => scorer.disposed())).toEqual([true, true])
  })
})
