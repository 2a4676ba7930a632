import { existsSync, statSync } from 'node:fs'
import { availableParallelism, homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import {
  parseSettings,
  setVariables,
  sharedSettings,
  threadsSetting,
  type Environment,
  type LogLevel,
} from '@claims/api/settings'
import { storageOf, type Storage } from '@claims/api/storage'
import { ClaimsError } from '@claims/contracts'
import { stateDirectory } from '@claims/registry'
import { z } from 'zod'

const configSchema = z.object({
  ...sharedSettings,
  /** Threads for training; scoring uses one. */
  CLAIMS_THREADS: threadsSetting(Math.min(availableParallelism(), 8)),
  MLFLOW_EXPERIMENT_NAME: z.string().min(1).default('claims'),
  /** How long a command waits for MLflow to take what it changed in the registry; the rest waits for reconcile. */
  CLAIMS_MIRROR_SECONDS: z.coerce.number().min(0).max(86_400).default(5),
})

/** Where trainings are tracked. */
export interface TrackingConfig {
  readonly trackingUri: string
  readonly experimentName: string
  /** How long a command waits for the mirror of what it changed. */
  readonly mirrorMilliseconds: number
}

/** Settings of the command line, from the environment and an optional JSON file. */
export interface Config {
  readonly environment: Environment
  /** Absolute. */
  readonly home: string
  /** A `.claims` in the current directory that holds state and is not used, or null. */
  readonly unusedHome: string | null
  readonly threads: number
  readonly xgboostLibrary: string | undefined
  readonly mlflow: TrackingConfig | undefined
  /** Where the registry is. */
  readonly storage: Storage
  /** Where the master key is; undefined where it is in `home`. */
  readonly masterKeyFile: string | undefined
  readonly port: number
  readonly logLevel: LogLevel
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
  const given = setVariables(environment)
  const data = parseSettings(configSchema, { ...file, ...given })
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
        : {
            trackingUri: data.MLFLOW_TRACKING_URI,
            experimentName: data.MLFLOW_EXPERIMENT_NAME,
            mirrorMilliseconds: 1000 * data.CLAIMS_MIRROR_SECONDS,
          },
    storage: storageOf(data, home),
    masterKeyFile: data.CLAIMS_MASTER_KEY_FILE,
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
