import { homedir } from 'node:os'
import { join } from 'node:path'
import { ClaimsError, fieldProblems } from '@claims/contracts'
import { stateDirectory } from '@claims/registry'
import type { UnknownFields } from '@claims/serving'
import { z } from 'zod'

/** How much is logged. */
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent'
/** Where the api runs. */
export type ApiEnvironment = 'development' | 'test' | 'production'

/** What `claims serve` reads of the environment as well. */
const servingShape = {
  /** What happens with fields that the use case does not know. */
  CLAIMS_UNKNOWN_FIELDS: z.enum(['error', 'warn', 'ignore']).default('error'),
  /** Time between two looks at the registry; 0 looks once, at the start. */
  CLAIMS_MODEL_POLL_SECONDS: z.coerce.number().min(0).max(3600).default(2),
  /** Time of notice before the listener closes; half a second in development and 5 seconds elsewhere where absent. */
  CLAIMS_SHUTDOWN_NOTICE_SECONDS: z.coerce.number().min(0).max(600).optional(),
  /** Time for the requests in flight once nothing new is accepted. */
  CLAIMS_SHUTDOWN_DRAIN_SECONDS: z.coerce.number().min(0).max(600).default(10),
}

const schema = z
  .object({
    ...servingShape,
    /** Production refuses to start without authentication. */
    CLAIMS_ENVIRONMENT: z.enum(['development', 'test', 'production']).default('development'),
    /** 0 takes a free port. */
    PORT: z.coerce.number().int().min(0).max(65_535).default(8000),
    HOST: z.string().default('127.0.0.1'),
    LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
    /** Path of libxgboost; found by itself where absent. */
    XGBOOST_LIBRARY: z.string().optional(),
    /** Threads of one native call; more than one only pays for large batches. */
    CLAIMS_THREADS: z.coerce.number().int().min(1).max(256).default(1),
    /** Embedded state; the registry is in `registry` below it. The user's data folder where absent. */
    CLAIMS_HOME: z.string().optional(),
    /** What `CLAIMS_HOME` is where it is absent; a launcher sets it. */
    CLAIMS_HOME_DEFAULT: z.string().optional(),
    /** Directory of the bundle to serve. */
    CLAIMS_BUNDLE: z.string().optional(),
    /** Registered model to serve: NAME, NAME@ALIAS or NAME@VERSION. */
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
  readonly environment: ApiEnvironment
  readonly port: number
  readonly host: string
  readonly logLevel: LogLevel
  readonly xgboostLibrary?: string | undefined
  readonly threads: number
  readonly registryRoot: string
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
  const data = parsed(schema, variables)
  return Object.freeze({
    ...settingsOf(data),
    environment: data.CLAIMS_ENVIRONMENT,
    port: data.PORT,
    host: data.HOST,
    logLevel: data.LOG_LEVEL,
    threads: data.CLAIMS_THREADS,
    registryRoot: registryRootOf({
      CLAIMS_HOME: data.CLAIMS_HOME,
      CLAIMS_HOME_DEFAULT: data.CLAIMS_HOME_DEFAULT,
      XDG_DATA_HOME: variables['XDG_DATA_HOME'],
      LOCALAPPDATA: variables['LOCALAPPDATA'],
    }),
    xgboostLibrary: data.XGBOOST_LIBRARY,
    bundle: data.CLAIMS_BUNDLE,
    model: data.CLAIMS_MODEL,
  })
}

/** Directory of the registry where the environment alone says where state is. @param variables by name */
export function registryRootOf(
  variables: Readonly<Record<string, string | undefined>> = process.env,
): string {
  const system = { platform: process.platform, userDirectory: homedir() }
  return join(stateDirectory(variables, system), 'registry')
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
  return Object.freeze(settingsOf(parsed(z.object(servingShape), variables)))
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

function parsed<T>(shape: z.ZodType<T>, variables: Readonly<Record<string, string | undefined>>): T {
  const filled = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''))
  const result = shape.safeParse(filled)
  if (result.success) return result.data
  const problems = fieldProblems(result.error)
  const list = problems.map((p) => `${p.field}: ${p.problem}`).join('; ')
  throw new ClaimsError('invalid_configuration', `The configuration is not valid: ${list}`, { problems })
}
