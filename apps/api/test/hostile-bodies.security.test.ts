import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { problemSchema } from '@claims/contracts'
import { openBundle } from '@claims/registry'
import { loadScorer } from '@claims/scoring'
import { claim, trainBundle } from './trained-bundles.ts'

/** What parsing alone of these bodies takes on the thread that answers others: 600 ms and more. */
const mostBlockedMilliseconds = 400
const mostMegabytes = 150

let root: string
let bundle: string
let child: ChildProcessByStdio<null, null, Readable>
let url = ''
let log = ''

beforeAll(async () => {
  ;({ root, bundle } = await trainBundle(3))
  child = spawn(
    process.execPath,
    [
      '--max-old-space-size=512',
      '--conditions=@claims/source',
      join(import.meta.dirname, '..', 'src', 'main.ts'),
    ],
    { env: { CLAIMS_BUNDLE: bundle, PORT: '0' }, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  child.stderr.on('data', (data: Buffer) => (log += String(data)))
  while (url === '') {
    if (child.exitCode !== null) throw new Error(log)
    url = /"url":"([^"]+)"/.exec(log)?.[1] ?? ''
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  await post('/api/v1/predict', JSON.stringify(claim))
}, 180_000)
afterAll(async () => {
  child.kill('SIGKILL')
  await once(child, 'exit')
  await rm(root, { recursive: true, force: true })
})

interface Answer {
  readonly status: number
  readonly text: string
}

async function post(
  path: string,
  body: string | Uint8Array,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: body as string,
  })
  return { status: response.status, text: await response.text() }
}

