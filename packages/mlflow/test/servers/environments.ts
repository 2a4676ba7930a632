import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** The versions of MLflow that the tests run against. */
export const versions = ['2.22.5', '3.17.0'] as const
/** A version of MLflow. */
export type MlflowVersion = (typeof versions)[number]

/** Where `./claims test` puts the environments: `CLAIMS_MLFLOW` names another place. */
export const environments =
  process.env['CLAIMS_MLFLOW'] ?? join(import.meta.dirname, '../../../../.claims/mlflow')

/** The interpreter of a version's environment. */
export const pythonOf = (version: MlflowVersion): string => join(environments, version, 'bin/python')

/** Whether the environment is there, whole. */
export function isInstalled(version: MlflowVersion): boolean {
  return existsSync(join(environments, version, 'installed'))
}
