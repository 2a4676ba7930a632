import { rmSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import type * as mlflow from '@claims/mlflow'

/** One side of the comparison: prints figures in seconds and megabytes as JSON. */
const [trackingUri = '', what = '', experimentId = '', directory = ''] = process.argv.slice(2)
// What users install is the emitted JavaScript.
const { MlflowClient } = (await import(join(import.meta.dirname, '../dist/index.js'))) as typeof mlflow
const client = new MlflowClient({ trackingUri })
const figures: Record<string, number> = {}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return (performance.now() - started) / 1000
}

/** 100,000 points of ten metrics, as a training logs them. */
async function points(): Promise<void> {
  await client.withRun({ experimentId }, async (run) => {
    for (let step = 0; step < 10_000; step += 1) {
      const metrics: Record<string, number> = {}
      for (let key = 0; key < 10; key += 1) metrics[`metric${key}`] = step / 10_000 + key
      await run.logMetrics(metrics, { step })
    }
  })
}

async function readRuns(): Promise<void> {
  const found: (string | number | undefined)[][] = []
  for await (const { data } of client.runs.search({ experimentIds: [experimentId] }))
    found.push([
      data.params.find(({ key }) => key === 'param1')?.value,
      data.metrics.find(({ key }) => key === 'metric1')?.value,
    ])
  if (found.length !== 2000) throw new Error(`${found.length} runs`)
}

/** How far the resident size grows while something is done, megabytes. */
async function growth(work: () => Promise<unknown>): Promise<number> {
  const before = process.memoryUsage.rss()
  let most = before
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss())
  }, 10)
  await work()
  clearInterval(timer)
  return (Math.max(most, process.memoryUsage.rss()) - before) / 2 ** 20
}

async function artifact(source: string): Promise<void> {
  const { runId } = (await client.runs.create({ experimentId })).info
  const destination = join(directory, 'down')
  // What the first call loads is there then.
  await client.artifacts.uploadBytes({ runId, path: 'small', bytes: 'small' })
  await client.artifacts.download({ runId, path: 'small', destination })
  figures['up_growth'] = await growth(async () => {
    figures['up'] = await seconds(() => client.artifacts.upload({ runId, source }))
  })
  figures['down_growth'] = await growth(async () => {
    const path = basename(source)
    figures['down'] = await seconds(() => client.artifacts.download({ runId, path, destination }))
  })
  const copy = join(destination, basename(source))
  if (statSync(copy).size !== statSync(source).size) throw new Error('the copy has another length')
  rmSync(copy)
}

await client.experiments.get({ experimentId })
if (what === 'points') figures['points'] = await seconds(points)
else if (what === 'search') figures['search'] = await seconds(readRuns)
else await artifact(what)
process.stdout.write(`${JSON.stringify({ version: process.version, figures })}\n`)
