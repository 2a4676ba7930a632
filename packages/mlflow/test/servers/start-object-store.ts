import { join } from 'node:path'
import { pythonOf } from './environments.ts'
import { answers, endGroup, freePort, spawnGroup, waitUntil } from '@claims/servers'

/** A server that speaks the protocol of S3. */
export interface ObjectStore {
  readonly address: string
  /** Of a bucket that exists. */
  readonly uri: string
  /** Variables for who uses it. */
  readonly environment: Readonly<Record<string, string>>
  stop(): Promise<void>
}

/** Starts moto, which keeps objects in memory, in the environment of the newest MLflow. @throws Error when it has not started */
export async function startObjectStore(): Promise<ObjectStore> {
  const port = await freePort()
  const address = `http://127.0.0.1:${port}`
  const program = join(import.meta.dirname, 'object-store.py')
  const words = [program, '--host', '127.0.0.1', '--port', String(port)]
  const child = await spawnGroup([pythonOf('3.17.0'), ...words])
  const authorization = 'AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/s3/aws4_request'
  const makeBucket = (): Promise<boolean> =>
    answers(`${address}/bucket`, { method: 'PUT', headers: { authorization } })
  if (!(await waitUntil(child, makeBucket))) {
    await endGroup(child)
    throw new Error('moto did not start')
  }
  return {
    address,
    uri: 's3://bucket/mlflow',
    environment: {
      AWS_ACCESS_KEY_ID: 'a',
      AWS_SECRET_ACCESS_KEY: 'b',
      AWS_DEFAULT_REGION: 'us-east-1',
      MLFLOW_S3_ENDPOINT_URL: address,
    },
    stop: () => endGroup(child),
  }
}
