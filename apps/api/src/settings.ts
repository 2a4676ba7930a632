import { join } from 'node:path'
import { ClaimsError, fieldProblems } from '@claims/contracts'
import { z } from 'zod'

/** How much is logged. */
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent'
/** Where a program runs. */
export type Environment = 'development' | 'test' | 'production'

/** Settings that mean the same to every program of the product, by the name of their variable. */
export const sharedSettings: {
  readonly CLAIMS_ENVIRONMENT: z.ZodType<Environment>
  readonly PORT: z.ZodType<number>
  readonly LOG_LEVEL: z.ZodType<LogLevel>
  readonly XGBOOST_LIBRARY: z.ZodType<string | undefined>
  readonly CLAIMS_HOME: z.ZodType<string | undefined>
  readonly DATABASE_URL: z.ZodType<string | undefined>
  readonly ARTIFACTS_URI: z.ZodType<string | undefined>
  readonly CLAIMS_MASTER_KEY_FILE: z.ZodType<string | undefined>
  readonly CLAIMS_PLAINTEXT_HOSTS: z.ZodType<readonly string[]>
  readonly MLFLOW_TRACKING_URI: z.ZodType<string | undefined>
} = Object.freeze({
  /** Production refuses to serve without authentication. */
  CLAIMS_ENVIRONMENT: z.enum(['development', 'test', 'production']).default('development'),
  /** Of the api; 0 takes a free one. */
  PORT: z.coerce.number().int().min(0).max(65_535).default(8000),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  /** Path of libxgboost; found by itself where absent. */
  XGBOOST_LIBRARY: z.string().min(1).optional(),
  /** Directory of embedded state: registry, spool, ledger of outputs. The user's data folder where absent. */
  CLAIMS_HOME: z.string().min(1).optional(),
  /** The database: a path, sqlite:PATH or postgres://...; a file in CLAIMS_HOME where absent. */
  DATABASE_URL: z.string().min(1).optional(),
  /** Where bundles are: a directory or s3://...; a directory in CLAIMS_HOME where absent. */
  ARTIFACTS_URI: z.string().min(1).optional(),
  /** File of the key that personal data is sealed under; one in CLAIMS_HOME where absent, except in production. */
  CLAIMS_MASTER_KEY_FILE: z.string().min(1).optional(),
  /** Server of MLflow: what `models:/` references mean, where trainings are tracked and the registry is mirrored. */
  MLFLOW_TRACKING_URI: z.string().min(1).optional(),
  /** Hosts of PostgreSQL and S3 that production may reach in plaintext, separated by commas. */
  CLAIMS_PLAINTEXT_HOSTS: z
    .string()
    .default('')
    .transform((text) =>
      text
        .split(',')
        .map((host) => host.trim())
        .filter((host) => host !== ''),
    ),
})

/** `CLAIMS_THREADS`. @param absent how many where it is not set; programs differ in that alone */
export function threadsSetting(absent: number): z.ZodType<number> {
  return z.coerce.number().int().min(1).max(256).default(absent)
}

/** Directory of the registry. @param home directory of embedded state */
export function registryIn(home: string): string {
  return join(home, 'registry')
}

/** The variables of an environment that are set; an empty one counts as absent. */
export function setVariables(
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => Boolean(entry[1])),
  )
}

/**
 * Reads settings.
 *
 * @param schema of an object, by the names of variables
 * @param values such as `setVariables` gives them
 * @throws ClaimsError `invalid_configuration` with one problem per setting that is wrong
 */
export function parseSettings<T>(schema: z.ZodType<T>, values: Readonly<Record<string, unknown>>): T {
  const result = schema.safeParse(values)
  if (result.success) return result.data
  const problems = fieldProblems(result.error)
  const list = problems.map(({ field, problem }) => `${field}: ${problem}`).join('; ')
  throw new ClaimsError('invalid_configuration', `The configuration is not valid: ${list}`, { problems })
}
