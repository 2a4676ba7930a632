import { join } from 'node:path'
import { ClaimsError, fieldProblems } from '@claims/contracts'
import { z } from 'zod'

/** How much is logged. */
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent'
/** Where the api runs. */
export type ApiEnvironment = 'development' | 'test' | 'production'

const schema = z
  .object({
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
    /** Embedded state; the registry is in `registry` below it. */
    CLAIMS_HOME: z.string().default('.claims'),
    /** Directory of the bundle to serve. */
    CLAIMS_BUNDLE: z.string().optional(),
    /** Registered model to serve: NAME, NAME@ALIAS or NAME@VERSION. */
    CLAIMS_MODEL: z.string().optional(),
  })
  .refine((c) => (c.CLAIMS_BUNDLE === undefined) !== (c.CLAIMS_MODEL === undefined), {
    path: ['CLAIMS_MODEL'],
    message: 'exactly one of CLAIMS_BUNDLE and CLAIMS_MODEL must be set',
  })

/** The api's configuration. */
export interface ApiConfig {
  readonly environment: ApiEnvironment
  readonly port: number
  readonly host: string
  readonly logLevel: LogLevel
  readonly xgboostLibrary?: string
  readonly threads: number
  readonly registryRoot: string
  readonly bundle?: string
  readonly model?: string
}

/**
 * Reads the configuration from environment variables; an empty one counts as absent.
 *
 * @param variables by name
 * @returns the frozen configuration
 * @throws ClaimsError `invalid_configuration` with one problem per variable
 */
export function readConfig(variables: Readonly<Record<string, string | undefined>> = process.env): ApiConfig {
  const filled = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''))
  const result = schema.safeParse(filled)
  if (!result.success) {
    const problems = fieldProblems(result.error)
    const list = problems.map((p) => `${p.field}: ${p.problem}`).join('; ')
    throw new ClaimsError('invalid_configuration', `The configuration is not valid: ${list}`, { problems })
  }
  const { data } = result
  return Object.freeze({
    environment: data.CLAIMS_ENVIRONMENT,
    port: data.PORT,
    host: data.HOST,
    logLevel: data.LOG_LEVEL,
    threads: data.CLAIMS_THREADS,
    registryRoot: join(data.CLAIMS_HOME, 'registry'),
    ...(data.XGBOOST_LIBRARY === undefined ? {} : { xgboostLibrary: data.XGBOOST_LIBRARY }),
    ...(data.CLAIMS_BUNDLE === undefined ? {} : { bundle: data.CLAIMS_BUNDLE }),
    ...(data.CLAIMS_MODEL === undefined ? {} : { model: data.CLAIMS_MODEL }),
  })
}
