import { ClaimsError, evaluationSchema, readBundleFile, type BundleFiles } from '@claims/contracts'
import type { ModelCatalog, PortableModel } from '@claims/models'
import type { VersionContent } from '@claims/registry'
import { loadPipeline } from '@claims/scoring'
import { evaluationMetrics } from './evaluation-metrics.ts'
import { modelOf, paramsOf, renamed } from './log-training.ts'
import { plainNames } from './plain-names.ts'

/**
 * What MLflow shows of a registered bundle: params and metrics as of a tracked training, and the flavour by which other tools
 * load the model. What cannot be told of a bundle is left out and noted.
 *
 * @param directory a copy of the bundle
 * @param bundle its files
 * @param catalog kinds of model
 * @example
 * await mirrorModel({ ledger, artifacts, mlflow, describe: (directory, bundle) => mirroredContent(directory, bundle, catalog) }, 'motor')
 */
export async function mirroredContent(
  directory: string,
  bundle: BundleFiles,
  catalog: ModelCatalog,
): Promise<VersionContent> {
  const { manifest } = bundle
  const names = plainNames()
  const notes: string[] = []
  const attempt = async <T>(what: string, work: () => Promise<T>): Promise<T | null> => {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof ClaimsError)) throw error
      notes.push(`${what} of ${manifest.name} is left out: ${error.message}`)
      return null
    }
  }
  const evaluation = await attempt('the evaluation', () =>
    readBundleFile(bundle, 'evaluation.json', evaluationSchema),
  )
  const portable = await attempt('the flavour of the model', () => portableIn(bundle, catalog))
  return {
    ...(evaluation !== null && {
      metrics: renamed(evaluationMetrics(evaluation), names),
      params: renamed(paramsOf(manifest, evaluation), names),
    }),
    model: modelOf(directory, manifest, portable),
    notes,
  }
}

async function portableIn(bundle: BundleFiles, catalog: ModelCatalog): Promise<PortableModel | null> {
  const pipeline = await loadPipeline(bundle, { threads: 1, catalog })
  try {
    return pipeline.portable()
  } finally {
    pipeline.dispose()
  }
}
