import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import autocannon from 'autocannon'
import { judge, type Measurement } from './measurement.ts'

const rounds = 3
const seconds = 6

/** Throughput of `POST /api/v1/predict` beside an Express 5 app that echoes the same body; rounds take turns. */
export async function http(bundle: string, claim: Record<string, unknown>): Promise<Measurement[]> {
  const api = await startServer('api-server.ts', [bundle])
  const echo = await startServer('echo-server.ts', [])
  try {
    const ours: autocannon.Result[] = []
    const theirs: autocannon.Result[] = []
    for (let round = 0; round <= rounds; round++) {
      const mine = await load(`${api.url}/api/v1/predict`, claim)
      const peer = await load(echo.url, claim)
      if (round === 0) continue
      ours.push(mine)
      theirs.push(peer)
    }
    const failed = ours.reduce((sum, result) => sum + result.non2xx + result.errors, 0)
    if (failed > 0) throw new Error(`${String(failed)} requests to the api failed`)
    const middle = (results: autocannon.Result[], of: (result: autocannon.Result) => number): number =>
      results.map(of).sort((a, b) => a - b)[Math.floor(results.length / 2)] ?? NaN
    return [
      judge({
        name: 'POST /api/v1/predict with reasons, throughput',
        value: middle(ours, (result) => result.requests.average),
        unit: 'requests/s',
        peer: { name: 'Express 5 echo', value: middle(theirs, (result) => result.requests.average) },
        limit: { at: 'least', value: 0.3 },
      }),
      judge({
        name: 'POST /api/v1/predict, p99 latency at 16 connections',
        value: middle(ours, (result) => result.latency.p99),
        unit: 'ms',
        limit: { at: 'most', value: 100 },
      }),
    ]
  } finally {
    api.child.kill()
    echo.child.kill()
  }
}

async function startServer(
  file: string,
  args: readonly string[],
): Promise<{ url: string; child: ChildProcess }> {
  const path = fileURLToPath(new URL(file, import.meta.url))
  const child = spawn(process.execPath, ['--conditions=@claims/source', path, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = (await Promise.race([
    once(child.stdout, 'data'),
    once(child, 'exit').then(() => {
      throw new Error(`${file} ended before it listened`)
    }),
  ])) as [Buffer]
  return { url: line.toString().trim(), child }
}

function load(url: string, body: Record<string, unknown>): Promise<autocannon.Result> {
  return autocannon({
    url,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    connections: 16,
    duration: seconds,
  })
}
