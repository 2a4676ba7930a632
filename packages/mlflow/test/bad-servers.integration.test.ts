import { describe, expect, test } from '@jest/globals'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  fromEnvironment,
  MlflowClient,
  MlflowError,
  type LogEvent,
  type MlflowClientOptions,
} from '../src/index.ts'
import { freePort } from '@claims/servers'
import { startLocalServer, type LocalServer } from './servers/local-server.ts'

const experiment = JSON.stringify({ experiment: { experiment_id: '1', name: 'x' } })
const run = JSON.stringify({ run: { info: { run_id: 'r', experiment_id: '1' }, data: {} } })
const answer =
  (body: string, status = 200, headers: Readonly<Record<string, string>> = {}): RequestListener =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body)
  }
const get = (server: LocalServer, options: Partial<MlflowClientOptions> = {}): Promise<unknown> =>
  new MlflowClient({ trackingUri: server.address, retries: 0, ...options }).experiments.get({
    experimentId: '1',
  })
const failureOf = async (call: Promise<unknown>): Promise<MlflowError> => {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(MlflowError)
  return error as MlflowError
}

describe('addresses', () => {
  test.each([
    '',
    'localhost',
    'file:./mlruns',
    'databricks',
    'http://',
    'http://a?b=1',
    'http://a#b',
    'ftp://a',
  ])('%j is refused by name', (trackingUri) => {
    expect(() => new MlflowClient({ trackingUri })).toThrow(
      expect.objectContaining({ code: 'invalid_argument', field: 'trackingUri' }),
    )
  })

  test.each([
    ['timeoutMilliseconds', 0],
    ['retries', -1],
    ['concurrency', 0.5],
    ['maxResponseBytes', NaN],
  ])('%s of %d is refused by name', (field, value) => {
    expect(() => new MlflowClient({ trackingUri: 'http://a', [field]: value })).toThrow(
      expect.objectContaining({ code: 'invalid_argument', field }),
    )
  })

  test('where nobody listens the call fails as one that can be tried later', async () => {
    const trackingUri = `http://127.0.0.1:${await freePort()}`
    const { code, retryable, endpoint } = await failureOf(
      new MlflowClient({ trackingUri, retries: 1 }).experiments.get({ experimentId: '1' }),
    )
    expect({ code, retryable, endpoint }).toEqual({
      code: 'connection_failed',
      retryable: true,
      endpoint: 'experiments.get',
    })
  })

  test('the path of a server behind a prefix is kept', async () => {
    await using server = await startLocalServer(answer(experiment))
    const mlflow = new MlflowClient({ trackingUri: `${server.address}/team//` })
    await mlflow.experiments.get({ experimentId: 'a/b ü' })
    expect(server.requests).toEqual(['GET /team/api/2.0/mlflow/experiments/get?experiment_id=a%2Fb+%C3%BC'])
  })
})

