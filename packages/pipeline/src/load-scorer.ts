import {
  ClaimsError,
  pipelineFileSchema,
  policySchema,
  seenValuesSchema,
  type Manifest,
} from '@claims/contracts'
import { classifierDefinitions, restoreCalibrator } from '@claims/models'
import { restoreSteps } from '@claims/preprocessing'
import { openBundle, parseBundleFile, type Bundle } from '@claims/registry'
import { join } from 'node:path'
import { compileNovelty, type NoveltyCheck } from './novelty.ts'
import { createScorer, type ExplainingScorer } from './scorer.ts'
import { stepDefinitions } from './step-definitions.ts'

/** Where native code comes from and how many threads one call may use. */
export interface LoadOptions {
  readonly threads: number
  readonly xgboostLibrary?: string
  /** Hash of the manifest that the caller has read already; a bundle that was replaced since is refused. */
  readonly manifestSha256?: string
}

/**
 * Loads a bundle, every file checked by its hash, and makes it ready to score.
 *
 * @param directory the bundle
 * @param options threads per call (1 in a server), path of the XGBoost library
 * @returns a scorer; dispose of it when done
 * @throws ClaimsError `file_not_found`, `damaged_bundle`, `unsupported_format_version`, `library_unavailable`;
 *   `model_unavailable` where the bundle is not the expected one
 * @example
 * const scorer = await loadScorer('auto-fraud-bundle', { threads: 1 })
 * scorer.scoreRecords([claim], { reasons: 4 })
 */
export async function loadScorer(directory: string, options: LoadOptions): Promise<ExplainingScorer> {
  const bundle = await openBundle(directory)
  const { manifest } = bundle
  if (options.manifestSha256 !== undefined && options.manifestSha256 !== bundle.manifestSha256)
    throw new ClaimsError('model_unavailable', 'The bundle on disk is no longer the one that was opened')
  const policy = parseBundleFile(policySchema, await bundle.readJson('policy.json'), 'policy.json')
  const pipeline = parseBundleFile(
    pipelineFileSchema,
    await bundle.readJson('pipeline.json'),
    'pipeline.json',
  )
  const calibrator = restoreCalibrator(await bundle.readJson('model/calibrator.json'))
  const steps = restoreSteps(stepDefinitions, pipeline.steps)
  const model = await definitionOf(manifest, options).load(join(bundle.directory, 'model'))
  const novelty = await readNovelty(bundle)
  return createScorer({
    manifest,
    policy,
    features: { steps, names: pipeline.features },
    model,
    calibrator,
    ...(novelty === undefined ? {} : { novelty }),
  })
}

/** What the training rows held; undefined for a bundle of a product that did not write it. */
async function readNovelty(bundle: Bundle): Promise<NoveltyCheck | undefined> {
  const { manifest } = bundle
  if (!Object.hasOwn(manifest.files, seenValuesFile)) return undefined
  const seen = parseBundleFile(seenValuesSchema, await bundle.readJson(seenValuesFile), seenValuesFile)
  return compileNovelty(seen, {
    columns: manifest.blueprint.columns,
    trainedAt: Date.parse(manifest.created_at),
  })
}

const seenValuesFile = 'seen-values.json'

function definitionOf(
  manifest: Manifest,
  options: LoadOptions,
): ReturnType<typeof classifierDefinitions>[number] {
  const definitions = classifierDefinitions(
    options.xgboostLibrary === undefined ? {} : { xgboostLibrary: options.xgboostLibrary },
  )
  const definition = definitions.find(({ kind }) => kind === manifest.model.kind)
  if (definition === undefined) {
    throw new ClaimsError(
      'damaged_bundle',
      `The bundle’s model is of kind "${manifest.model.kind}", which this product does not know`,
    )
  }
  return definition
}
