import { ClaimsError } from '@claims/contracts'
import { MlflowError, type MlflowClient } from '@claims/mlflow'

/** The client's calls that the registry makes. */
export type MlflowCalls = Pick<
  MlflowClient,
  | 'transport'
  | 'experiments'
  | 'runs'
  | 'artifacts'
  | 'loggedModels'
  | 'registeredModels'
  | 'modelVersions'
  | 'logModel'
  | 'registerModel'
>

/** What the same call, made again later or with other settings, needs. */
const setting: ReadonlySet<string> = new Set([
  'unauthenticated',
  'forbidden',
  'not_mlflow',
  'redirect_refused',
])

/**
 * The product's error of a failed call to MLflow.
 *
 * @param thrown what a call threw
 * @param address of the server, without credentials
 * @returns `tracking_unavailable` where the call may succeed later, `invalid_configuration` where address or credentials
 *   are wrong, `aborted`, `damaged_bundle` for a broken transfer, else `tracking_refused`; what is no error of MLflow, as
 *   it is
 */
function mlflowFailure(thrown: unknown, address: string): unknown {
  if (!(thrown instanceof MlflowError)) return thrown
  const { code, message, retryable } = thrown
  if (code === 'aborted') return new ClaimsError('aborted', 'The work was aborted', { cause: thrown })
  if (code === 'corrupted')
    return new ClaimsError('damaged_bundle', `A file did not come from MLflow as it is kept: ${message}`, {
      problems: [{ field: 'bundle', problem: message }],
      cause: thrown,
    })
  const field = ['unauthenticated', 'forbidden'].includes(code)
    ? 'MLFLOW_TRACKING_USERNAME'
    : 'MLFLOW_TRACKING_URI'
  if (setting.has(code))
    return new ClaimsError('invalid_configuration', `MLflow at ${address} does not answer us: ${message}`, {
      problems: [{ field, problem: message, allowed: 'address and credentials of an MLflow server' }],
      cause: thrown,
    })
  const away = retryable || ['connection_failed', 'timed_out', 'rate_limited'].includes(code)
  return away
    ? new ClaimsError('tracking_unavailable', `MLflow at ${address} cannot be reached: ${message}`, {
        problems: [{ field: 'MLFLOW_TRACKING_URI', problem: message }],
        cause: thrown,
      })
    : new ClaimsError('tracking_refused', `MLflow at ${address} refuses: ${message}`, {
        problems: [{ field: 'MLflow', problem: message }],
        cause: thrown,
      })
}

/** Does work at MLflow, and turns what the client throws into the product's errors. */
export async function atMlflow<T>(
  mlflow: Pick<MlflowCalls, 'transport'>,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw mlflowFailure(error, mlflow.transport.trackingUri)
  }
}

/** What a call gives; undefined where MLflow has no such thing. */
export async function orAbsent<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call
  } catch (error) {
    if (error instanceof MlflowError && error.code === 'not_found') return undefined
    throw error
  }
}
