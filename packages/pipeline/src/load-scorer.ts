import { ClaimsError, pipelineFileSchema, policySchema, seenValuesSchema, type Manifest } from '@claims/contracts'
import {
  classifierDefinitions,
  findDefinition,
  restoreCalibrator,
  type ClassifierDefinition,
  type ModelCatalog,
} from '@claims/models'
import { restoreSteps } from '@claims/preprocessing'
import { openBundle, parseBundleFile, type Bundle } from '@claims/registry'
import { compileNovelty, type NoveltyCheck } from './novelty.ts'
import { createScorer, type ExplainingScorer } from './scorer.ts'
import { stepDefinitions } from './step-definitions.ts'

/** What a bundle is loaded with. */
export interface LoadOptions {
  /** Threads that one call of many rows may use; 1 in a server. */
  readonly threads: number
  /** Kinds of model that the bundle may be of; default: those of `@claims/models`. */
  readonly catalog?: ModelCatalog | undefined
}

/**
 * Makes a bundle ready to score. It reads the bytes that were checked, so a bundle that is replaced meanwhile is loaded
 * as it was opened.
 *
 * @param opened the bundle, or its directory
 * @param options threads per call (1 in a server), catalog of models
 * @returns a scorer; dispose of it when done
 * @throws ClaimsError `file_not_found`, `damaged_bundle`, `unsupported_format_version`, `library_unavailable`
 * @example
 * const scorer = await loadScorer('auto-fraud-bundle', { threads: 1 })
 * scorer.scoreRecords([claim], { reasons: 4 })
 */
export async function loadScorer(opened: string | Bundle, options: LoadOptions): Promise<ExplainingScorer> {
  const bundle = typeof opened === 'string' ? await openBundle(opened) : opened
  const { manifest } = bundle
  const policy = parseBundleFile(policySchema, await bundle.readJson('policy.json'), 'policy.json')
  const pipeline = parseBundleFile(
    pipelineFileSchema,
    await bundle.readJson('pipeline.json'),
    'pipeline.json',
  )
  const calibrator = restoreCalibrator(await bundle.readJson('model/calibrator.json'))
  const steps = restoreSteps(stepDefinitions, pipeline.steps)
  const model = await definitionOf(manifest, options).load({
    read: (name) => bundle.read(`model/${name}`),
    threads: options.threads,
  })
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
  { model }: Manifest,
  { catalog = classifierDefinitions() }: LoadOptions,
): ClassifierDefinition {
  const definition = findDefinition(catalog, model.kind)
  if (definition === undefined) {
    throw new ClaimsError(
      'damaged_bundle',
      `The bundle’s model is of kind "${model.kind}", which this product does not know`,
    )
  }
  return definition
}
