import { MlflowClient, type MlflowClientOptions } from './client.ts'
import { MlflowError } from './errors.ts'

/**
 * A client by the variables of MLflow's own client: `MLFLOW_TRACKING_URI`, `MLFLOW_TRACKING_TOKEN`, or
 * `MLFLOW_TRACKING_USERNAME` with `MLFLOW_TRACKING_PASSWORD`, and `MLFLOW_TRACKING_INSECURE_TLS` (`true` accepts any
 * certificate). As in MLflow's client, user and password win over a token. Nothing else in this package reads the
 * environment.
 *
 * @param environment variables by name, such as `process.env`
 * @param options further options; they win over the variables
 * @throws MlflowError `invalid_argument` when there is no address, or a user without a password or the reverse
 * @example
 * const mlflow = fromEnvironment(process.env)
 */
export function fromEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  options: Partial<MlflowClientOptions> = {},
): MlflowClient {
  const read = (name: string): string | undefined => present(environment[name]?.trim())
  const trackingUri = options.trackingUri ?? read('MLFLOW_TRACKING_URI')
  if (trackingUri === undefined) throw wrong('MLFLOW_TRACKING_URI', 'is not set')
  const username = read('MLFLOW_TRACKING_USERNAME')
  const password = present(environment['MLFLOW_TRACKING_PASSWORD'])
  const token = read('MLFLOW_TRACKING_TOKEN')
  if (username === undefined && password !== undefined)
    throw wrong('MLFLOW_TRACKING_USERNAME', 'is not set, but MLFLOW_TRACKING_PASSWORD is')
  if (username !== undefined && password === undefined)
    throw wrong('MLFLOW_TRACKING_PASSWORD', 'is not set, but MLFLOW_TRACKING_USERNAME is')
  const auth =
    username !== undefined && password !== undefined
      ? { username, password }
      : token === undefined
        ? undefined
        : { token }
  const insecureTls = read('MLFLOW_TRACKING_INSECURE_TLS')?.toLowerCase() === 'true'
  return new MlflowClient({ ...(auth && { auth }), insecureTls, ...options, trackingUri })
}

const present = (text: string | undefined): string | undefined => (text === '' ? undefined : text)

function wrong(field: string, problem: string): MlflowError {
  return new MlflowError('invalid_argument', `${field} ${problem}`, { endpoint: 'fromEnvironment', field })
}
