import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { openSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from './free-port.ts'
import { pythonOf, type MlflowVersion } from './environments.ts'

/** How a server is started. */
export interface MlflowOptions {
  readonly version: MlflowVersion
  /** SQLAlchemy address of its store. Default a new SQLite file. */
  readonly store?: string
  /** With the basic-auth app. */
  readonly auth?: boolean
  /** Artifacts go to a directory that clients reach themselves, not through the server. */
  readonly withoutProxy?: boolean
  /** Outlives this process; somebody else kills it. */
  readonly detached?: boolean
}

/** A server on loopback. */
export interface RunningMlflow {
  readonly trackingUri: string
  readonly version: MlflowVersion
  readonly python: string
  /** Its files; `artifacts` below it are what it serves. */
  readonly directory: string
  readonly artifactDirectory: string
  /** The leader of the server's process group. */
  readonly pid: number
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>
  /** Starts it anew at the same address with the same store. */
  restart(): Promise<void>
  /** Ends it and removes its files. */
  stop(): Promise<void>
}

const longestMilliseconds = 150_000

/** Starts a server and waits until it answers. @throws Error with the end of its log when it does not */
export async function startMlflow(options: MlflowOptions): Promise<RunningMlflow> {
  const directory = await mkdtemp(join(tmpdir(), 'mlflow-server-'))
  const artifactDirectory = join(directory, 'artifacts')
  await mkdir(artifactDirectory)
  const port = await freePort()
  const log = join(directory, 'log')
  const trackingUri = `http://127.0.0.1:${port}`
  let child = launch()

  function launch(): ChildProcess {
    const output = openSync(log, 'a')
    const store = options.store ?? `sqlite:///${directory}/store.db`
    const artifacts =
      options.withoutProxy === true
        ? ['--no-serve-artifacts', '--default-artifact-root', artifactDirectory]
        : ['--serve-artifacts', '--artifacts-destination', artifactDirectory]
    const app = options.auth === true ? ['--app-name', 'basic-auth'] : []
    const started = spawn(
      pythonOf(options.version),
      ['-m', 'mlflow', 'server', '--host', '127.0.0.1', '--port', String(port), '--workers', '1'].concat(
        '--backend-store-uri',
        store,
        artifacts,
        app,
      ),
      { stdio: ['ignore', output, output], detached: true, cwd: directory, env: environmentOf(directory) },
    )
    started.unref()
    return started
  }
  const ready = async (): Promise<void> => {
    const until = Date.now() + longestMilliseconds
    while (child.exitCode === null && Date.now() < until) {
      const status = await fetch(`${trackingUri}/health`).then(
        (answer) => answer.status,
        () => 0,
      )
      if (status === 200) return
      await sleep(100)
    }
    const end = (await readFile(log, 'utf8')).slice(-4000)
    await kill()
    throw new Error(`MLflow ${options.version} did not start:\n${end}`)
  }
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
    const gone = once(child, 'exit')
    process.kill(-child.pid, 'SIGKILL')
    await gone
  }
  const atExit = (): void => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
      process.kill(-child.pid, 'SIGKILL')
  }
  if (options.detached !== true) process.once('exit', atExit)
  await ready()
  return {
    trackingUri,
    version: options.version,
    python: pythonOf(options.version),
    directory,
    artifactDirectory,
    pid: child.pid ?? 0,
    kill,
    async restart() {
      await kill()
      child = launch()
      await ready()
    },
    async stop() {
      process.off('exit', atExit)
      await kill()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** Nothing that a person's own MLflow settings say; no second processes for jobs. */
function environmentOf(directory: string): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(?:MLFLOW|_MLFLOW)_/.test(name))
  return {
    ...Object.fromEntries(own),
    HOME: directory,
    MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false',
    MLFLOW_DISABLE_TELEMETRY: 'true',
    MLFLOW_WEBHOOK_ALLOWED_SCHEMES: 'http,https',
    MLFLOW_WEBHOOK_ALLOW_PRIVATE_IPS: 'true',
    MLFLOW_FLASK_SERVER_SECRET_KEY: 'only for tests',
  }
}
