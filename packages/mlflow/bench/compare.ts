/**
 * Compares this package with Python's own client: the same work on the same server of MLflow 3.17, in turns.
 *
 *     node --conditions=@claims/source packages/mlflow/bench/compare.ts --mlflow ENVIRONMENT [--turns 5] [--json FILE]
 *
 * ENVIRONMENT is a Python environment with mlflow 3.17.0. Prints the table and writes it to packages/mlflow/docs/bench.md.
 */
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { MlflowClient } from '@claims/mlflow'
import { startMlflow } from '../test/servers/start-mlflow.ts'

const { values } = parseArgs({
  options: {
    mlflow: { type: 'string' },
    turns: { type: 'string', default: '5' },
    json: { type: 'string' },
  },
})
if (values.mlflow === undefined) throw new Error('--mlflow ENVIRONMENT is needed')
const python = join(values.mlflow, 'bin/python')
const turns = Number(values.turns)
const here = import.meta.dirname
// What users install is the emitted JavaScript, not the sources.
execFileSync(`${here}/../../../node_modules/.bin/tsc`, ['-p', `${here}/../tsconfig.build.json`])

type Figures = Record<string, number>
interface Side {
  readonly version: string
  readonly figures: Figures
}
interface Row {
  readonly name: string
  readonly label: string
  readonly unit: string
  /** Of Python's time, or with a unit. */
  readonly limit?: number | `${number} ${string}`
}
const ROWS: readonly Row[] = [
  { name: 'points', label: '100,000 metric points logged', unit: 's', limit: 0.8 },
  {
    name: 'search',
    label: '2,000 runs with 10 params and 10 metrics searched and read',
    unit: 's',
    limit: 1,
  },
  { name: 'up', label: '200 MB uploaded', unit: 's', limit: 1.1 },
  { name: 'down', label: '200 MB downloaded', unit: 's', limit: 1.1 },
  { name: 'import', label: 'import of the package in a new process', unit: 'ms', limit: '30 ms' },
  { name: 'up_growth', label: 'growth of the resident size, 1 GB uploaded', unit: 'MB', limit: '100 MB' },
  { name: 'down_growth', label: 'growth of the resident size, 1 GB downloaded', unit: 'MB', limit: '100 MB' },
]

const directory = mkdtempSync(join(tmpdir(), 'mlflow-bench-'))
const server = await startMlflow({ version: '3.17.0', python, workers: 4 })
const mlflow = new MlflowClient({ trackingUri: server.trackingUri })
const { experimentId: empty } = await mlflow.experiments.getOrCreate('bench')
const { experimentId: full } = await mlflow.experiments.getOrCreate('bench of the search')

function measure(side: 'node' | 'python', what: string, experiment: string): Side {
  const words = [server.trackingUri, what, experiment, directory]
  const output =
    side === 'node'
      ? execFileSync(process.execPath, [`${here}/client-side.ts`, ...words], { encoding: 'utf8' })
      : execFileSync(python, [`${here}/peer.py`, ...words], { encoding: 'utf8' })
  // Python's client prints addresses of runs as well.
  return JSON.parse(output.trim().split('\n').at(-1) ?? '') as Side
}

/** The runs that are searched. */
async function fill(): Promise<void> {
  const numbers = Array.from({ length: 2000 }, (_, number) => number).values()
  const work = async (): Promise<void> => {
    for (const number of numbers) {
      const { runId } = (await mlflow.runs.create({ experimentId: full, runName: `run ${number}` })).info
      await mlflow.runs.logBatch({
        runId,
        params: Array.from({ length: 10 }, (_, key) => ({ key: `param${key}`, value: String(number * key) })),
        metrics: Array.from({ length: 10 }, (_, key) => ({
          key: `metric${key}`,
          value: number / 2000 + key,
          timestamp: Date.now(),
          step: key,
        })),
        tags: [{ key: 'kind', value: 'bench' }],
      })
    }
  }
  await Promise.all(Array.from({ length: 4 }, work))
}