describe('a server that is none of MLflow', () => {
  test.each<[string, RequestListener, string]>([
    [
      'answers a page',
      answer('<!doctype html><p>Welcome</p>', 200, { 'content-type': 'text/html' }),
      'not_mlflow',
    ],
    ['answers a page as JSON', answer('<html>Sign in</html>'), 'not_mlflow'],
    ['knows no such page', answer('<html>404</html>', 404, { 'content-type': 'text/html' }), 'not_mlflow'],
    ['answers nothing', answer(''), 'invalid_response'],
    ['answers no JSON', answer('{"experiment": '), 'invalid_response'],
    ['answers other JSON', answer('{"hello": "world"}'), 'invalid_response'],
    ['answers a list', answer('[]'), 'invalid_response'],
    ['answers a text', answer('"x"'), 'invalid_response'],
    ['answers a wrong type', answer('{"experiment": {"experiment_id": 1, "name": "x"}}'), 'invalid_response'],
    ['cannot be bothered', answer('teapot', 418), 'server_error'],
    ['wants a password', answer('no', 401), 'unauthenticated'],
    ['says no', answer('{"error_code":"PERMISSION_DENIED","message":"no"}', 403), 'forbidden'],
    ['is busy', answer('later', 429), 'rate_limited'],
    ['fails', answer('oops', 500), 'server_error'],
    ['cuts the connection', (request) => request.socket.destroy(), 'connection_failed'],
    ['speaks no HTTP', (request) => request.socket.end('SSH-2.0-OpenSSH_9.9\r\n'), 'connection_failed'],
    ['redirects for ever', answer('', 302, { location: '/again' }), 'redirect_refused'],
    ['redirects elsewhere', answer('', 302, { location: 'ftp://elsewhere/x' }), 'redirect_refused'],
    [
      'announces more than it sends',
      (_, response) =>
        response.writeHead(200, { 'content-length': '999' }).write('{', () => response.destroy()),
      'connection_failed',
    ],
  ])('that %s is told by code and place', async (_, listener, code) => {
    await using server = await startLocalServer(listener)
    const failure = await failureOf(get(server))
    expect(failure).toMatchObject({ code, endpoint: 'experiments.get' })
    expect(failure.message).toContain('experiments.get')
    expect(failure.message.length).toBeLessThan(600)
  })

  test('keeps MLflow’s error code, the status and the request id', async () => {
    const body = JSON.stringify({ error_code: 'RESOURCE_DOES_NOT_EXIST', message: 'none of it' })
    await using server = await startLocalServer(answer(body, 404, { 'x-request-id': 'abc-1' }))
    expect(await failureOf(get(server))).toMatchObject({
      code: 'not_found',
      errorCode: 'RESOURCE_DOES_NOT_EXIST',
      status: 404,
      requestId: 'abc-1',
      retryable: false,
      message: 'experiments.get: none of it',
    })
  })

  test('an answer that is too long is not read to its end', async () => {
    let sent = 0
    await using server = await startLocalServer((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      const chunk = `"${'x'.repeat(65_534)}"`
      const more = (): void => {
        sent += chunk.length
        if (!response.destroyed) response.write(chunk, more)
      }
      more()
    })
    expect(await failureOf(get(server, { maxResponseBytes: 2 ** 20 }))).toMatchObject({
      code: 'response_too_large',
    })
    expect(sent).toBeLessThan(64 * 2 ** 20)
  })

  test.each<[string, RequestListener]>([
    ['never answers', () => undefined],
    ['never ends its answer', (_, response) => response.writeHead(200).write('{')],
  ])('that %s runs out of time', async (_, listener) => {
    await using server = await startLocalServer(listener)
    expect(await failureOf(get(server, { timeoutMilliseconds: 50 }))).toMatchObject({
      code: 'timed_out',
      retryable: true,
    })
  })
})

describe('trying again', () => {
  const failing = (times: number, fail: RequestListener, then: RequestListener): RequestListener => {
    let left = times
    return (request, response) => {
      left -= 1
      if (left >= 0) fail(request, response)
      else then(request, response)
    }
  }
  const destroy = (request: IncomingMessage): void => {
    request.socket.destroy()
  }

  test.each<[string, RequestListener]>([
    ['5xx', answer('{"error_code":"INTERNAL_ERROR","message":"x"}', 503)],
    ['429', answer('later', 429, { 'retry-after': '0' })],
    ['a broken connection', destroy],
  ])('a repeatable call is sent again after %s', async (_, fail) => {
    await using server = await startLocalServer(failing(2, fail, answer(experiment)))
    expect(await get(server, { retries: 4 })).toMatchObject({ experimentId: '1' })
    expect(server.requests).toHaveLength(3)
  })

  test('a call gives up after its tries', async () => {
    await using server = await startLocalServer(answer('x', 500))
    await failureOf(get(server, { retries: 2 }))
    expect(server.requests).toHaveLength(3)
    await failureOf(
      new MlflowClient({ trackingUri: server.address }).experiments.get(
        { experimentId: '1' },
        { retries: 0 },
      ),
    )
    expect(server.requests).toHaveLength(4)
  })

  test.each<[string, RequestListener]>([
    ['5xx', answer('x', 502)],
    ['a broken connection', destroy],
  ])('a call that makes something is not sent again after %s', async (_, fail) => {
    await using server = await startLocalServer(fail)
    const mlflow = new MlflowClient({ trackingUri: server.address, retries: 4 })
    await failureOf(mlflow.runs.create({ experimentId: '1' }))
    expect(server.requests).toHaveLength(1)
  })

  test('it is sent again when the server says that it did not take it', async () => {
    await using server = await startLocalServer(
      failing(1, answer('x', 429, { 'retry-after': '0' }), answer(run)),
    )
    const mlflow = new MlflowClient({ trackingUri: server.address })
    expect((await mlflow.runs.create({ experimentId: '1' })).info.runId).toBe('r')
  })

  test('it is sent again while nobody listens', async () => {
    const port = await freePort()
    const mlflow = new MlflowClient({ trackingUri: `http://127.0.0.1:${port}`, retries: 50 })
    const created = mlflow.runs.create({ experimentId: '1' })
    await sleep(100)
    const { createServer } = await import('node:http')
    const server = createServer(answer(run)).listen(port, '127.0.0.1')
    expect((await created).info.runId).toBe('r')
    server.closeAllConnections()
    server.close()
  })

  test('a wrong argument is not tried again', async () => {
    await using server = await startLocalServer(
      answer('{"error_code":"INVALID_PARAMETER_VALUE","message":"no"}', 400),
    )
    await failureOf(get(server, { retries: 4 }))
    expect(server.requests).toHaveLength(1)
  })

  test('a connection is used again, and no more calls run at a time than allowed', async () => {
    let running = 0
    let most = 0
    await using server = await startLocalServer((_, response) => {
      running += 1
      most = Math.max(most, running)
      setTimeout(() => {
        running -= 1
        response.end(experiment)
      }, 5)
    })
    const mlflow = new MlflowClient({ trackingUri: server.address, concurrency: 3 })
    await Promise.all(Array.from({ length: 30 }, () => mlflow.experiments.get({ experimentId: '1' })))
    expect(most).toBe(3)
    expect(server.connections).toBe(3)
  })
})

