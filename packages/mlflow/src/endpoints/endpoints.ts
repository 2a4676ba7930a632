import { artifactEndpoints } from './artifact-endpoints.ts'
import { experimentEndpoints } from './experiment-endpoints.ts'
import { loggedModelEndpoints } from './logged-model-endpoints.ts'
import { metricEndpoints } from './metric-endpoints.ts'
import { modelVersionEndpoints } from './model-version-endpoints.ts'
import { proxyEndpoints } from './proxy-endpoints.ts'
import { registeredModelEndpoints } from './registered-model-endpoints.ts'
import { runEndpoints } from './run-endpoints.ts'
import { streamEndpoints } from './stream-endpoints.ts'
import { webhookEndpoints } from './webhook-endpoints.ts'

/** Every endpoint of MLflow's classical REST API that this client calls, by group and verb. */
export const endpoints = {
  experiments: experimentEndpoints,
  runs: runEndpoints,
  metrics: metricEndpoints,
  artifacts: artifactEndpoints,
  proxy: { ...proxyEndpoints, ...streamEndpoints },
  loggedModels: loggedModelEndpoints,
  registeredModels: registeredModelEndpoints,
  modelVersions: modelVersionEndpoints,
  webhooks: webhookEndpoints,
} as const
