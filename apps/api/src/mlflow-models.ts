import { ClaimsError } from '@claims/contracts'
import { fromEnvironment, MlflowError } from '@claims/mlflow'
import { MlflowModels } from '@claims/registry'
import { bundlesOfMlflow } from './storage.ts'

/** How long a look at MLflow may take; the model that serves goes on meanwhile. */
const timeoutMilliseconds = 10_000

/**
 * Models of the server that the settings name.
 *
 * @param variables MLflow's own, by name; they may hold credentials
 * @param home directory of embedded state, where bundles are kept
 * @throws ClaimsError `invalid_configuration`
 */
export function openMlflowModels(
  variables: Readonly<Record<string, string | undefined>>,
  home: string,
): MlflowModels {
  try {
    const mlflow = fromEnvironment(variables, { timeoutMilliseconds, retries: 1 })
    return new MlflowModels({ mlflow, cache: bundlesOfMlflow(home) })
  } catch (error) {
    if (!(error instanceof MlflowError)) throw error
    const field =
      error.field === undefined || error.field === 'trackingUri' ? 'MLFLOW_TRACKING_URI' : error.field
    const allowed = 'the address of an MLflow server, such as http://127.0.0.1:5000'
    throw new ClaimsError('invalid_configuration', `A model of MLflow is to be served: ${error.message}`, {
      problems: [{ field, problem: error.message, allowed }],
      cause: error,
    })
  }
}