describe('AbortSignal', () => {
  test('before the call nothing is sent', async () => {
    await using server = await startLocalServer(answer(experiment))
    const mlflow = new MlflowClient({ trackingUri: server.address })
    const call = mlflow.experiments.get({ experimentId: '1' }, { signal: AbortSignal.abort() })
    expect(await failureOf(call)).toMatchObject({ code: 'aborted', endpoint: 'experiments.get' })
    expect(server.requests).toEqual([])
  })

  test.each<[string, RequestListener]>([
    ['while the server thinks', () => undefined],
    ['while the answer arrives', (_, response) => response.writeHead(200).write('{')],
    ['while the call waits for another try', answer('x', 429, { 'retry-after': '60' })],
  ])('%s the call ends', async (_, listener) => {
    await using server = await startLocalServer(listener)
    const controller = new AbortController()
    const mlflow = new MlflowClient({ trackingUri: server.address })
    const call = failureOf(mlflow.experiments.get({ experimentId: '1' }, { signal: controller.signal }))
    while (server.requests.length === 0) await sleep(5)
    await sleep(20)
    controller.abort()
    expect(await call).toMatchObject({ code: 'aborted' })
  })

  test('while the call waits for its turn', async () => {
    await using server = await startLocalServer(() => undefined)
    const mlflow = new MlflowClient({
      trackingUri: server.address,
      concurrency: 1,
      timeoutMilliseconds: 300,
      retries: 0,
    })
    const first = failureOf(mlflow.experiments.get({ experimentId: '1' }))
    const controller = new AbortController()
    const second = failureOf(mlflow.experiments.get({ experimentId: '1' }, { signal: controller.signal }))
    let firstEnded = false
    void first.then(() => {
      firstEnded = true
    })
    controller.abort()
    expect(await second).toMatchObject({ code: 'aborted' })
    expect(firstEnded).toBe(false)
    expect(await first).toMatchObject({ code: 'timed_out' })
  })
})