function importMilliseconds(side: 'node' | 'python'): number {
  const dist = JSON.stringify(`file://${join(here, '../dist/index.js')}`)
  const script = `const began = performance.now(); await import(${dist}); console.log(performance.now() - began)`
  const peer =
    'import time; began = time.perf_counter(); import mlflow; print(1000 * (time.perf_counter() - began))'
  return Number(
    side === 'node'
      ? execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })
      : execFileSync(python, ['-c', peer], { encoding: 'utf8' }),
  )
}

const median = (numbers: readonly number[]): number => {
  const sorted = numbers.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

const sides = ['node', 'python'] as const
const all: Record<(typeof sides)[number], Record<string, number[]>> = { node: {}, python: {} }
const versions = { node: process.version, python: '' }
const note = (side: (typeof sides)[number], figures: Figures): void => {
  for (const [name, figure] of Object.entries(figures)) (all[side][name] ??= []).push(figure)
}
const before = loadavg()[0]?.toFixed(1) ?? ''
try {
  await fill()
  const file = join(directory, 'random.bin')
  const large = join(directory, 'sparse.bin')
  writeFileSync(file, randomBytes(200e6))
  writeFileSync(large, '')
  truncateSync(large, 2 ** 30)
  for (let turn = 0; turn < turns; turn += 1)
    // Who goes first changes.
    for (const side of turn % 2 === 0 ? sides : sides.toReversed()) {
      const points = measure(side, 'points', empty)
      versions[side] = points.version
      note(side, points.figures)
      note(side, measure(side, 'search', full).figures)
      const { up, down } = measure(side, file, empty).figures
      note(side, { up: up!, down: down! })
      process.stderr.write(`turn ${turn + 1} of ${turns}: ${side}\n`)
    }
  for (const side of sides) {
    const { up_growth, down_growth } = measure(side, large, empty).figures
    note(side, { up_growth: up_growth!, down_growth: down_growth! })
    for (let time = 0; time < 15; time += 1) note(side, { import: importMilliseconds(side) })
  }
} finally {
  await server.stop()
  rmSync(directory, { recursive: true, force: true })
}

const results = ROWS.map(({ name, label, unit, limit }) => {
  const [own, peer] = [median(all.node[name] ?? []), median(all.python[name] ?? [])]
  const within =
    limit === undefined || (typeof limit === 'number' ? own / peer <= limit : own <= Number.parseFloat(limit))
  return { name, label, unit, own, peer, limit, within }
})
const lines = results.map(({ label, unit, own, peer, limit, within }) => {
  const digits = unit === 's' ? 2 : 0
  const cells = [
    label,
    unit,
    own.toFixed(digits),
    peer.toFixed(digits),
    peer === 0 ? '' : (own / peer).toFixed(2),
    limit ?? '',
  ]
  return `| ${cells.join(' | ')} | ${within ? 'yes' : 'no'} |`
})
const document = `# Bench

Made by \`packages/mlflow/bench/compare.ts\`: this package and Python's \`mlflow\` client in turns, each in a process of
its own, with one server of MLflow ${versions.python} as \`mlflow server\` starts it (4 processes, SQLite, artifact proxy) on the
same machine; times are medians of ${turns} turns, the import of 15 processes; "limit" is the ratio, or the figure, to
stay under. The server works on most of each time.

- ${availableParallelism()} processors, ${process.platform} ${process.arch}, load average ${before} at the start, ${loadavg()[0]?.toFixed(1) ?? ''} at the end
- Node ${versions.node}; Python's client ${versions.python}

| | unit | @claims/mlflow | Python | ratio | limit | within |
| --- | --- | ---: | ---: | ---: | ---: | --- |
${lines.join('\n')}

Points are ten metrics of 10,000 steps: ours by \`run.logMetrics\` for each step in \`withRun\`, with starting and ending the
run; Python's by \`MlflowClient.log_batch\` of 1,000 points that the program put together, and ending the run. Searched
runs are read by pages of 1,000. A small file goes up and down before the 200 MB, so that what the first call loads is
there. The growth is how far the process's resident size rises while the file travels.
`
mkdirSync(`${here}/../docs`, { recursive: true })
writeFileSync(`${here}/../docs/bench.md`, document)
if (values.json !== undefined)
  writeFileSync(values.json, JSON.stringify({ versions, results, turns: all }, undefined, 2))
process.stdout.write(document)
