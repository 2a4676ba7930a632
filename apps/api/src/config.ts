import { homedir } from 'node:os'
import { stateDirectory, type MlflowModels } from '@claims/registry'
import type { UnknownFields } from '@claims/serving'
import { z } from 'zod'
import { openMlflowModels } from './mlflow-models.ts'
import {
  parseSettings,
  setVariables,
  sharedSettings,
  threadsSetting,
  type Environment,
  type LogLevel,
} from './settings.ts'
import { storageOf, type Storage } from './storage.ts'

/** What `claims serve` reads of the environment as well. */
const servingShape = {
  /** What happens with fields that the use case does not know. */
  CLAIMS_UNKNOWN_FIELDS: z.enum(['error', 'warn', 'ignore']).default('error'),
  /** Time between two looks at the registry where it does not tell of changes; 0 looks once, at the start. */
  CLAIMS_MODEL_POLL_SECONDS: z.coerce.number().min(0).max(3600).default(1),
  /** Time of notice before the listener closes; half a second in development and 5 seconds elsewhere where absent. */
  CLAIMS_SHUTDOWN_NOTICE_SECONDS: z.coerce.number().min(0).max(600).optional(),
  /** Time for the requests in flight once nothing new is accepted. */
  CLAIMS_SHUTDOWN_DRAIN_SECONDS: z.coerce.number().min(0).max(600).default(10),
}

const schema = z
  .object({
    ...servingShape,
    ...sharedSettings,
    HOST: z.string().default('127.0.0.1'),
    /** Threads of one native call; more than one only pays for large batches. */
    CLAIMS_THREADS: threadsSetting(1),
    /** What `CLAIMS_HOME` is where it is absent; a launcher sets it. */
    CLAIMS_HOME_DEFAULT: z.string().optional(),
    /** Directory of the bundle to serve. */
    CLAIMS_BUNDLE: z.string().optional(),
    /** Model to serve: NAME, NAME@ALIAS or NAME@VERSION; of MLflow models:/NAME@ALIAS or models:/NAME/VERSION. */
    CLAIMS_MODEL: z.string().optional(),
  })
  .refine((c) => (c.CLAIMS_BUNDLE === undefined) !== (c.CLAIMS_MODEL === undefined), {
    path: ['CLAIMS_MODEL'],
    message: 'exactly one of CLAIMS_BUNDLE and CLAIMS_MODEL must be set',
  })

/** Settings of serving itself. */
export interface ServingSettings {
  readonly unknownFields: UnknownFields
  readonly pollMilliseconds: number
  /** Absent where the environment decides. */
  readonly noticeMilliseconds?: number | undefined
  readonly drainMilliseconds: number
}

/** The api's configuration. */
export interface ApiConfig extends ServingSettings {
  readonly environment: Environment
  readonly port: number
  readonly host: string
  readonly logLevel: LogLevel
  readonly xgboostLibrary?: string | undefined
  readonly threads: number
  /** Where the registry is. */
  readonly storage: Storage
  readonly bundle?: string | undefined
  readonly model?: string | undefined
}

/**
 * Reads the configuration from environment variables; an empty one counts as absent.
 *
 * @param variables by name
 * @returns the frozen configuration
 * @throws ClaimsError `invalid_configuration` with one problem per variable
 */
export function readConfig(variables: Readonly<Record<string, string | undefined>> = process.env): ApiConfig {
  const data = parseSettings(schema, setVariables(variables))
  return Object.freeze({
    ...settingsOf(data),
    environment: data.CLAIMS_ENVIRONMENT,
    port: data.PORT,
    host: data.HOST,
    logLevel: data.LOG_LEVEL,
    threads: data.CLAIMS_THREADS,
    storage: storageOf(
      data,
      homeOf({
        CLAIMS_HOME: data.CLAIMS_HOME,
        CLAIMS_HOME_DEFAULT: data.CLAIMS_HOME_DEFAULT,
        XDG_DATA_HOME: variables['XDG_DATA_HOME'],
        LOCALAPPDATA: variables['LOCALAPPDATA'],
      }),
    ),
    xgboostLibrary: data.XGBOOST_LIBRARY,
    bundle: data.CLAIMS_BUNDLE,
    model: data.CLAIMS_MODEL,
  })
}

/** Where the registry is, where the environment alone says it. @param variables by name */
export function readStorage(variables: Readonly<Record<string, string | undefined>> = process.env): Storage {
  const { CLAIMS_ENVIRONMENT, DATABASE_URL, ARTIFACTS_URI, CLAIMS_PLAINTEXT_HOSTS } = sharedSettings
  const shape = { CLAIMS_ENVIRONMENT, DATABASE_URL, ARTIFACTS_URI, CLAIMS_PLAINTEXT_HOSTS }
  return storageOf(parseSettings(z.object(shape), setVariables(variables)), homeOf(variables))
}

/** Models of MLflow, where the environment alone says which server. @param variables by name */
export function readMlflowModels(
  variables: Readonly<Record<string, string | undefined>> = process.env,
): MlflowModels {
  return openMlflowModels(variables, homeOf(variables))
}

function homeOf(variables: Readonly<Record<string, string | undefined>>): string {
  return stateDirectory(variables, { platform: process.platform, userDirectory: homedir() })
}

/**
 * Reads the settings of serving alone, for a program that has a configuration of its own.
 *
 * @param variables by name
 * @throws ClaimsError `invalid_configuration` with one problem per variable
 */
export function readServingSettings(
  variables: Readonly<Record<string, string | undefined>> = process.env,
): ServingSettings {
  return Object.freeze(settingsOf(parseSettings(z.object(servingShape), setVariables(variables))))
}

type ServingData = z.output<z.ZodObject<typeof servingShape>>

function settingsOf(data: ServingData): ServingSettings {
  const notice = data.CLAIMS_SHUTDOWN_NOTICE_SECONDS
  return {
    unknownFields: data.CLAIMS_UNKNOWN_FIELDS,
    pollMilliseconds: 1000 * data.CLAIMS_MODEL_POLL_SECONDS,
    drainMilliseconds: 1000 * data.CLAIMS_SHUTDOWN_DRAIN_SECONDS,
    noticeMilliseconds: notice === undefined ? undefined : 1000 * notice,
  }
}