async function residentMegabytes(): Promise<number> {
  const status = await readFile(`/proc/${String(child.pid)}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024
}

/** Longest wait of a caller of `/health/live` while something is done, asked for by a process of its own. */
async function othersWait<T>(work: () => Promise<T>): Promise<{ result: T; milliseconds: number }> {
  const script = `let most = 0
    process.on('SIGTERM', () => { process.stdout.write(String(most), () => process.exit(0)) })
    console.error('ready')
    for (;;) {
      const start = performance.now()
      await (await fetch(process.argv[1])).text()
      most = Math.max(most, performance.now() - start)
      await new Promise((resolve) => setTimeout(resolve, 2))
    }`
  const probe = spawn(process.execPath, ['--input-type=module', '-e', script, `${url}/health/live`], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let most = ''
  probe.stdout.on('data', (data: Buffer) => (most += String(data)))
  await once(probe.stderr, 'data')
  // Its first call compiles fetch.
  await new Promise((resolve) => setTimeout(resolve, 300))
  const ended = once(probe, 'exit')
  try {
    const result = await work()
    probe.kill('SIGTERM')
    await ended
    return { result, milliseconds: Number(most) }
  } finally {
    probe.kill('SIGKILL')
  }
}

const named = (count: number, prefix: string): string =>
  `{${Array.from({ length: count }, (_, i) => `"${prefix}${i.toString(36)}":1`).join(',')}}`
const single = (field: string, value: unknown): string => JSON.stringify({ ...claim, [field]: value })

interface Hostile {
  readonly name: string
  readonly make: () => string | Uint8Array
  /** Statuses that are right. */
  readonly statuses: readonly number[]
  readonly headers: Readonly<Record<string, string>>
}

const hostile: readonly Hostile[] = (
  [
    ['deep arrays', () => '['.repeat(5_000_000), [413]],
    ['deep objects', () => '{"a":'.repeat(1_900_000), [413]],
    ['900,000 fields', () => named(900_000, ''), [413]],
    ['1,000 claims of 800 unknown fields', () => `[${Array(1000).fill(named(800, 'x')).join(',')}]`, [413]],
    [
      '580 claims of 500 unknown fields of their own',
      () => `[${Array.from({ length: 580 }, (_, i) => named(500, `x${i.toString(36)}_`)).join(',')}]`,
      [200],
    ],
    ['300,000 numbers', () => single('claim_description', Array(299_000).fill(1.5)), [422]],
    [
      '290,000 numbers of twenty digits',
      () => `{"a":[${Array(290_000).fill('12345678901234567890').join(',')}]}`,
      [422],
    ],
    ['a text of 9.9 MB', () => single('claim_description', 'fraud cash '.repeat(899_000)), [200, 422, 503]],
    ['a code of 9.9 MB', () => single('claim_type', 'A'.repeat(9_900_000)), [422]],
    ['a name of 9.9 MB', () => single('n'.repeat(9_900_000), 1), [200]],
    ['documents of 9.8 MB', () => single('supporting_documents', 'a;'.repeat(4_900_000)), [200, 503]],
    ['lone surrogates', () => `{"claim_id":"${'\\ud800'.repeat(1_600_000)}"}`, [422]],
    [
      'a gzip bomb of 500 MB',
      () => gzipSync(Buffer.alloc(500_000_000, ' ')),
      [413],
      { 'content-encoding': 'gzip' },
    ],
    [
      'names twice',
      () =>
        `[${Array(580)
          .fill(`{${Array(500).fill('"a":1').join(',')}}`)
          .join(',')}]`,
      [400],
    ],
    ['no UTF-8', () => Buffer.alloc(9_900_000, 0xff), [400]],
  ] satisfies [string, Hostile['make'], number[], Record<string, string>?][]
).map(([name, make, statuses, headers = {}]) => ({ name, make, statuses, headers }))

describe('a hostile body costs its caller, not the others', () => {
  test.each(hostile.map((row) => [row.name, row] as const))('%s', async (_, { make, statuses, headers }) => {
    const body = make()
    const before = await residentMegabytes()
    let most = before
    const watch = setInterval(() => {
      void residentMegabytes().then((now) => (most = Math.max(most, now)))
    }, 5)
    const path =
      typeof body === 'string' && body.startsWith('[') ? '/api/v1/predict/batch' : '/api/v1/predict'
    // A body that blocks the others does so every time; a busy machine does not.
    let { result, milliseconds } = await othersWait(() => post(path, body, headers))
    for (let attempt = 1; attempt < 6 && milliseconds >= mostBlockedMilliseconds; attempt += 1) {
      await new Promise((resolve) => setTimeout(resolve, 1000))
      ;({ result, milliseconds } = await othersWait(() => post(path, body, headers)))
    }
    clearInterval(watch)
    expect(statuses).toContain(result.status)
    expect(result.text.length).toBeLessThan(result.status === 200 ? 2_000_000 : 20_000)
    if (result.status !== 200) problemSchema.parse(JSON.parse(result.text))
    expect(milliseconds).toBeLessThan(mostBlockedMilliseconds)
    expect(most - before).toBeLessThan(mostMegabytes)
    expect((await post('/api/v1/predict', JSON.stringify(claim))).status).toBe(200)
  })

  test('many large bodies at once: each is scored or told to come later, and the process lives', async () => {
    const body = single('claim_description', 'fraud cash '.repeat(500_000))
    const answers = await Promise.all(Array.from({ length: 30 }, () => post('/api/v1/predict', body)))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 503]))
    const refused = answers.filter(({ status }) => status === 503)
    for (const { text } of refused) expect(JSON.parse(text)).toMatchObject({ code: 'overloaded' })
    expect(await residentMegabytes()).toBeLessThan(900)
  })

  test('a large batch gets the same bits as the scorer gives here', async () => {
    const records = Array.from({ length: 1000 }, (_, i) => ({
      ...{ ...claim, claim_id: `C-${String(i)}`, claim_amount: 500 + 31 * i },
      claim_description: 'police report missing, no witness '.repeat(1 + (i % 60)),
    }))
    const body = JSON.stringify(records)
    expect(body.length).toBeGreaterThan(1_000_000)
    const { text } = await post('/api/v1/predict/batch', body)
    const { results } = JSON.parse(text) as { results: { high_risk_probability: number }[] }
    const scorer = await loadScorer(await openBundle(bundle), { threads: 1 })
    const direct = scorer.scoreRecords(records, { reasons: 4 })
    scorer.dispose()
    expect(results.map((result) => result.high_risk_probability)).toEqual(
      direct.map((row) => (row.ok ? row.probability : null)),
    )
  })
})
