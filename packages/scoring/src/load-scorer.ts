import { policySchema, readBundleFile, seenValuesSchema, type BundleFiles } from '@claims/contracts'
import { compileNovelty, type NoveltyCheck } from './novelty/novelty.ts'
import { loadPipeline, type LoadPipelineOptions } from './load-pipeline.ts'
import { createScorer, type Scorer } from './scorer.ts'

const seenValuesFile = 'seen-values.json'

/**
 * Makes a bundle ready to score. What it reads was checked by its hash, wherever the bundle lies.
 *
 * @param bundle its files, such as `openBundle` of `@claims/registry` gives them
 * @param options threads per call (1 in a server), kinds of model
 * @returns a scorer; dispose of it when done
 * @throws ClaimsError `file_not_found`, `damaged_bundle`, `unsupported_format_version`, `library_unavailable`
 * @example
 * const scorer = await loadScorer(await openBundle('auto-fraud-bundle'), { threads: 1 })
 * scorer.scoreRecords([claim], { reasons: 4 })
 */
export async function loadScorer(bundle: BundleFiles, options: LoadPipelineOptions): Promise<Scorer> {
  const policy = await readBundleFile(bundle, 'policy.json', policySchema)
  const novelty = await readNovelty(bundle)
  const pipeline = await loadPipeline(bundle, options)
  return createScorer({ manifest: bundle.manifest, policy, pipeline, novelty })
}

/** What the training rows held; undefined for a bundle of a product that did not write it. */
async function readNovelty(bundle: BundleFiles): Promise<NoveltyCheck | undefined> {
  const { manifest } = bundle
  if (!Object.hasOwn(manifest.files, seenValuesFile)) return undefined
  const seen = await readBundleFile(bundle, seenValuesFile, seenValuesSchema)
  return compileNovelty(seen, {
    columns: manifest.blueprint.columns,
    trainedAt: Date.parse(manifest.created_at),
  })
}
