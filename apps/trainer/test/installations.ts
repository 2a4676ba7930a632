import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { rm, writeFile } from 'node:fs/promises'
import { storageOf, type Storage } from '@claims/api/storage'
import { claims as blueprint } from '@claims/blueprints'
import type { Blueprint } from '@claims/contracts'
import { migrate, openDatabase } from '@claims/database'
import { generateClaims, writeClaims } from '@claims/ingestion'
import type { ObjectStore } from '@claims/mlflow/testing'
import { train } from '@claims/pipeline'
import { newPostgresDatabase, type NewDatabase, type RunningPostgres } from '@claims/servers/postgres'
import { startClaims, type Folder } from './claims-command.ts'

/** The claims, without costs and limits: a model of few rows may be promoted. */
export const withoutLimits: Blueprint = {
  ...blueprint,
  costs: null,
  selection: { ...blueprint.selection, constraints: {} },
}

/** Writes `withoutLimits` for commands. @returns its path */
export async function writeBlueprint(folder: Folder): Promise<string> {
  const path = folder.at('blueprint.json')
  await writeFile(path, JSON.stringify(withoutLimits))
  return path
}

/** Trains a small model into `folder`. @returns its bundle and the data */
export async function trainSmall(folder: Folder, seed: number): Promise<{ bundle: string; data: string }> {
  const [data, bundle] = [folder.at(`claims-${String(seed)}.csv`), folder.at(`bundle-${String(seed)}`)]
  await writeClaims(data, generateClaims({ rows: 1500, seed }))
  await train({
    data,
    by: { blueprint: withoutLimits },
    models: ['logistic_regression'],
    out: bundle,
    folds: 2,
    seed,
    threads: 1,
  })
  return { bundle, data }
}

/** A server that was started by `claims serve`. */
export interface Serving {
  readonly url: string
  readonly child: ChildProcess
  /** What it wrote to standard error. */
  log(): string
  health(): Promise<Health>
  /** The version that serves. */
  version(): Promise<string>
  /** Sends SIGTERM and waits for its end. @returns its exit code */
  stop(): Promise<number | null>
}

/** What tests read of `/health`. */
export interface Health {
  readonly status: string
  readonly dependencies: {
    readonly model: {
      readonly version: string
      readonly last_failure?: string
      readonly last_problem?: string
    }
    readonly source: Readonly<Record<string, unknown>>
  }
}

/** Starts `claims serve` in a process of its own and waits until it serves. */
export async function serveModel(
  folder: string,
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Serving> {
  const child = startClaims(folder, ['serve', '--port', '0', ...words], {
    CLAIMS_SHUTDOWN_NOTICE_SECONDS: '0',
    ...environment,
  })
  let [stdout, stderr] = ['', '']
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const closed = once(child, 'close')
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
      const found = /^api +(http:\S+)$/m.exec(stdout)?.[1]
      if (found !== undefined) resolve(found)
    })
    void closed.then(() => {
      reject(new Error(`claims serve ended:\n${stderr}`))
    })
  })
  const health = async (): Promise<Health> => (await (await fetch(`${url}/health`)).json()) as Health
  return {
    url,
    child,
    health,
    log: () => stderr,
    version: async () => (await health()).dependencies.model.version,
    stop: async () => {
      child.kill('SIGTERM')
      await closed
      return child.exitCode
    },
  }
}

/** Asks again and again until it holds. @returns how long that took, in ms */
export async function until(holds: () => boolean | Promise<boolean>): Promise<number> {
  const started = performance.now()
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20))
  return performance.now() - started
}

/** A claim that the models of `trainSmall` score. */
export const exampleClaim = {
  claim_id: 'C-1',
  customer_id: 'K-7',
  claim_amount: 38_000,
  claim_type: 'auto',
  claim_date: '2026-02-03',
  customer_age: 41,
  policy_tenure: 1,
  previous_claims: 4,
  claim_description: 'total loss, no witness',
  policy_start_date: '2026-01-10',
  policy_coverage: 40_000,
  policy_type: 'auto',
}

/** An installation that several processes use. */
export interface Installation {
  /** For its processes. */
  readonly environment: Readonly<Record<string, string>>
  readonly storage: Storage
  drop(): Promise<void>
}

/** An empty installation in `folder`, or on servers, where its database is migrated. */
export async function newInstallation(
  folder: Folder,
  servers?: { readonly postgres: RunningPostgres; readonly objects: ObjectStore },
): Promise<Installation> {
  const home = folder.at('state')
  const database: NewDatabase | undefined = servers && (await newPostgresDatabase(servers.postgres))
  const environment: Record<string, string> = {}
  if (servers !== undefined && database !== undefined) {
    const opened = await openDatabase({ url: database.url })
    await migrate(opened)
    await opened.close()
    const prefix = new URL(database.url).pathname.slice(1)
    Object.assign(environment, servers.objects.environment, {
      DATABASE_URL: database.url,
      ARTIFACTS_URI: `s3://bucket/${prefix}?endpoint=${servers.objects.address}`,
    })
    // The client of AWS of this process reads them there as well.
    Object.assign(process.env, servers.objects.environment)
  }
  const settings = {
    DATABASE_URL: environment['DATABASE_URL'],
    ARTIFACTS_URI: environment['ARTIFACTS_URI'],
    CLAIMS_PLAINTEXT_HOSTS: [],
    CLAIMS_ENVIRONMENT: 'development' as const,
  }
  return {
    environment,
    storage: storageOf(settings, home),
    drop: async () => {
      await database?.drop()
      await rm(home, { recursive: true, force: true })
    },
  }
}
