import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { ClaimsError, policySchema, seenValuesSchema, type Manifest } from '@claims/contracts'
import { classifierDefinitions, restoreCalibrator, type FittedClassifier } from '@claims/models'
import { restoreSteps } from '@claims/preprocessing'
import { openBundle, parseBundleFile, type Bundle } from '@claims/registry'
import { z } from 'zod'
import { compileNovelty, type NoveltyCheck } from './novelty.ts'
import { createScorer, type ExplainingScorer } from './scorer.ts'
import { stepDefinitions } from './step-definitions.ts'

/** Where native code comes from and how many threads one call may use. */
export interface LoadOptions {
  readonly threads: number
  readonly xgboostLibrary?: string
}

/** The content of `pipeline.json`. */
const pipelineFileSchema: z.ZodType<PipelineFile> = z.object({
  format_version: z.literal(1),
  steps: z.array(z.object({ kind: z.string(), state: z.record(z.string(), z.unknown()) })),
  features: z.array(z.string()),
})
/** The content of `pipeline.json`. */
interface PipelineFile {
  readonly format_version: 1
  readonly steps: { kind: string; state: Record<string, unknown> }[]
  readonly features: string[]
}

/**
 * Makes a bundle ready to score. It reads the bytes that were checked, so a bundle that is replaced meanwhile is loaded
 * as it was opened.
 *
 * @param opened the bundle, or its directory
 * @param options threads per call (1 in a server), path of the XGBoost library
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
  const model = await loadModel(bundle, options)
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

/** A definition reads its model from a directory: it gets one with the bytes that were checked. */
async function loadModel(bundle: Bundle, options: LoadOptions): Promise<FittedClassifier> {
  const directory = await mkdtemp(join(tmpdir(), 'claims-model-'))
  try {
    for (const name of Object.keys(bundle.manifest.files))
      if (name.startsWith('model/')) await writeFile(join(directory, basename(name)), await bundle.read(name))
    return await definitionOf(bundle.manifest, options).load(directory)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
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
