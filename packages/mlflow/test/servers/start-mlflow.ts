import type { ChildProcess } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pythonOf, type MlflowVersion } from './environments.ts'
import { answers, endGroup, freePort, spawnGroup, waitUntil } from '@claims/servers'

/** How a server is started. */
export interface MlflowOptions {
  readonly version: MlflowVersion
  /** The interpreter. Default that of the version's environment. */
  readonly python?: string
  /** Processes that answer. Default 1; MLflow's own default is 4. */
  readonly workers?: number
  /** SQLAlchemy address of its store. Default a new SQLite file. */
  readonly store?: string
  /** With the basic-auth app. */
  readonly auth?: boolean
  /** Artifacts go to a directory that clients reach themselves, not through the server. */
  readonly withoutProxy?: boolean
  /** Where artifacts are kept. Default a directory. */
  readonly artifacts?: string
  /** Further variables of the server. */
  readonly environment?: Readonly<Record<string, string>>
  /** The process whose end ends the server. Default this one. */
  readonly owner?: number
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

/** Starts a server and waits until it answers. @throws Error with the end of its log when it does not */
export async function startMlflow(options: MlflowOptions): Promise<RunningMlflow> {
  const directory = await mkdtemp(join(tmpdir(), 'mlflow-server-'))
  const artifactDirectory = join(directory, 'artifacts')
  await mkdir(artifactDirectory)
  const port = await freePort()
  const trackingUri = `http://127.0.0.1:${port}`
  const python = options.python ?? pythonOf(options.version)
  let child = await launch().catch(async (error: unknown) => {
    await rm(directory, { recursive: true, force: true })
    throw error
  })

  async function launch(): Promise<ChildProcess> {
    const log = join(directory, 'log')
    const output = openSync(log, 'a')
    const words = ['-m', 'mlflow', 'server', '--host', '127.0.0.1', '--port', String(port)]
    const storage = ['--workers', String(options.workers ?? 1), ...storageOf(options, directory)]
    const started = await spawnGroup([python, ...words, ...storage], {
      cwd: directory,
      env: { ...environmentOf(directory), ...options.environment },
      output,
      ...(options.owner !== undefined && { owner: options.owner }),
    }).finally(() => closeSync(output))
    if (await waitUntil(started, () => answers(`${trackingUri}/health`))) return started
    const end = (await readFile(log, 'utf8')).slice(-4000)
    await endGroup(started)
    throw new Error(`MLflow ${options.version} did not start:\n${end}`)
  }
  return {
    trackingUri,
    version: options.version,
    python,
    directory,
    artifactDirectory,
    get pid() {
      return child.pid ?? 0
    },
    kill: () => endGroup(child),
    async restart() {
      await endGroup(child)
      child = await launch()
    },
    async stop() {
      await endGroup(child)
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** Where the server keeps what it is told. */
function storageOf(options: MlflowOptions, directory: string): string[] {
  const root = options.artifacts ?? join(directory, 'artifacts')
  return [
    '--backend-store-uri',
    options.store ?? `sqlite:///${directory}/store.db`,
    ...(options.withoutProxy === true
      ? ['--no-serve-artifacts', '--default-artifact-root', root]
      : ['--serve-artifacts', '--artifacts-destination', root]),
    ...(options.auth === true ? ['--app-name', 'basic-auth'] : []),
  ]
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
