import { beforeAll } from '@jest/globals'
import { describeUnless } from '@claims/servers/describe-unless'
import { MlflowClient, type MlflowClientOptions } from '../../src/index.ts'
import { environments, isInstalled, versions, type MlflowVersion } from './environments.ts'
import { sharedMlflow, type SharedMlflow } from './shared-mlflow.ts'

/** The server of the version that is tested. */
export interface TestedServer extends SharedMlflow {
  client(options?: Partial<MlflowClientOptions>): MlflowClient
}

/**
 * Tests against a server of each version.
 *
 * @param title what is tested
 * @param body declares the tests; `server()` is there once they run
 */
export function describeServers(
  title: string,
  body: (server: () => TestedServer, version: MlflowVersion) => void,
): void {
  for (const version of versions)
    describeInstalled(`${title}, MLflow ${version}`, version, () => {
      let running: SharedMlflow | undefined
      beforeAll(async () => {
        running = await sharedMlflow(version)
      }, 170_000)
      body(() => {
        if (!running) throw new TypeError('the server is there once tests run')
        const { trackingUri } = running
        return { ...running, client: (options) => new MlflowClient({ trackingUri, ...options }) }
      }, version)
    })
}

/** Tests that need the environment of a version. */
export function describeInstalled(title: string, version: MlflowVersion, body: () => void): void {
  const missing = `MLflow ${version} is missing in ${environments}; ./claims test installs it`
  describeUnless(isInstalled(version) ? undefined : missing, title, body)
}