describe('credentials', () => {
  const secrets = ['pa55word', 't0ken', 'h3ader']
  const seen = async (options: Partial<MlflowClientOptions>): Promise<(string | undefined)[]> => {
    const headers: (string | undefined)[] = []
    await using server = await startLocalServer((request, response) => {
      headers.push(request.headers.authorization)
      response.end(experiment)
    })
    const mlflow = new MlflowClient({ trackingUri: server.address, ...options })
    await mlflow.experiments.get({ experimentId: '1' })
    await mlflow.experiments.get({ experimentId: '1' })
    return headers
  }

  test('none, basic, bearer, and headers made for each call', async () => {
    expect(await seen({})).toEqual([undefined, undefined])
    const basic = `Basic ${Buffer.from('me:pa55word ü').toString('base64')}`
    expect(await seen({ auth: { username: 'me', password: 'pa55word ü' } })).toEqual([basic, basic])
    expect(await seen({ auth: { token: 't0ken' } })).toEqual(['Bearer t0ken', 'Bearer t0ken'])
    let calls = 0
    const headers = (): Promise<Record<string, string>> => {
      calls += 1
      return Promise.resolve({ authorization: `Bearer h3ader${calls}` })
    }
    expect(await seen({ auth: { headers } })).toEqual(['Bearer h3ader1', 'Bearer h3ader2'])
  })

  test('of the address are used and not shown', async () => {
    let authorization: string | undefined
    await using server = await startLocalServer((request, response) => {
      ;({ authorization } = request.headers)
      response.end(experiment)
    })
    const mlflow = new MlflowClient({ trackingUri: server.address.replace('//', '//me:pa55word@') })
    await mlflow.experiments.get({ experimentId: '1' })
    expect(authorization).toBe(`Basic ${Buffer.from('me:pa55word').toString('base64')}`)
    expect(mlflow.transport.trackingUri).toBe(server.address)
  })

  test('do not follow a redirect to another origin, and no redirect makes a GET of a POST', async () => {
    const others: (string | undefined)[] = []
    await using other = await startLocalServer((request, response) => {
      others.push(request.headers.authorization, String(request.headers['x-team']))
      response.end(experiment)
    })
    await using server = await startLocalServer(answer('', 302, { location: `${other.address}/x` }))
    await get(server, { auth: { token: 't0ken' }, headers: { 'x-team': 'h3ader' } })
    expect(others).toEqual([undefined, 'undefined'])
    const mlflow = new MlflowClient({ trackingUri: server.address })
    expect(await failureOf(mlflow.runs.delete({ runId: 'r' }))).toMatchObject({ code: 'redirect_refused' })
  })

  test.each<[string, (response: ServerResponse, request: IncomingMessage) => void]>([
    ['refused', (response) => response.writeHead(401).end('who?')],
    ['redirected', (response) => response.writeHead(302, { location: 'ftp://x' }).end()],
    ['cut', (_, request) => request.socket.destroy()],
    ['answered nonsense', (response) => response.end('nonsense')],
  ])('are in no error and no log event when the call is %s', async (_, listener) => {
    await using server = await startLocalServer((request, response) => {
      listener(response, request)
    })
    for (const auth of [
      { username: 'me', password: 'pa55word' },
      { token: 't0ken' },
      { headers: () => ({ 'x-key': 'h3ader' }) },
    ]) {
      const events: LogEvent[] = []
      const failure = await failureOf(get(server, { auth, retries: 1, log: (event) => events.push(event) }))
      const told = JSON.stringify(events) + everythingOf(failure)
      for (const secret of [
        ...secrets,
        ...secrets.map((each) => Buffer.from(`me:${each}`).toString('base64')),
      ])
        expect(told).not.toContain(secret)
    }
  })

  test('that cannot be a header are refused without being shown', async () => {
    await using server = await startLocalServer(answer(experiment))
    const failure = await failureOf(get(server, { auth: { token: 't0ken\r\nx: y' } }))
    expect(failure).toMatchObject({ code: 'invalid_argument', field: 'auth' })
    expect(everythingOf(failure)).not.toContain('t0ken')
  })
})

describe('fromEnvironment', () => {
  const trackingUri = 'http://127.0.0.1:1'
  test('reads the variables of MLflow’s own client', async () => {
    const authorization: (string | undefined)[] = []
    await using server = await startLocalServer((request, response) => {
      authorization.push(request.headers.authorization)
      response.end(experiment)
    })
    const MLFLOW_TRACKING_URI = server.address
    const both = { MLFLOW_TRACKING_USERNAME: 'me', MLFLOW_TRACKING_PASSWORD: 'p' }
    for (const environment of [
      {},
      both,
      { MLFLOW_TRACKING_TOKEN: 't' },
      { ...both, MLFLOW_TRACKING_TOKEN: 't' },
    ])
      await fromEnvironment({ MLFLOW_TRACKING_URI, ...environment }).experiments.get({ experimentId: '1' })
    const basic = `Basic ${Buffer.from('me:p').toString('base64')}`
    expect(authorization).toEqual([undefined, basic, 'Bearer t', basic])
  })

  test.each([
    [{}, 'MLFLOW_TRACKING_URI'],
    [{ MLFLOW_TRACKING_URI: ' ' }, 'MLFLOW_TRACKING_URI'],
    [{ MLFLOW_TRACKING_URI: trackingUri, MLFLOW_TRACKING_USERNAME: 'me' }, 'MLFLOW_TRACKING_PASSWORD'],
    [{ MLFLOW_TRACKING_URI: trackingUri, MLFLOW_TRACKING_PASSWORD: 'p' }, 'MLFLOW_TRACKING_USERNAME'],
  ])('%j lacks %s', (environment, field) => {
    expect(() => fromEnvironment(environment)).toThrow(
      expect.objectContaining({ code: 'invalid_argument', field }),
    )
  })
})

/** All texts of an error and its causes. */
function everythingOf(error: unknown): string {
  if (typeof error === 'string') return error
  if (typeof error !== 'object' || error === null) return ''
  return Object.getOwnPropertyNames(error)
    .map((name) => everythingOf(Reflect.get(error, name)))
    .join(' ')
}
