import { mkdir, readFile, rename, rmdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pythonOf, type MlflowVersion } from './environments.ts'
import { startMlflow } from './start-mlflow.ts'

/** A server that the test files of a run share: they name what they make so that nobody else has the name. */
export interface SharedMlflow {
  readonly trackingUri: string
  readonly version: MlflowVersion
  readonly python: string
}

/**
 * The server of a version, started by the first test file of the run that asks. It ends with the run:
 * `tooling/jest/prepare-mlflow.mjs` gives each run a directory of its own, and where the run is killed, the server sees
 * that its owner is gone.
 */
export async function sharedMlflow(version: MlflowVersion): Promise<SharedMlflow> {
  const directory = process.env['CLAIMS_MLFLOW_SERVERS']
  const owner = Number(process.env['CLAIMS_MLFLOW_OWNER'])
  // Another configuration than the repository's shares nothing: the file has a server that ends with this process.
  if (directory === undefined) return startMlflow({ version })
  const record = join(directory, `${version}.json`)
  const lock = `${record}.lock`
  for (;;) {
    const running = await runningAt(record)
    if (running !== undefined) return { trackingUri: running, version, python: pythonOf(version) }
    if (await taken(lock)) {
      await sleep(200)
      continue
    }
    try {
      const server = await startMlflow({ version, owner })
      const { trackingUri, pid, directory: files } = server
      await writeFile(`${record}.tmp`, JSON.stringify({ trackingUri, pid, directory: files }))
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

/** Takes the lock, or says that another worker of the run has it. */
async function taken(lock: string): Promise<boolean> {
  try {
    await mkdir(lock)
    return false
  } catch (error) {
    if (!(typeof error === 'object' && error !== null && 'code' in error && error.code === 'EEXIST'))
      throw error
    return true
  }
}
