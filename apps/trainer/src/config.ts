import { existsSync, statSync } from 'node:fs'
import { availableParallelism, homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { ClaimsError, fieldProblems } from '@claims/contracts'
import { stateDirectory } from '@claims/registry'
import { z } from 'zod'

const configSchema = z.object({
  CLAIMS_ENVIRONMENT: z.enum(['development', 'test', 'production']).default('development'),
  /** Directory of embedded state: registry, spool, ledger of outputs. */
  CLAIMS_HOME: z.string().min(1).optional(),
  /** Threads for training; scoring uses one. */
  CLAIMS_THREADS: z.coerce.number().int().min(1).max(256).default(Math.min(availableParallelism(), 8)),
  /** Path of libxgboost; where absent the known places are searched. */
  XGBOOST_LIBRARY: z.string().min(1).optional(),
  /** Tracking server of MLflow; where absent nothing is tracked. */
  MLFLOW_TRACKING_URI: z.string().min(1).optional(),
  MLFLOW_EXPERIMENT_NAME: z.string().min(1).default('claims'),
  PORT: z.coerce.number().int().min(0).max(65535).default(8000),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
})

/** Where trainings are tracked. */
export interface TrackingConfig {
  readonly trackingUri: string
  readonly experimentName: string
}

/** Settings of the command line, from the environment and an optional JSON file. */
export interface Config {
  readonly environment: 'development' | 'test' | 'production'
  /** Absolute. */
  readonly home: string
  /** A `.claims` in the current directory that holds state and is not used, or null. */
  readonly unusedHome: string | null
  readonly threads: number
  readonly xgboostLibrary: string | undefined
  readonly mlflow: TrackingConfig | undefined
  readonly port: number
  readonly logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent'
}

/**
 * Reads the configuration once. The environment wins over the file.
 *
 * @param environment such as `process.env`
 * @param file values of a `--config` file, same names
 * @returns the frozen configuration
 * @throws ClaimsError `invalid_configuration` naming each setting that is wrong
 */
function readConfig(
  environment: Readonly<Record<string, string | undefined>>,
  file: Readonly<Record<string, unknown>> = {},
): Config {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  )
  const parsed = configSchema.safeParse({ ...file, ...given })
  if (!parsed.success) {
    const problems = fieldProblems(parsed.error)
    throw new ClaimsError(
      'invalid_configuration',
      `The configuration is not valid: ${problems.map(({ field, problem }) => `${field} ${problem}`).join('; ')}`,
      { problems },
    )
  }
  const { data } = parsed
  const home = stateDirectory(
    { ...given, CLAIMS_HOME: data.CLAIMS_HOME },
    { platform: process.platform, userDirectory: homedir() },
  )
  requireFolder(home)
  return Object.freeze({
    environment: data.CLAIMS_ENVIRONMENT,
    home,
    unusedHome: data.CLAIMS_HOME === undefined ? unusedHome(home) : null,
    threads: data.CLAIMS_THREADS,
    xgboostLibrary: data.XGBOOST_LIBRARY,
    mlflow:
      data.MLFLOW_TRACKING_URI === undefined
        ? undefined
        : { trackingUri: data.MLFLOW_TRACKING_URI, experimentName: data.MLFLOW_EXPERIMENT_NAME },
    port: data.PORT,
    logLevel: data.LOG_LEVEL,
  })
}

function requireFolder(home: string): void {
  let nearest = home
  while (!existsSync(nearest)) nearest = dirname(nearest)
  if (statSync(nearest).isDirectory()) return
  const problem = nearest === home ? 'is no folder' : `lies in ${nearest}, which is no folder`
  throw new ClaimsError('invalid_configuration', `CLAIMS_HOME: ${home} ${problem}`, {
    problems: [
      { field: 'CLAIMS_HOME', problem, allowed: 'a folder, or a name that is free', received: home },
    ],
  })
}

function unusedHome(home: string): string | null {
  const local = resolve('.claims')
  if (local === home) return null
  return ['registry', 'mlflow-spool'].some((name) => existsSync(join(local, name))) ? local : null
}

/** The configuration of this process. @param file values of a `--config` file */
export function processConfig(file: Readonly<Record<string, unknown>> = {}): Config {
  return readConfig(process.env, file)
}

/** MLflow's own variables, which hold credentials and so are no part of the configuration that is shown. */
export function mlflowEnvironment(): Readonly<Record<string, string | undefined>> {
  return process.env
}

/** What tells pip, and so `claims xgboost install`, where packages come from. */
export function pipEnvironment(): Readonly<Record<string, string | undefined>> {
  return process.env
}
