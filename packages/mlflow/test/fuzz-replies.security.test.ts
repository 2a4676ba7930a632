import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { MlflowClient, MlflowError } from '../src/index.ts'
import { startLocalServer, type LocalServer } from './servers/local-server.ts'

const replies = 5000
const atATime = 20

/** Answers as servers give them; replies are made of these. */
const honest: Readonly<Record<string, string>> = {
  experiment:
    '{"experiment":{"experiment_id":"1","name":"x","creation_time":"1700000000000","tags":[{"key":"a","value":"b"}]}}',
  run: '{"run":{"info":{"run_id":"r","experiment_id":"1","status":"RUNNING","start_time":1700000000000},"data":{"metrics":[{"key":"m","value":NaN,"timestamp":"1","step":"9223372036854775807"}],"params":[{"key":"p","value":"v"}]},"inputs":{"dataset_inputs":[{"dataset":{"name":"d","digest":"x"}}]}}}',
  runs: '{"runs":[{"info":{"run_id":"r","experiment_id":"1"},"data":{}}],"next_page_token":""}',
  history:
    '{"metrics":[{"key":"m","value":0.5,"timestamp":1,"step":-1},{"key":"m","value":"Infinity","timestamp":"2","step":"3"}]}',
  model:
    '{"registered_model":{"name":"m","latest_versions":[{"name":"m","version":"1"}],"aliases":[{"alias":"a","version":"1"}]}}',
  files: '{"files":[{"path":"a","is_dir":true},{"path":"b","is_dir":false,"file_size":"12"}]}',
  error: '{"error_code":"INVALID_PARAMETER_VALUE","message":"no"}',
}
const values = [
  'null',
  '[]',
  '{}',
  '""',
  '0',
  '-1',
  '1e999',
  'NaN',
  'true',
  '"__proto__"',
  '9'.repeat(400),
  '[[[[[[]]]]]]',
  '{"__proto__":{"x":1}}',
  '{"constructor":1}',
  '"\\ud800"',
  '"../../etc"',
  '1.5',
  '"NaN"',
]

/** A generator whose numbers repeat: mulberry32. */
function numbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % below
  }
}

/** An answer with something wrong in it, or none at all. */
function wrong(below: (most: number) => number): Buffer {
  const texts = Object.values(honest)
  const text = texts[below(texts.length)] ?? ''
  const value = values[below(values.length)] ?? ''
  switch (below(7)) {
    case 0:
      return Buffer.from(Array.from({ length: below(300) }, () => below(256)))
    case 1: {
      const bytes = Buffer.from(text)
      for (let flips = 0; flips <= below(5); flips += 1) bytes[below(bytes.length)] = below(256)
      return bytes
    }
    case 2: {
      // One of the values becomes another.
      const places = [...text.matchAll(/:("[^"]*"|[\d.eE+-]+|NaN|true|false)/g)]
      const place = places[below(places.length)]
      if (place === undefined) return Buffer.from(value)
      return Buffer.from(text.slice(0, place.index + 1) + value + text.slice(place.index + place[0].length))
    }
    case 3:
      return Buffer.from(text.slice(0, below(text.length)))
    case 4:
      return Buffer.from('['.repeat(below(20_000)) + value)
    case 5:
      return Buffer.from(text.replace(/"\w+":/, `${JSON.stringify(value)}:`))
    default:
      return Buffer.from(text)
  }
}

let server: LocalServer
let seed = 0
beforeAll(async () => {
  server = await startLocalServer((request, response) => {
    const below = numbers((seed += 1))
    const body = wrong(below)
    const statuses = [200, 200, 200, 200, 201, 204, 302, 400, 404, 409, 429, 500, 999]
    const status = statuses[below(statuses.length)] ?? 200
    const headers: Record<string, string> = {
      'content-type': ['application/json', 'text/html', '', 'x/y; charset=utf-7'][below(4)] ?? '',
    }
    if (status === 302) headers['location'] = ['/x', 'http://[', 'javascript:1', '//', ''][below(5)] ?? ''
    if (status === 429) headers['retry-after'] = ['-1', 'soon', '1e9', ''][below(4)] ?? ''
    if (below(4) === 0) headers['content-length'] = String(below(2 * body.length + 2))
    if (below(8) === 0) headers['content-encoding'] = 'gzip'
    if (below(12) === 0) {
      request.socket.end(body)
      return
    }
    response.strictContentLength = false
    response.on('error', () => undefined)
    response.writeHead(status, headers)
    if (below(10) === 0) response.write(body, () => request.socket.destroy())
    else response.end(body)
  })
})
afterAll(() => server[Symbol.asyncDispose]())

test(`${replies} replies of any kind end in a value or a coded error`, async () => {
  const mlflow = new MlflowClient({
    trackingUri: server.address,
    retries: 0,
    timeoutMilliseconds: 400,
    concurrency: atATime,
  })
  const calls: (() => Promise<unknown>)[] = [
    () => mlflow.experiments.get({ experimentId: '1' }),
    () => mlflow.experiments.create({ name: 'x' }),
    () => mlflow.runs.get({ runId: 'r' }),
    () => mlflow.runs.searchPage({ experimentIds: ['1'] }),
    () => mlflow.metrics.getHistoryPage({ runId: 'r', metricKey: 'm' }),
    () => mlflow.registeredModels.get({ name: 'm' }),
    () => mlflow.proxy.list({ path: '' }),
    () => mlflow.loggedModels.get({ modelId: 'm' }),
    () => mlflow.runs.logBatch({ runId: 'r' }),
    () => mlflow.version(),
  ]
  const outcomes = { values: 0, errors: 0 }
  const codes = new Set<string>()
  let asked = 0
  const worker = async (): Promise<void> => {
    while (asked < replies) {
      asked += 1
      try {
        await calls[asked % calls.length]?.()
        outcomes.values += 1
      } catch (error) {
        if (!(error instanceof MlflowError)) throw error
        codes.add(error.code)
        outcomes.errors += 1
      }
    }
  }
  await Promise.all(Array.from({ length: atATime }, worker))
  expect(outcomes.values + outcomes.errors).toBeGreaterThanOrEqual(replies)
  expect(outcomes.values).toBeGreaterThan(replies / 50)
  expect([...codes]).toEqual(
    expect.arrayContaining([
      'invalid_response',
      'not_mlflow',
      'connection_failed',
      'invalid_argument',
      'server_error',
    ]),
  )
  expect(Object.prototype).not.toHaveProperty('x')
}, 120_000)
