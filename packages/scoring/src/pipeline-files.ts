import { canonicalJson, ClaimsError, readBundleFile, type BundleFiles } from '@claims/contracts'
import {
  classifierDefinitions,
  findDefinition,
  restoreCalibrator,
  type FittedClassifier,
  type ModelCatalog,
} from '@claims/models'
import { restoreSteps, type StepDefinition } from '@claims/preprocessing'
import { z } from 'zod'
import type { FittedFeatures } from './fitted-features.ts'
import { fittedPipeline, type FittedParts, type FittedPipeline } from './fitted-pipeline.ts'
import { stepDefinitions } from './step-definitions.ts'

const stepsFile = 'pipeline.json'
const calibratorFile = 'model/calibrator.json'
const modelFolder = 'model/'

/** The content of `pipeline.json`. */
interface PipelineFile {
  readonly format_version: 1
  readonly steps: { kind: string; state: Record<string, unknown> }[]
  readonly features: string[]
}

const pipelineFileSchema: z.ZodType<PipelineFile> = z.object({
  format_version: z.literal(1),
  steps: z.array(z.object({ kind: z.string(), state: z.record(z.string(), z.unknown()) })),
  features: z.array(z.string()),
})

/** What a fitted pipeline is loaded with. */
export interface LoadPipelineOptions {
  /** Threads that one call of many rows may use; 1 in a server. */
  readonly threads: number
  /** Kinds of model that the bundle may be of; default: those of `@claims/models`. */
  readonly catalog?: ModelCatalog | undefined
  /** Kinds of step; default: those of `@claims/preprocessing` and `@claims/features`. */
  readonly steps?: readonly StepDefinition[] | undefined
}

/** The fitted parts as files of a bundle by name. */
export async function savePipeline({
  features,
  model,
  calibrator,
}: Pick<FittedParts, 'features' | 'model' | 'calibrator'>): Promise<ReadonlyMap<string, Uint8Array>> {
  const file: PipelineFile = {
    format_version: 1,
    steps: [...features.steps.toState()],
    features: [...features.names],
  }
  const saved = await model.save()
  return new Map([
    [stepsFile, jsonBytes(file)],
    [calibratorFile, jsonBytes(calibrator.toState())],
    ...[...saved].map(([name, bytes]): [string, Uint8Array] => [`${modelFolder}${name}`, bytes]),
  ])
}

/**
 * Loads the fitted parts of a bundle.
 *
 * @param bundle its files
 * @param options threads, kinds of model and step
 * @returns the pipeline; dispose of it when done
 * @throws ClaimsError `damaged_bundle`, `unsupported_format_version`, `library_unavailable`
 */
export async function loadPipeline(
  bundle: BundleFiles,
  options: LoadPipelineOptions,
): Promise<FittedPipeline> {
  const { manifest } = bundle
  const { steps, features: names } = await readBundleFile(bundle, stepsFile, pipelineFileSchema)
  const calibrator = restoreCalibrator(await readBundleFile(bundle, calibratorFile, z.unknown()))
  const features: FittedFeatures = { steps: restoreSteps(options.steps ?? stepDefinitions, steps), names }
  return fittedPipeline({
    inputs: manifest.input_schema.map(({ name }) => name),
    columns: manifest.blueprint.columns,
    features,
    model: await loadModel(bundle, options),
    calibrator,
  })
}

async function loadModel(
  bundle: BundleFiles,
  { threads, catalog = classifierDefinitions() }: LoadPipelineOptions,
): Promise<FittedClassifier> {
  const { kind } = bundle.manifest.model
  const definition = findDefinition(catalog, kind)
  if (definition === undefined) {
    throw new ClaimsError(
      'damaged_bundle',
      `The bundle’s model is of kind "${kind}", which this product does not know`,
    )
  }
  return definition.load({ read: (name) => bundle.read(`${modelFolder}${name}`), threads })
}

function jsonBytes(value: unknown): Uint8Array {
  return new TextEncoder().encode(canonicalJson(value))
}
