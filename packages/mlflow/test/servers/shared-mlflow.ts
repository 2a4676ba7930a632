import { mkdir, readFile, rename, rmdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { environments, pythonOf, type MlflowVersion } from './environments.ts'
import { startMlflow } from './start-mlflow.ts'

/** A server that all test files share: they name what they make so that nobody else has the name. */
export interface SharedMlflow {
  readonly trackingUri: string
  readonly version: MlflowVersion
  readonly python: string
}

const staleMilliseconds = 170_000

/**
 * The server of a version, started by the first test file that asks. `tooling/stop-mlflow.mjs` ends it after the last
 * one; a run that was cut off leaves it to the next.
 */
export async function sharedMlflow(version: MlflowVersion): Promise<SharedMlflow> {
  const record = join(environments, `server-${version}.json`)
  const lock = `${record}.lock`
  await mkdir(environments, { recursive: true })
  for (;;) {
    const running = await runningAt(record)
    if (running !== undefined) return { trackingUri: running, version, python: pythonOf(version) }
    if (await taken(lock)) {
      await sleep(200)
      continue
    }
    try {
      const server = await startMlflow({ version, detached: true })
      const { trackingUri, pid, directory } = server
      await writeFile(`${record}.tmp`, JSON.stringify({ trackingUri, pid, directory }))
      await rename(`${record}.tmp`, record)
      return { trackingUri, version, python: server.python }
    } finally {
      await rmdir(lock)
    }
  }
}

async function runningAt(record: string): Promise<string | undefined> {
  const text = await readFile(record, 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  const { trackingUri } = JSON.parse(text) as { trackingUri: string }
  const healthy = await fetch(`${trackingUri}/health`).then(
    (answer) => answer.ok,
    () => false,
  )
  return healthy ? trackingUri : undefined
}

/** Takes the lock, or says that another process has it. One that is older than any start was left behind. */
async function taken(lock: string): Promise<boolean> {
  try {
    await mkdir(lock)
    return false
  } catch {
    const made = await stat(lock).catch(() => undefined)
    if (made && Date.now() - made.mtimeMs > staleMilliseconds) await rmdir(lock).catch(() => undefined)
    return true
  }
}
