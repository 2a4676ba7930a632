import { join } from 'node:path'
import { ClaimsError } from '@claims/contracts'
import { fromEnvironment, MlflowError, type LogListener, type MlflowClient } from '@claims/mlflow'
import { mlflowEnvironment, type Config } from './config.ts'

/** How the tracking server is reached. */
export interface MlflowOptions {
  readonly log?: LogListener
  /** Time for each try. */
  readonly timeoutMilliseconds?: number
  /** Tries after the first one. */
  readonly retries?: number
}

/**
 * The client of the tracking server that the configuration names, with its spool in the state directory.
 *
 * @throws ClaimsError `invalid_configuration` when no server is named, or what is named is no address
 */
export function openMlflow(
  { mlflow, home }: Config,
  { log = () => undefined, ...limits }: MlflowOptions = {},
): MlflowClient {
  const field = 'MLFLOW_TRACKING_URI'
  const allowed = 'the address of an MLflow server, such as http://127.0.0.1:5000'
  if (mlflow === undefined)
    throw new ClaimsError('invalid_configuration', `${field} is not set`, {
      problems: [{ field, problem: 'is not set', allowed }],
    })
  try {
    return fromEnvironment(mlflowEnvironment(), {
      trackingUri: mlflow.trackingUri,
      spool: join(home, 'mlflow-spool'),
      log,
      ...limits,
    })
  } catch (error) {
    if (!(error instanceof MlflowError)) throw error
    const named = error.field === undefined || error.field === 'trackingUri' ? field : error.field
    throw new ClaimsError('invalid_configuration', `${named}: ${error.message}`, {
      problems: [{ field: named, problem: error.message, ...(named === field && { allowed }) }],
      cause: error,
    })
  }
}
