import { once } from 'node:events'
import { readServingSettings, startApi } from '@claims/api'
import { isMlflowReference } from '@claims/registry'
import type { CommandContext } from '../context.ts'
import type { ServeOptions } from '../command-options.ts'
import { mlflowModels, requireOneModel } from '../open-model.ts'

/** `claims serve` */
export async function serve(options: ServeOptions, { config, output, signal }: CommandContext): Promise<0> {
  requireOneModel(options)
  const api = await startApi({
    bundle: options.bundle,
    model: options.model,
    storage: config.storage,
    ...(options.model !== undefined &&
      isMlflowReference(options.model) && { mlflowModels: mlflowModels(config) }),
    host: options.host,
    port: options.port ?? config.port,
    environment: config.environment,
    logLevel: config.logLevel,
    threads: 1,
    ...readServingSettings(),
    xgboostLibrary: config.xgboostLibrary,
  })
  output.line(`api               ${api.url}`)
  output.line(`documentation     ${api.url}/docs`)
  output.result({ url: api.url })
  if (!signal.aborted) await once(signal, 'abort')
  output.note('stopping: requests in flight are finished')
  await api.close()
  return 0
}
